"""The report before judges we did not write: axe-core, a browser's printer, a PDF/UA checker."""

import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from analytics.charts import draw_charts
from analytics.page import render_page
from analytics.pdf import as_pdf
from analytics.report import Report
from analytics.report_parts import Learning
from connectors.contract import Metric
from simulation.rehearse.result import BANNER
from tests.analytics.heaviest import heaviest
from tests.analytics.weeks_of import DAY, LONG, PUBLISHED, SUNDAY, add_picture, full_world
from tests.analytics.world import World
from tests.pages.browser import Browser, Screen

NARROW = 360
SCREENS = pytest.mark.parametrize(
    "screen",
    [Screen(width=width, dark=dark) for width in (NARROW, 1000) for dark in (False, True)],
    ids=str,
)


def full_report() -> Report:
    world = full_world()
    add_picture(world, f"{LONG}-0/ico-x/1", "A dark blue field.")
    paid = {PUBLISHED + 3 * DAY: 4_000, SUNDAY: 5_200}
    world.read(f"{LONG}-0/ico-x/1", Metric.PAID_IMPRESSIONS, paid)
    learnt = Learning(text="Ask partners for numbers by Monday.", person="Ama")
    return replace(world.report(), learning=learnt)


REPORTS: dict[str, Callable[[], Report]] = {
    "full": full_report,
    "empty": lambda: World().report(),
    "heaviest": lambda: heaviest(full_report(), corrected=True),
}


@pytest.fixture(scope="module", params=REPORTS)
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    report = REPORTS[request.param]()
    file = tmp_path_factory.mktemp("page") / f"{request.param}.html"
    banner = None if request.param == "empty" else BANNER
    file.write_text(render_page(report, draw_charts(report, banner), banner=banner), "utf-8")
    return file


@SCREENS
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, page: Path, screen: Screen
) -> None:
    found = browser.examine(page, screen)
    assert (found["width"], found["dark"]) == (screen.width, screen.dark)
    assert (found["paper"] == "rgb(255, 255, 255)") is not screen.dark
    assert found["violations"] == []
    # On a telephone wide tables are scrolled, and axe judges no colour that is out of sight; the
    # wide screen shows them all in the same colours.
    unsure = {"color-contrast"} if screen.width == NARROW else set()
    assert {name for name, _ in found["unsure"]} <= unsure
    assert found["overflow"] <= 0
    assert found["passes"] > 20


def test_axe_would_find_a_fault(browser: Browser, page: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.html"
    text = page.read_text("utf-8").replace(' lang="en-GB"', "")
    text = text.replace("--quiet: #4a4f54", "--quiet: #c0c0c0")
    broken.write_text(text, "utf-8")
    found = browser.examine(broken, Screen(width=1000, dark=False))
    assert {"html-has-lang", "color-contrast"} <= {name for name, _ in found["violations"]}


def test_a_browser_prints_the_page_on_one_side_and_the_tables_from_the_next(
    browser: Browser, page: Path, tmp_path: Path
) -> None:
    printed = PdfReader(io.BytesIO(browser.print_page(page, tmp_path / "printed.pdf")))
    first, second = (" ".join(side.extract_text().split()) for side in printed.pages[:2])
    assert "What we learned" in first
    assert "The figures in full" not in first
    assert second.startswith("The figures in full")


def test_a_checker_of_pdf_ua_finds_nothing_in_the_pdf(page: Path, tmp_path: Path) -> None:
    file = tmp_path / "page.pdf"
    file.write_bytes(as_pdf(page.read_text("utf-8")))
    # Its exit code is 0 only where it has found nothing at all.
    judged = subprocess.run(
        [sys.executable, "-m", "pdfua", "check", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert "PASS (no findings)" in judged.stdout
