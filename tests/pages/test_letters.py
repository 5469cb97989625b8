"""Letters in a real browser: chosen by their reader, sent again, and as mail programs show them."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from campaign.mailing.outbox import letters_of, write_letters
from campaign.models_reports import Letter
from campaign.notices.choices import unwanted_by
from campaign.notices.writing import Line, Page, Section, as_page
from tests.pages.browser import Browser
from tests.web.chromium import NARROW, WIDE, screen_of
from tests.web.people import open_web_office

LETTER = as_page(
    Page(
        campaign="Think. Check. Share.",
        reader="Ama Mensah",
        as_of="Tuesday 12 January 2027, 02:03",
        choices="https://desk.example/you",
        sections=(
            Section(
                heading="The network said no",
                lead="It does not go out by itself. Mend what the network says, then decide.",
                lines=tuple(
                    Line(
                        what=f"“Telling the family” on ico-{one}, due Tuesday 12 January, 02:00",
                        words="403 You are not permitted to perform this action",
                        where=f"https://desk.example/decide/telling/ico-{one}/1",
                    )
                    for one in ("x", "mastodon")
                ),
            ),
            Section(
                heading="For your yes",
                lead="Without a yes before its time it does not go out.",
                lines=(
                    Line(what="“Consent is one route”", where="campaign approve consent/ico-x/1"),
                ),
            ),
        ),
    )
)


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_letter_can_be_read_at_both_widths_and_in_the_dark(
    tmp_path: Path, playwright: Playwright, browser: Browser, width: int, scheme: str
) -> None:
    with (
        open_web_office(tmp_path) as office,
        screen_of(office, playwright, browser.program, "ama", width=width) as screen,
    ):
        screen.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        screen.page.set_content(LETTER)
        screen.picture(f"letter-{scheme}")
        screen.examine()


def test_somebody_chooses_letters_on_a_phone_and_sends_a_lost_one_again(
    tmp_path: Path, playwright: Playwright, browser: Browser
) -> None:
    with open_web_office(tmp_path) as office:
        lost = Letter(
            id="notice/ben/1",
            purpose="notice",
            person="ben",
            address="ben@ico.example",
            subject="2 posts refused (Think. Check. Share.)",
            text="…",
            state="unknown",
            note="it may have arrived: Connection reset by peer",
            attempt=1,
            created_at=office.clock.now() - timedelta(hours=1),
        )
        with office.desk.store.write() as connection:
            write_letters(connection, [lost])
        with screen_of(office, playwright, browser.program, "ama", width=NARROW) as screen:
            screen.open("/you")
            screen.picture("letters-choose")
            screen.examine()
            screen.page.get_by_label("The daily letter").uncheck()
            screen.page.get_by_role("button", name="Save").click()
            expect(screen.page.get_by_text("Your choice is kept.")).to_be_visible()
            screen.open("/now")
            screen.picture("letters-lost")
            screen.examine()
            screen.page.get_by_role("button", name="Send again").click()
            expect(screen.page.get_by_text("It is sent again within a minute.")).to_be_visible()
        with office.desk.store.read() as connection:
            assert unwanted_by(connection, "ama") == {"digest"}
            assert letters_of(connection, "notice/")[0].state == "planned"
