"""Reminders of what partners post by hand: once before, once after, none to whoever stopped."""

from datetime import timedelta

import pytest

from campaign.decisions.approvals import approve
from campaign.decisions.stops import stop
from campaign.mailing.keeping_back import kept_back
from campaign.mailing.message import as_message
from campaign.mailing.outbox import letters_of
from campaign.models_reports import Letter
from campaign.partnering.letters import Office
from campaign.partnering.reminders import close_unreported, remind_partners
from campaign.store.tables import PARTNER_ADDRESS
from tests.campaign.deliveries import NOW, TUESDAY
from tests.campaign.ledger import PACK, Ledger, in_pack

HOUR = timedelta(hours=1)
SECOND = "myth/npcc-linkedin/2"


@pytest.fixture
def in_hand(ledger: Ledger) -> Ledger:
    """The Chiefs have two posts of one day in hand, due at 08:30 and 11:30."""
    later = in_pack(gates=("approval",), id=SECOND, run="2", due_at=TUESDAY + 3 * HOUR)
    ledger.put(in_pack(gates=("approval",)), later)
    for one in (PACK, SECOND):
        approve(ledger.connection, one, ledger.change("ben"), ledger.roles)
        assert ledger.state(one) == "with-partner"
    return ledger


def ring(ledger: Ledger, public_url: str = "https://desk.example") -> int:
    office = Office(schedule=ledger.schedule, now=ledger.now, public_url=public_url)
    return remind_partners(ledger.connection, office)


def letters(ledger: Ledger, kind: str) -> list[Letter]:
    return letters_of(ledger.connection, f"reminder-{kind}/")


def test_one_letter_names_everything_of_a_day_the_day_before(in_hand: Ledger) -> None:
    in_hand.now = TUESDAY - 25 * HOUR
    assert ring(in_hand) == 0
    in_hand.now = TUESDAY - 24 * HOUR
    assert [ring(in_hand), ring(in_hand)] == [2, 0]
    one = next(one for one in letters(in_hand, "before") if one.address.startswith("noor"))
    assert "11:30" in one.text
    assert one.text.startswith(
        "Dear Noor Pace,\n\nThese are yours to post by hand, as your pack has them:\n\n"
        "- “myth” on npcc-linkedin (linkedin), Tuesday 12 January 2027, 08:30\n"
    )
    assert "No more reminders: https://desk.example/partner/stop/" in one.text


def test_a_day_after_the_last_of_a_day_it_is_asked_once_what_became_of_it(in_hand: Ledger) -> None:
    in_hand.force("published", PACK)
    in_hand.now = TUESDAY + 26 * HOUR
    assert ring(in_hand) == 0
    in_hand.now = TUESDAY + 27 * HOUR
    assert [ring(in_hand), ring(in_hand)] == [1, 0]
    (one, _) = letters(in_hand, "after")
    assert "08:30" not in one.text
    assert "This is the only time we ask." in one.text
    assert letters(in_hand, "before") == []


def test_what_nobody_reported_for_a_week_reads_no_answer_and_can_still_be_recorded(
    in_hand: Ledger,
) -> None:
    in_hand.now = TUESDAY + timedelta(days=7) - HOUR
    assert close_unreported(in_hand.connection, in_hand.now) == []
    in_hand.now += HOUR
    assert close_unreported(in_hand.connection, in_hand.now) == [PACK]
    assert in_hand.state(PACK) == "no-answer"
    assert in_hand.row(PACK).note == "nobody said within 7 days whether it was posted"


SCOPES = [("all", ""), ("theme", "rumour")]


@pytest.mark.parametrize("scope", SCOPES)
def test_nobody_is_reminded_under_a_stop(in_hand: Ledger, scope: tuple[str, str]) -> None:
    stop(in_hand.connection, *scope, in_hand.change("ama"))
    in_hand.now = TUESDAY - HOUR
    assert ring(in_hand) == 0
    assert letters(in_hand, "before") == []


def a_letter(ledger: Ledger) -> Letter:
    ledger.now = TUESDAY - 2 * HOUR
    ring(ledger)
    return next(one for one in letters(ledger, "before") if one.address.startswith("Sam"))


@pytest.mark.parametrize("scope", [("partner", "npcc"), ("theme", "rumour")])
def test_what_was_written_before_a_stop_waits_and_what_is_no_longer_so_is_not_sent(
    in_hand: Ledger, scope: tuple[str, str]
) -> None:
    letter = a_letter(in_hand)
    assert kept_back(in_hand.connection, letter, in_hand.now) is None
    stop(in_hand.connection, *scope, in_hand.change("ama", "a mistake"))
    kept = kept_back(in_hand.connection, letter, in_hand.now)
    assert kept is not None
    assert (kept.state, kept.note) == ("planned", "stopped by ama: a mistake")
    over = kept_back(in_hand.connection, letter, TUESDAY + 3 * HOUR)
    assert over is not None
    assert (over.state, over.note) == ("not-sent", "what it says was no longer so")


def test_whoever_wants_no_reminders_gets_none_also_of_those_already_written(
    in_hand: Ledger,
) -> None:
    letter = a_letter(in_hand)
    here = PARTNER_ADDRESS.c.address == "sam@npcc.example"
    in_hand.connection.execute(PARTNER_ADDRESS.update().where(here).values(stopped_at=NOW))
    kept = kept_back(in_hand.connection, letter, in_hand.now)
    assert kept is not None
    assert (kept.state, kept.note) == ("not-sent", "its reader wants no reminders")
    in_hand.now = TUESDAY + 30 * HOUR
    ring(in_hand)
    assert [one.address for one in letters(in_hand, "after")] == ["noor@npcc.example"]


def test_mail_programs_find_how_to_stop_reminders(in_hand: Ledger) -> None:
    letter = a_letter(in_hand)
    text = as_message(letter, [], "desk@ico.example").decode()
    assert f"List-Unsubscribe: <{letter.stop_link}>, <mailto:desk@ico.example?" in text
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in text


def test_without_a_page_of_ours_reminders_are_stopped_by_answering(in_hand: Ledger) -> None:
    in_hand.now = TUESDAY - 2 * HOUR
    ring(in_hand, public_url="")
    letter = letters(in_hand, "before")[0]
    text = as_message(letter, [], "desk@ico.example").decode()
    assert "List-Unsubscribe: <mailto:desk@ico.example?subject=stop%20reminders>\r\n" in text
    assert "List-Unsubscribe-Post" not in text
    assert "No more reminders: answer this e-mail with the word stop" in letter.text
