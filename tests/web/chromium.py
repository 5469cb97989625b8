"""Chromium driven through playwright, axe-core in its pages, and pictures of what they look like.

The browser is Debian's; axe-core is the one of `tests/pages`. A page is looked at over HTTP, as
`campaign web` serves it, by somebody who is signed in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright

from campaign.web.serving import Serving
from campaign.web.visitors import COOKIE
from tests.pages.browser import AXE
from tests.web.people import WebOffice

WIDE, NARROW = 1280, 360
HEAVIEST = 60_000
"""Bytes over the wire of a page with all that it fetches, the pictures of a post apart."""
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """
async (levels) => {
  const found = await axe.run(document, {runOnly: levels});
  const listed = rules => rules.map(one => [one.id, one.nodes.map(node => node.html)]);
  return {
    violations: listed(found.violations),
    passes: found.passes.length,
    overflow: document.documentElement.scrollWidth - innerWidth,
  };
}
"""


@dataclass
class Screen:
    """One window of a person, on the pages of an office."""

    page: Page
    address: str
    pictures: Path
    troubles: list[str] = field(default_factory=list)
    """What the browser complained of: scripts that failed, what the policy forbade."""

    def open(self, path: str) -> None:
        """Go to an address of ours."""
        self.page.goto(f"{self.address}{path}")

    def weigh(self, path: str) -> int:
        """Go to an address; return the bytes of it and of all it fetches, over the wire."""
        sizes: list[int] = []
        client = self.page.context.new_cdp_session(self.page)
        client.send("Network.enable")
        client.send("Network.setCacheDisabled", {"cacheDisabled": True})
        client.on(
            "Network.loadingFinished", lambda end: sizes.append(int(end["encodedDataLength"]))
        )
        self.open(path)
        self.page.wait_for_load_state("networkidle")
        client.detach()
        assert len(sizes) >= 3
        return sum(sizes)

    def picture(self, name: str) -> Path:
        """Take a picture of the whole page; return its file."""
        size = self.page.viewport_size or {"width": 0}
        file = self.pictures / f"{name}-{size['width']}.png"
        self.page.screenshot(path=file, full_page=True)
        return file

    def examine(self) -> None:
        """See that axe finds nothing, that nothing scrolls sideways and nothing was forbidden."""
        self.page.evaluate((AXE / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8"))
        found: dict[str, Any] = self.page.evaluate(_RUN, LEVELS)
        assert found["violations"] == []
        assert found["passes"] > 10
        assert found["overflow"] <= 0
        assert self.troubles == []


@contextmanager
def screen_of(
    office: WebOffice,
    playwright: Playwright,
    program: str,
    person: str | None,
    *,
    width: int = WIDE,
    script: bool = True,
    dark: bool = False,
) -> Iterator[Screen]:
    """Open a window in which somebody is signed in; script may be off, the system may be dark."""
    serving = Serving(office.app, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{serving.port}"
    browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
    try:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
        )
        if person is not None:
            held, url = office.cookie_of(person), address.replace("http:", "https:")
            context.add_cookies([{"name": COOKIE, "value": held, "url": url, "secure": True}])
        page = context.new_page()
        screen = Screen(page=page, address=address, pictures=office.folder)
        page.on("pageerror", lambda error: screen.troubles.append(str(error)))
        page.on("console", lambda told: _note(screen, told))
        yield screen
    finally:
        browser.close()
        serving.close()


def _note(screen: Screen, told: Any) -> None:
    if told.type == "error" and "status of 4" not in told.text:
        screen.troubles.append(told.text)
