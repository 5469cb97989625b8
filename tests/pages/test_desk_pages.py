"""The desk's pages in a real browser: what axe sees at both widths, and a team's journeys."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.campaign.office import DUE
from tests.pages.browser import Browser
from tests.web.busy import X, fill
from tests.web.chromium import HEAVIEST, NARROW, WIDE, screen_of
from tests.web.people import WebOffice, open_web_office

MASTODON = "law-helps/ico-mastodon/1"
WEEK_AFTER = datetime(2027, 1, 19, 8, 0, tzinfo=UTC)
PAGES = {
    "now": "/now",
    "approvals": "/approvals",
    "week": "/calendar",
    "month": "/calendar/month",
    "day": "/calendar/day",
    "delivery": f"/deliveries/{X}",
    "board": "/board/law-helps",
    "stop": "/stop",
    "settle": f"/settle/{X}",
    "decide": f"/decide/{MASTODON}",
    "withdraw": "/withdraw/law-helps/ico-bluesky/1",
    "correct": "/correct/law-helps/ico-bluesky/1",
    "essential": f"/essential/{MASTODON}",
    "move": "/move/ask-early",
    "reports": "/reports",
    "from-partners": "/from-partners",
}
ADMIN_PAGES = {"records": "/records", "legal-holds": "/legal-holds"}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebOffice]:
    with open_web_office(tmp_path_factory.mktemp("busy")) as opened:
        fill(opened)
        yield opened


@pytest.fixture
def office(tmp_path: Path) -> Iterator[WebOffice]:
    with open_web_office(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_can_be_read_at_both_widths_and_is_light(
    busy: WebOffice, playwright: Playwright, browser: Browser, width: int
) -> None:
    with screen_of(busy, playwright, browser.program, "ben", width=width) as screen:
        for name, path in PAGES.items():
            assert screen.weigh(path) < HEAVIEST, name
            screen.picture(name)
            screen.examine()
            screen.page.keyboard.press("Tab")
            expect(screen.page.locator(".govuk-skip-link")).to_be_focused()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_what_an_admin_keeps_can_be_read_at_both_widths(
    busy: WebOffice, playwright: Playwright, browser: Browser, width: int
) -> None:
    with screen_of(busy, playwright, browser.program, "dev", width=width) as screen:
        screen.open("/legal-holds")
        screen.page.get_by_label("What is it for?").fill(f"Claim 2027/{width}")
        screen.page.get_by_label("What does it cover?").select_option("partner:npcc")
        screen.page.get_by_label("Why?").fill("A letter before claim came in")
        screen.page.get_by_role("button", name="Place the hold").click()
        for name, path in ADMIN_PAGES.items():
            assert screen.weigh(path) < HEAVIEST, name
            screen.picture(name)
            screen.examine()


def test_the_report_can_be_read_at_both_widths(
    office: WebOffice, playwright: Playwright, browser: Browser
) -> None:
    office.approve()
    office.publish_at(DUE)
    office.collect()
    office.clock.move_to(WEEK_AFTER)
    office.browser("ama").submit("/reports/2027-W02/prepare")
    for width in (WIDE, NARROW):
        with screen_of(office, playwright, browser.program, "ama", width=width) as screen:
            paths = ("", "/explain/posts-live", "/explain/times-shown", "/explain/people")
            for path in paths:
                screen.open(f"/reports/2027-W02{path}")
                screen.picture(f"report{path.replace('/', '-')}")
                screen.examine()


@pytest.mark.parametrize("script", [True, False])
def test_an_approver_approves_on_a_phone_and_a_stale_page_is_shown_anew(
    office: WebOffice, playwright: Playwright, browser: Browser, *, script: bool
) -> None:
    with screen_of(
        office, playwright, browser.program, "ben", width=NARROW, script=script
    ) as screen:
        page = screen.page
        screen.open("/approvals")
        office.write_schedule(entries=MOVED)
        office.apply("cat")
        page.get_by_role("button", name="Approve Law helps").click()
        expect(page.get_by_role("alert")).to_contain_text("was moved from 2027-01-12 08:30")
        if script:  # axe is one
            screen.examine()
        page.get_by_role("button", name="Approve Law helps").click()
        expect(page.get_by_role("alert")).to_contain_text("3 deliveries approved")
    assert set(office.states().values()) == {"planned"}


MOVED = """\
  - {post: law-helps, at: 2027-01-12 09:00, send_to: [network:x, network:mastodon, network:bluesky]}
"""


def test_a_stop_is_thrown_and_lifted_by_keyboard_alone(
    office: WebOffice, playwright: Playwright, browser: Browser
) -> None:
    office.approve()
    with screen_of(office, playwright, browser.program, "ben", script=False) as screen:
        page = screen.page
        screen.open("/now")
        page.get_by_role("link", name="Stop", exact=True).focus()
        page.keyboard.press("Enter")
        page.get_by_label("Stop what?").focus()
        page.keyboard.press("Tab")
        page.keyboard.type("A death")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Stopped: everything")
    office.publish_at(DUE)
    assert office.texts("x") == []
    with screen_of(office, playwright, browser.program, "cat", script=False) as screen:
        page = screen.page
        screen.open("/stop")
        page.get_by_label("I have read what was held").press("Space")
        page.get_by_label("Why may it go on?").fill("It is over")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("3 on hold")
        screen.open("/now")
        page.get_by_role("button", name="Send now: Law helps on ico-x").click()
        expect(page.get_by_role("alert")).to_contain_text("Scheduled")
    office.publish()
    assert len(office.texts("x")) == 1


def test_an_author_moves_a_post_after_seeing_what_it_changes(
    office: WebOffice, playwright: Playwright, browser: Browser
) -> None:
    with screen_of(office, playwright, browser.program, "ama", width=NARROW) as screen:
        page = screen.page
        screen.open("/calendar/day?on=2027-01-12")
        page.get_by_role("link", name="Move Law helps").click()
        page.get_by_label("Day").fill("2027-01-14")
        page.get_by_role("button", name="Show what this changes").click()
        expect(page.get_by_role("main")).to_contain_text("2027-01-12 08:30 to 2027-01-14 08:30")
        screen.examine()
        screen.picture("move-plan")
        assert office.delivery(X).due_at == DUE
        page.get_by_role("button", name="Move it to 2027-01-14 08:30").click()
        expect(page.get_by_role("alert")).to_contain_text("3 deliveries changed")
        expect(page.get_by_role("main")).to_contain_text("Thursday 14 January")
    assert office.delivery(X).wall_time == "2027-01-14 08:30"


def test_a_post_is_dragged_to_another_day_and_its_plan_is_shown_first(
    office: WebOffice, playwright: Playwright, browser: Browser
) -> None:
    with screen_of(office, playwright, browser.program, "ama") as screen:
        page = screen.page
        screen.open("/calendar")
        row = page.locator("table.desk-grid tr", has_text="ico-x")
        row.locator("[data-move]").drag_to(row.locator('td[data-day="2027-01-14"]'))
        expect(page.get_by_role("main")).to_contain_text("2027-01-12 08:30 to 2027-01-14 08:30")
        assert office.delivery(X).due_at == DUE
        page.get_by_role("button", name="Move it to 2027-01-14 08:30").click()
        expect(page.get_by_role("alert")).to_contain_text("3 deliveries changed")
        screen.examine()
    assert office.delivery(X).wall_time == "2027-01-14 08:30"
