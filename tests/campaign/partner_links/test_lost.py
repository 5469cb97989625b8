from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from campaign.mailing.outbox import SENT, TAKEN_OUT, Outcome, claim, finish, letters_of
from campaign.models_reports import Letter
from campaign.partner_links.links import link_in
from campaign.partner_links.lost import ANSWER, Post, ask_again
from campaign.store.tables import LETTER, LINK_REQUEST
from tests.campaign.ledger import Ledger
from tests.campaign.partner_links.scene import KEYS

PAGES = "https://desk.ico.example/partner"
MINUTES, DAY = timedelta(minutes=10), timedelta(days=1)


def ask(ledger: Ledger, address: str, after: timedelta = timedelta(0)) -> str:
    post = Post(schedule=ledger.schedule, keys=KEYS, address=PAGES)
    return ask_again(ledger.connection, post, address, ledger.now + after)


def letters(ledger: Ledger) -> list[Letter]:
    return letters_of(ledger.connection, "partner-link/")


def test_a_known_contact_gets_a_new_link_by_e_mail(ledger: Ledger) -> None:
    ask(ledger, " Press@NPCC.example ")
    (letter,) = letters(ledger)
    assert (letter.address, letter.state) == ("press@npcc.example", "planned")
    (address,) = [one for one in letter.text.splitlines() if one.startswith(PAGES)]
    link = link_in(ledger.connection, address.rpartition("/")[2], KEYS, ledger.now)
    assert (link.partner, link.contact) == ("npcc", "press@npcc.example")


@pytest.mark.parametrize(
    "typed",
    [
        "nobody@npcc.example",
        "",
        "press@npcc.example, me@evil.example",
        "press@npcc.example\nBcc: me@evil.example",
    ],
)
def test_nobody_else_is_written_to_and_the_answer_is_the_same(ledger: Ledger, typed: str) -> None:
    assert ask(ledger, typed) == ask(ledger, "press@npcc.example") == ANSWER
    assert [one.address for one in letters(ledger)] == ["press@npcc.example"]


def test_whoever_asks_over_and_over_gets_one_letter_in_ten_minutes_and_five_a_day(
    ledger: Ledger,
) -> None:
    for minute in range(10):
        assert ask(ledger, "press@npcc.example", timedelta(minutes=minute)) == ANSWER
    assert len(letters(ledger)) == 1
    for turn in range(1, 20):
        ask(ledger, "press@npcc.example", turn * MINUTES)
    assert len(letters(ledger)) == 5
    ask(ledger, "press@npcc.example", DAY + 20 * MINUTES)
    assert len(letters(ledger)) == 6


def test_many_addresses_together_do_not_flood_anybody_either(ledger: Ledger) -> None:
    for number in range(60):
        ask(ledger, f"{number}@evil.example")
    ask(ledger, "press@npcc.example")
    assert letters(ledger) == []
    ask(ledger, "press@npcc.example", timedelta(hours=2))
    assert len(letters(ledger)) == 1


def test_what_was_asked_for_is_forgotten_after_a_day_and_names_nobody(ledger: Ledger) -> None:
    ask(ledger, "somebody@evil.example")
    row = ledger.connection.execute(select(LINK_REQUEST)).one()
    assert "somebody" not in str(tuple(row))
    ask(ledger, "other@evil.example", DAY)
    count = ledger.connection.execute(select(func.count()).select_from(LINK_REQUEST)).scalar()
    assert count == 1


def test_once_a_letter_has_been_sent_its_link_is_in_the_database_no_more(ledger: Ledger) -> None:
    ask(ledger, "press@npcc.example")
    (letter,) = letters(ledger)
    claimed = claim(ledger.connection, letter.id, ledger.now)
    assert claimed is not None
    assert PAGES in claimed.text
    finish(ledger.connection, claimed, Outcome(state=SENT), ledger.now)
    assert [one.text for one in letters(ledger)] == [TAKEN_OUT]


def test_a_letter_of_another_kind_is_kept_as_it_was_sent(ledger: Ledger) -> None:
    ask(ledger, "press@npcc.example")
    ledger.connection.execute(update(LETTER).values(purpose="report"))
    (letter,) = letters(ledger)
    claimed = claim(ledger.connection, letter.id, ledger.now)
    assert claimed is not None
    finish(ledger.connection, claimed, Outcome(state=SENT), ledger.now)
    assert PAGES in letters(ledger)[0].text
