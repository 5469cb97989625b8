"""Somebody outside on their phone, in a real browser: from the link in the e-mail to their yes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.pages.browser import Browser
from tests.web.chromium import NARROW, WIDE, screen_of
from tests.web.outsiders import OutsideOffice, open_outside_office
from tests.web.partners import ID


@pytest.fixture
def office(tmp_path: Path) -> Iterator[OutsideOffice]:
    with open_outside_office(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(("width", "script"), [(WIDE, True), (NARROW, True), (NARROW, False)])
def test_somebody_outside_reads_sends_back_or_says_yes(
    office: OutsideOffice,
    playwright: Playwright,
    browser: Browser,
    width: int,
    script: bool,  # noqa: FBT001
) -> None:
    path = office.ask()
    with screen_of(office, playwright, browser.program, None, width=width, script=script) as screen:
        page = screen.page
        screen.open(path)
        expect(page.get_by_role("img").first).to_have_js_property("naturalWidth", 640)
        screen.picture("asked")
        page.get_by_text("Send it back with a comment").click()
        page.get_by_role("button", name="Send it back").click()
        expect(page.get_by_role("alert")).to_contain_text("Write what is to be mended")
        screen.picture("no-comment")
        if script:
            screen.examine()
        page.get_by_role("button", name="Yes, this may go out").click()
        expect(page.get_by_text("You have said yes.")).to_be_visible()
        screen.picture("said-yes")
        if script:
            screen.examine()
        screen.open(f"{path}x")
        expect(page.get_by_text("This link is not whole.")).to_be_visible()
        screen.picture("forged")
        if script:
            screen.examine()
    assert office.state(ID) == "with-partner"


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_team_names_a_deputy_and_sees_who_was_asked_outside(
    office: OutsideOffice, playwright: Playwright, browser: Browser, width: int
) -> None:
    office.ask()
    with screen_of(office, playwright, browser.program, "ben", width=width) as screen:
        page = screen.page
        screen.open(f"/deliveries/{ID}")
        screen.picture("asked-outside")
        screen.examine()
        screen.open("/deputies")
        page.get_by_label("Who stands in for you").select_option("lea")
        page.get_by_label("First day away").fill("2027-01-11")
        page.get_by_label("Last day away").fill("2027-01-15")
        page.get_by_role("button", name="Name the deputy").click()
        expect(page.get_by_text("away until 15 January 2027.").first).to_be_visible()
        screen.picture("deputies")
        screen.examine()
        for name, path in (("now", "/now"), ("approvals", "/approvals")):
            screen.open(path)
            expect(page.get_by_text("stands in for you")).to_be_visible()
            screen.picture(name)
            screen.examine()
