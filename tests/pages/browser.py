"""Chromium, without a window and without a network, and axe-core run in a page of ours.

axe-core comes from npm, fixed by `axe/package-lock.json`. It is put into a copy of the page, as a
script before the end of the body, in a frame as wide as the screen that is meant. What it found is
handed to the page around the frame, which Chromium then gives back as it stands.
"""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

AXE = Path(__file__).parent / "axe"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LONGEST_S = 90
_FOUND = re.compile(r'<pre id="axe-found">(.*?)</pre>', re.DOTALL)
_RUN = """
<script>%(axe)s</script>
<script>
addEventListener("load", async () => {
  const levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, {runOnly: levels});
  const listed = rules => rules.map(one => [one.id, one.nodes.map(node => node.html)]);
  parent.postMessage(JSON.stringify({
    violations: listed(found.violations),
    unsure: listed(found.incomplete),
    passes: found.passes.length,
    width: innerWidth,
    overflow: document.documentElement.scrollWidth - innerWidth,
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
    paper: getComputedStyle(document.body).backgroundColor,
  }), "*");
});
</script>
"""
# A window of Chromium is never narrower than 500 pixels; a frame in it is as narrow as it is told.
_FRAME = """
<!doctype html><meta name="color-scheme" content="light dark">
<script>
addEventListener("message", told => {
  const said = document.createElement("pre");
  said.id = "axe-found";
  said.textContent = told.data;
  document.body.append(said);
});
</script>
<body><iframe src="%(page)s" style="width: %(width)dpx; height: 900px; border: 0"></iframe>
"""


class BrowserMissingError(Exception):
    """There is no Chromium here; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Screen:
    """How somebody looks at the page."""

    width: int
    dark: bool


@dataclass(frozen=True, kw_only=True)
class Browser:
    """A Chromium, and an empty folder for its profile."""

    program: str
    profile: Path

    def examine(self, page: Path, screen: Screen) -> dict[str, Any]:
        """Return what axe-core finds on a page, and how wide it came out."""
        axe = (AXE / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
        text = page.read_text(encoding="utf-8")
        examined = page.with_name(f"{page.stem}-examined.html")
        examined.write_text(
            text.replace("</body>", f"{_RUN % {'axe': axe}}</body>"), encoding="utf-8"
        )
        frame = page.with_name(f"{page.stem}-frame.html")
        frame.write_text(_FRAME % {"page": examined.name, "width": screen.width}, encoding="utf-8")
        scheme = f"--blink-settings=preferredColorScheme={0 if screen.dark else 1}"
        wait = "--virtual-time-budget=60000"
        came = self._run(scheme, "--window-size=1200,1000", wait, "--dump-dom", as_url(frame))
        found = _FOUND.search(came)
        assert found is not None, "axe-core did not finish"
        told: dict[str, Any] = json.loads(unescape(found[1]))
        return told

    def print_page(self, page: Path, out: Path) -> bytes:
        """Return the page as the browser prints it."""
        self._run("--no-pdf-header-footer", f"--print-to-pdf={out}", as_url(page))
        return out.read_bytes()

    def _run(self, *more: str) -> str:
        quiet = ("--disable-background-networking", "--disable-component-update", "--disable-sync")
        done = subprocess.run(
            [
                self.program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--disable-quic", *quiet, f"--user-data-dir={self.profile}", *more,
            ],
            capture_output=True, text=True, timeout=LONGEST_S, check=True,
        )  # fmt: skip
        return done.stdout


def as_url(page: Path) -> str:
    """Return the address of a file."""
    return page.resolve().as_uri()


def find_browser(profile: Path) -> Browser:
    """Return Chromium; raise `BrowserMissingError` where there is none."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        message = "there is no Chromium: on Debian, apt install chromium"
        raise BrowserMissingError(message)
    return Browser(program=program, profile=profile)
