from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from campaign.partner_links.links import (
    ENDED,
    NOT_WHOLE,
    TAKEN_BACK,
    Link,
    Wanted,
    end_links,
    link_in,
    links_of,
    make_link,
)
from campaign.partner_page.invitations import Invitation, LinkError, token_of
from campaign.secret_keys import new_key
from campaign.store.tables import PARTNER_LINK
from tests.campaign.ledger import Ledger
from tests.campaign.partner_links.scene import KEYS

ELIN = Wanted(partner="npcc", contact="press@npcc.example", lasts=timedelta(days=7))


def opened(ledger: Ledger, token: str, after: timedelta = timedelta(0)) -> Link:
    return link_in(ledger.connection, token, KEYS, ledger.now + after)


def refused(ledger: Ledger, token: str, after: timedelta = timedelta(0)) -> str:
    with pytest.raises(LinkError) as caught:
        opened(ledger, token, after)
    return str(caught.value)


def made(ledger: Ledger, wanted: Wanted = ELIN) -> str:
    return make_link(ledger.connection, wanted, ledger.change("ama"), KEYS)[1]


def test_a_link_opens_the_partner_it_was_made_for_as_often_as_wanted(ledger: Ledger) -> None:
    token = made(ledger)
    first, second = opened(ledger, token), opened(ledger, token)
    assert (first.partner, first.contact, first.made_by) == ("npcc", "press@npcc.example", "ama")
    assert first == second


def test_the_database_holds_nothing_that_opens_a_page(ledger: Ledger) -> None:
    token = made(ledger)
    row = ledger.connection.execute(select(PARTNER_LINK)).one()
    said = " ".join(str(one) for one in row)
    assert token not in said
    assert token.partition(".")[0] not in said


def test_a_link_ends_at_its_instant(ledger: Ledger) -> None:
    token = made(ledger)
    week = timedelta(days=7)
    assert opened(ledger, token, week - timedelta(seconds=1)).partner == "npcc"
    assert refused(ledger, token, week) == ENDED


def test_what_was_forged_cut_or_signed_for_something_else_is_not_whole(ledger: Ledger) -> None:
    token = made(ledger)
    said, _, signature = token.partition(".")
    other = Invitation(channel="ico-x", link_id="1", made_by="ama", expires_at=ledger.now)
    forged = [
        "",
        ".",
        "é.é",
        token[:-2],
        f"{said[:-2]}AA.{signature}",
        f"{signature}.{said}",
        token_of(other, KEYS),
        make_link(ledger.connection, ELIN, ledger.change("ama"), [new_key()])[1],
    ]
    assert {refused(ledger, one) for one in forged} == {NOT_WHOLE}


def test_a_link_made_before_the_key_changed_still_opens(ledger: Ledger) -> None:
    token = made(ledger)
    keys = (new_key(), *KEYS)
    assert link_in(ledger.connection, token, keys, ledger.now).partner == "npcc"


def test_one_contacts_links_are_taken_back_and_the_others_go_on(ledger: Ledger) -> None:
    mine, other = made(ledger), made(ledger, replace(ELIN, contact="two@npcc.example"))
    ended = end_links(ledger.connection, "npcc", ledger.change("ben"), contact="press@npcc.example")
    assert ended == 1
    assert refused(ledger, mine) == TAKEN_BACK
    assert opened(ledger, other).contact == "two@npcc.example"


def test_all_links_of_a_partner_are_taken_back_at_once_and_nobody_elses(ledger: Ledger) -> None:
    mine, theirs = made(ledger), made(ledger, Wanted(partner="ndna"))
    assert end_links(ledger.connection, "npcc", ledger.change("ben")) == 1
    assert refused(ledger, mine) == TAKEN_BACK
    assert opened(ledger, theirs).partner == "ndna"
    (link,) = links_of(ledger.connection, "npcc")
    assert (link.ended_by, link.ended_at) == ("ben", ledger.now)


@pytest.mark.parametrize("sentence", [NOT_WHOLE, TAKEN_BACK, ENDED])
def test_a_link_that_opens_nothing_says_what_to_do(sentence: str) -> None:
    assert sentence.endswith("sk below for a new one.")


def test_whoever_acts_by_a_link_without_a_name_is_called_by_its_number(
    ledger: Ledger,
) -> None:
    link = opened(ledger, made(ledger, Wanted(partner="npcc")))
    assert link.who == f"npcc (link {link.number})"
    assert isinstance(link.expires_at, datetime)
