from datetime import timedelta

import pytest
from sqlalchemy import insert

from campaign.decisions.approvals import CannotDecideError, approve
from campaign.decisions.stops import stop
from campaign.desk_views.approval_cards import Looker
from campaign.desk_views.one_delivery import OneDelivery, one_delivery
from campaign.store.tables import ATTEMPT
from tests.campaign.deliveries import NOW, TUESDAY, planned, thread
from tests.campaign.ledger import ID, PACK, Ledger, in_pack


def look(ledger: Ledger, delivery: str = ID, person: str = "ben") -> OneDelivery:
    looker = Looker(person=person, roles=ledger.roles, now=ledger.now)
    return one_delivery(ledger.connection, delivery, looker)


def test_moves_and_attempts_make_one_history(ledger: Ledger) -> None:
    ledger.put(planned())
    ledger.now = NOW + timedelta(hours=1)
    approve(ledger.connection, ID, ledger.change("ben", "fine"), ledger.roles)
    attempt = {
        "delivery_id": ID, "number": 1, "channel": "ico-x", "content_hash": "h",
        "delivery_key": "k", "worker": "w1", "started_at": TUESDAY,
        "ended_at": TUESDAY + timedelta(seconds=2), "outcome": "unknown", "error": "timed out",
    }  # fmt: skip
    ledger.connection.execute(insert(ATTEMPT).values(**attempt))
    assert [(one.words, one.who, one.why) for one in look(ledger).events] == [
        ("Waiting for approval", "ama", "applied"),
        ("Scheduled", "ben", "fine"),
        ("Attempt 1 begins", "w1", ""),
        ("Attempt 1 ends: no clear answer came", "w1", "timed out"),
    ]


def test_it_says_what_will_be_sent_and_what_it_waits_for(ledger: Ledger) -> None:
    ledger.put(*thread("One.", "Two."), in_pack(gates=()))
    seen = look(ledger)
    assert (seen.words, seen.content.text) == ("Waiting for approval", "One.")
    assert seen.waits_for == "approval by ben or cat"
    assert seen.waiting is not None
    assert seen.waiting.mine
    assert [one.id for one in seen.later] == [f"{ID}/2"]
    by_hand = look(ledger, PACK)
    assert (by_hand.by_hand, by_hand.waits_for, by_hand.waiting) == (
        True,
        "npcc to post it",
        None,
    )


def test_it_says_which_stop_or_window_stands_in_its_way(ledger: Ledger) -> None:
    ledger.put(planned(gates=()))
    assert look(ledger).barred is None
    stop(ledger.connection, "network", "x", ledger.change("cat", "mourning"))
    assert look(ledger).barred == "stopped by cat: mourning"


def test_a_delivery_that_is_not_there_is_said_to_be_none(ledger: Ledger) -> None:
    with pytest.raises(CannotDecideError, match="there is no delivery “nothing”"):
        look(ledger, "nothing")
