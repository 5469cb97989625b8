from datetime import timedelta

import pytest

from campaign.decisions.stops import resume, stop
from campaign.desk_views.stop_lists import (
    ListHasChangedError,
    Scope,
    check_read,
    past_stops,
    standing_stops,
)
from tests.campaign.deliveries import TUESDAY, planned
from tests.campaign.ledger import ID, PACK, PARTNERS, Ledger, in_pack, on_partners_channel

NPCC = Scope(kind="partner", target="npcc")


@pytest.fixture
def stopped(ledger: Ledger) -> Ledger:
    """Two deliveries of the owner and one of a partner, all due; the partner is stopped twice."""
    ledger.put(planned(gates=()), on_partners_channel(gates=()), in_pack(gates=()))
    for who in ("ben", "cat"):
        stop(ledger.connection, "partner", "npcc", ledger.change(who, "mourning"))
    ledger.now = TUESDAY + timedelta(minutes=5)
    return ledger


def test_stops_of_one_scope_stand_together_with_what_they_hold(stopped: Ledger) -> None:
    stopped.force("held", ID)
    (standing,) = standing_stops(stopped.connection, stopped.now)
    assert standing.scope == NPCC
    assert [one.stopped_by for one in standing.stops] == ["ben", "cat"]
    # What a partner posts by hand is not held, nor is what another scope covers.
    assert [row.id for row in standing.held.rows] == [PARTNERS]


def test_the_list_is_what_lifting_then_leaves_on_hold(stopped: Ledger) -> None:
    stop(stopped.connection, "all", "", stopped.change("ben"))
    listed = {one.scope.kind: one.held for one in standing_stops(stopped.connection, stopped.now)}
    held = resume(stopped.connection, "all", "", stopped.change("ama"))
    assert [row.id for row in listed["all"].rows] == [one.id for one in held] == [ID, PARTNERS]
    assert [one.lifted_by for one in past_stops(stopped.connection)] == ["ama"]


def test_a_lift_is_bound_to_the_list_that_was_read(stopped: Ledger) -> None:
    (standing,) = standing_stops(stopped.connection, stopped.now)
    check_read(stopped.connection, NPCC, standing.fingerprint, stopped.now)
    stopped.force("held", PARTNERS)  # as publishing does with what was on the list already
    check_read(stopped.connection, NPCC, standing.fingerprint, stopped.now)
    stopped.force("held", PACK)
    with pytest.raises(ListHasChangedError, match="has changed since you read the list"):
        check_read(stopped.connection, NPCC, standing.fingerprint, stopped.now)
