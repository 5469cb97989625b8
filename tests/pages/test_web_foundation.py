"""The pages that everybody meets, in a real browser: signing in, a fault, one's own sign-ins."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from campaign.access.passwords import set_password
from campaign.decisions.stops import stop
from campaign.store.deliveries import Change
from tests.pages.browser import Browser
from tests.web.chromium import HEAVIEST, NARROW, WIDE, screen_of
from tests.web.people import WebOffice, open_web_office

PASSWORD = "umbrella-teapot-lantern"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[WebOffice]:
    with open_web_office(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/sign-in/link",
        "/you",
        "/you/tokens",
        "/api",
        "/no-such-page",
        "/people",
        "/people/ama",
        "/subscribers",
        "/records",
        "/deputies",
    ],
)
def test_everybody_can_read_it_at_both_widths(
    office: WebOffice, playwright: Playwright, browser: Browser, path: str, width: int
) -> None:
    with office.desk.store.write() as connection:
        change = Change(who="ama", at=office.clock.now(), why="A wrong link is in three posts")
        stop(connection, "network", "x", change)
    signed_in = "dev" if path.startswith(("/people", "/subscribers", "/records")) else "ben"
    person = None if path.startswith("/sign-in") else signed_in
    with screen_of(office, playwright, browser.program, person, width=width) as screen:
        assert screen.weigh(path) < HEAVIEST
        screen.picture(path.strip("/").replace("/", "-"))
        screen.examine()
        screen.page.keyboard.press("Tab")
        expect(screen.page.locator(".govuk-skip-link")).to_be_focused()


@pytest.mark.parametrize("script", [True, False])
def test_somebody_signs_in_and_out_with_and_without_script(
    office: WebOffice, playwright: Playwright, browser: Browser, *, script: bool
) -> None:
    with office.desk.store.write() as connection:
        set_password(connection, "ben", PASSWORD, office.clock.now())
    with screen_of(office, playwright, browser.program, None, script=script) as screen:
        page = screen.page
        screen.open("/you")
        page.get_by_label("Name").fill("ben")
        page.get_by_label("Password").fill("wrong-wrong-wrong")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("do not belong together")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Ben Archer")
        page.get_by_role("button", name="Sign out", exact=True).click()
        expect(page.get_by_text("You are signed out.")).to_be_visible()
