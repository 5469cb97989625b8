"""The built site before axe, in a browser that may go nowhere else, and with its search."""

import functools
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.docs.blocks import ROOT
from tests.pages.browser import AXE, Browser

TOOLS = ROOT / ".venv-tools" / "bin"
NARROW_ONES = {"index.html", "comms-team.html", "states.html", "json.html", "search.html"}
SPHINX = ("-q", "-W", "-b", "html")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """
async (levels) => {
  const found = await axe.run(document, {runOnly: levels});
  return {
    violations: found.violations.map(one => [one.id, one.nodes.map(node => node.html)]),
    passes: found.passes.length,
    overflow: document.documentElement.scrollWidth - innerWidth,
  };
}
"""
FETCHED = re.compile(
    r'<(?:script|img|iframe|source|video)[^>]+src="([^"]+)"|<link[^>]+href="([^"]+)"'
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site as `make site` does; a warning of Sphinx is an error."""
    if not (TOOLS / "sphinx-build").exists():
        pytest.fail("there is no Sphinx: run `make test-pages`, which sets it up", pytrace=False)
    out = tmp_path_factory.mktemp("site")
    steps = (
        [str(TOOLS / "python"), "-m", "docs.site.assemble", str(out / "pages")],
        [str(TOOLS / "sphinx-build"), *SPHINX, str(out / "pages"), str(out / "html")],
    )
    for step in steps:
        done = subprocess.run(step, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return out / "html"


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Leave it out."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def page_of(
    playwright: Playwright, browser: Browser, *, width: int, dark: bool = False
) -> Iterator[tuple[Page, list[str]]]:
    """Open a window; also return every address that was asked for."""
    opened = playwright.chromium.launch(executable_path=browser.program, args=["--no-sandbox"])
    context = opened.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page, asked
    opened.close()


def examine(page: Page) -> dict[str, Any]:
    page.evaluate((AXE / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8"))
    found: dict[str, Any] = page.evaluate(RUN, LEVELS)
    return found


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_every_page_is_clean_before_axe_and_asks_nobody_else(
    site: Path, playwright: Playwright, browser: Browser, *, width: int, dark: bool
) -> None:
    pages = sorted(one.relative_to(site) for one in site.rglob("*.html"))
    assert len(pages) > 60
    if width < 1280:  # pages differ in what they say; one of each kind is enough
        pages = [one for one in pages if one.name in NARROW_ONES]
    faults: dict[str, Any] = {}
    with (
        served(site) as origin,
        page_of(playwright, browser, width=width, dark=dark) as (page, asked),
    ):
        for name in pages:
            page.goto(f"{origin}/{name}")
            found = examine(page)
            if found["violations"] or found["overflow"] > 0:
                faults[str(name)] = (found["violations"], found["overflow"])
            assert found["passes"] > 10
        assert {url for url in asked if not url.startswith((origin, "data:"))} == set()
    assert faults == {}


def test_the_search_finds_a_page(site: Path, playwright: Playwright, browser: Browser) -> None:
    with served(site) as origin, page_of(playwright, browser, width=1280) as (page, asked):
        page.goto(f"{origin}/index.html")
        page.get_by_role("textbox", name="Search").fill("essential")
        page.keyboard.press("Enter")
        results = page.locator("#search-results")
        expect(results.get_by_role("link", name="Hold a crisis drill").first).to_be_visible()
        assert {url for url in asked if not url.startswith((origin, "data:"))} == set()


def test_no_file_of_the_site_fetches_from_another_host(site: Path) -> None:
    fetched = {
        (page.name, address)
        for page in site.rglob("*.html")
        for found in FETCHED.findall(page.read_text("utf-8"))
        for address in found
        if address.startswith(("http:", "https:", "//"))
    }
    assert fetched == set()
    styles = "".join(one.read_text("utf-8") for one in site.rglob("*.css"))
    assert re.findall(r"""(?:url\(|@import )["']?(?:https?:)?//[^)]*""", styles) == []
