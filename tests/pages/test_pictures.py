"""Takes the pictures of the documentation: `make pictures` keeps them, a test run does not.

Each is a page as somebody sees it in the middle of a campaign. The report is the demo's.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright

from tests.campaign.office import DUE
from tests.docs.blocks import ROOT
from tests.pages.browser import Browser, as_url
from tests.pages.test_partner_pages import report
from tests.web.busy import fill
from tests.web.chromium import screen_of
from tests.web.partners import ID, PartnerOffice, open_partner_office
from tests.web.people import open_web_office

DESK = {"now": "/now", "approvals": "/approvals", "week": "/calendar", "stop": "/stop"}
HIGHEST = 1100
"""Pixels of a picture; what lies below is more of the same."""
REPORT_HEIGHT = 1420
TELEPHONE, TELEPHONE_HEIGHT = 390, 760


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Where pictures go: a folder that is thrown away, unless `make pictures` names one."""
    named = os.environ.get("PICTURES")
    return ROOT / named if named else tmp_path


def take(page: Page, file: Path, height: int, *, top: float = 0) -> None:
    """Take a picture of a page, so many pixels from the top down."""
    width = (page.viewport_size or {"width": 0})["width"]
    whole = int(page.evaluate("document.documentElement.scrollHeight"))
    clip = {"x": 0, "y": top, "width": width, "height": min(height, whole - top)}
    page.screenshot(path=file, full_page=True, clip=clip)  # type: ignore[arg-type]
    assert file.stat().st_size > 10_000, file


def test_pictures_of_the_desk(
    tmp_path: Path, images: Path, playwright: Playwright, browser: Browser
) -> None:
    with open_web_office(tmp_path) as office:
        fill(office)
        with screen_of(office, playwright, browser.program, "ben") as screen:
            for name, path in DESK.items():
                screen.open(path)
                take(screen.page, images / f"{name}.png", HIGHEST)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PartnerOffice]:
    with open_partner_office(tmp_path) as opened:
        yield opened


def test_pictures_of_a_partner_that_is_asked(
    office: PartnerOffice, images: Path, playwright: Playwright, browser: Browser
) -> None:
    office.ask_first()
    link = office.link()
    office.clock.move_to(DUE - timedelta(hours=20))
    with screen_of(office, playwright, browser.program, None, width=TELEPHONE) as screen:
        screen.open(link)
        take(screen.page, images / "partner-posts.png", TELEPHONE_HEIGHT)
        screen.open(f"{link}/post/{ID}")
        take(screen.page, images / "partner-asked.png", TELEPHONE_HEIGHT)
        words = screen.page.get_by_text("Words", exact=True).first.bounding_box()
        assert words is not None
        take(screen.page, images / "partner-post.png", 900, top=words["y"] - 20)


def test_picture_of_a_partners_results(
    office: PartnerOffice, images: Path, playwright: Playwright, browser: Browser
) -> None:
    link = office.link()
    office.clock.move_to(DUE + timedelta(hours=1))
    with screen_of(office, playwright, browser.program, None, width=TELEPHONE) as screen:
        screen.open(f"{link}/post/{ID}")
        report(screen)
        screen.page.get_by_text("Send numbers").last.click()
        screen.page.get_by_label("Likes and other reactions").fill("41")
        screen.page.get_by_role("button", name="Send these numbers").click()
        screen.open(f"{link}/results")
        take(screen.page, images / "partner-results.png", TELEPHONE_HEIGHT)


def test_picture_of_the_report(images: Path, playwright: Playwright, browser: Browser) -> None:
    page_of_week = os.environ.get("REPORT")
    if not page_of_week:
        pytest.skip("the report is the demo's: `make pictures`")
    opened = playwright.chromium.launch(executable_path=browser.program, args=["--no-sandbox"])
    page = opened.new_page(viewport={"width": 1000, "height": 900})
    page.goto(as_url(ROOT / page_of_week))
    take(page, images / "report.png", REPORT_HEIGHT)
    opened.close()
