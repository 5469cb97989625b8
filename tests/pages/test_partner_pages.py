"""A partner on its phone, in a real browser: from the link in the e-mail to its own results."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from campaign.decisions.stops import stop
from campaign.store.deliveries import Change
from tests.campaign.office import DUE
from tests.pages.browser import Browser
from tests.web.chromium import NARROW, WIDE, Screen, screen_of
from tests.web.partners import ID, ON_X, PartnerOffice, open_partner_office

LINKEDIN = "https://www.linkedin.com/feed/update/urn:li:share:7000000000000000001"
WORDS = (
    "Data protection law helps you share information to protect a child.\n\n"
    "Think: what could happen if you do not?\n\n"
    "https://ico.example/share?utm_source=linkedin&utm_medium=social"
    "&utm_campaign=think-check-share&utm_content=law-helps-npcc"
)
WRONG = "https://x.com/ico.example/status/2142901896606646336"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PartnerOffice]:
    with open_partner_office(tmp_path) as opened:
        opened.clock.move_to(DUE + timedelta(hours=1))
        yield opened


def report(screen: Screen, url: str = LINKEDIN) -> None:
    screen.page.get_by_label("Address of your post").fill(url)
    screen.page.get_by_role("button", name="It is out").click()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_can_be_read_at_both_widths(
    office: PartnerOffice, playwright: Playwright, browser: Browser, width: int
) -> None:
    office.ask_first()
    link = office.link()
    with screen_of(office, playwright, browser.program, None, width=width) as screen:
        pages = {"posts": link, "asked": f"{link}/post/{ID}", "results": f"{link}/results"}
        pages |= {"numbers": f"{link}/numbers", "lost": "/partner/lost", "bad": "/partner/forged"}
        pages["stop"] = "/partner/stop/some-token"
        for name, path in pages.items():
            screen.open(path)
            screen.page.locator("details").evaluate_all(
                "all => all.forEach(one => one.open = true)"
            )
            screen.picture(name)
            screen.examine()


@pytest.mark.parametrize(("width", "script"), [(NARROW, False), (NARROW, True), (WIDE, True)])
def test_a_partner_posts_reports_and_counts_with_and_without_script(
    office: PartnerOffice,
    playwright: Playwright,
    browser: Browser,
    width: int,
    script: bool,  # noqa: FBT001
) -> None:
    link = office.link()
    with screen_of(office, playwright, browser.program, None, width=width, script=script) as screen:
        page = screen.page
        screen.open(link)
        page.get_by_role("link", name="LinkedIn").click()
        expect(page.get_by_label("Words")).to_have_value(WORDS)
        expect(page.get_by_role("button", name="Copy words")).to_be_visible(visible=script)
        expect(page.get_by_role("img")).to_have_js_property("naturalWidth", 640)
        report(screen, WRONG)
        expect(page.get_by_role("alert")).to_contain_text("That is no post of npcc.example")
        expect(page.get_by_label("Address of your post")).to_have_value(WRONG)
        screen.picture("refused")
        report(screen)
        expect(page.get_by_text("The post is recorded as live.")).to_be_visible()
        page.get_by_text("Send numbers").last.click()
        page.get_by_label("Likes and other reactions").fill("41")
        page.get_by_label("Comments").fill("many")
        page.get_by_role("button", name="Send these numbers").click()
        expect(page.get_by_role("alert")).to_contain_text("“many” is no count")
        screen.picture("bad-number")
        page.get_by_label("Comments").fill("")
        page.get_by_role("button", name="Send these numbers").click()
        expect(page.get_by_text("Your numbers are taken in.")).to_be_visible()
        screen.picture("live")
        if script:
            screen.examine()
        page.get_by_role("link", name="Results").click()
        expect(page.get_by_text("1 of 2")).to_be_visible()
        screen.picture("results-live")
        if script:
            screen.examine()
    assert office.state(ID) == "published"


def test_a_stop_is_seen_and_hides_words_and_picture(
    office: PartnerOffice, playwright: Playwright, browser: Browser
) -> None:
    link = office.link()
    with office.desk.store.write() as connection:
        change = Change(who="ben", at=office.clock.now(), why="an incident of our own")
        stop(connection, "all", "", change)
    with screen_of(office, playwright, browser.program, None, width=NARROW) as screen:
        screen.open(f"{link}/post/{ON_X}")
        expect(screen.page.get_by_text("Please do not post it now.")).to_be_visible()
        assert screen.page.get_by_role("img").count() == 0
        assert "incident" not in screen.page.content()
        screen.picture("stopped")
        screen.examine()
