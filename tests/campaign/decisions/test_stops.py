from datetime import timedelta

import pytest

from campaign.decisions.approvals import CannotDecideError
from campaign.decisions.stops import resume, stop
from campaign.desk_views.stop_lists import standing_stops
from campaign.people import NotAllowedError
from campaign.store.barriers import barrier
from tests.campaign.deliveries import TUESDAY, planned
from tests.campaign.ledger import ID, PACK, PARTNERS, Ledger, in_pack, on_partners_channel

MINUTE = timedelta(minutes=1)

SCOPES = {
    ("all", ""): {ID, PARTNERS, PACK},
    ("channel", "ico-x"): {ID},
    ("channel", "npcc-x"): {PARTNERS},
    ("partner", "npcc"): {PARTNERS, PACK},
    ("partner", "ico"): {ID},
    ("network", "x"): {ID, PARTNERS},
    ("network", "linkedin"): {PACK},
    ("theme", "rumour"): {ID, PARTNERS, PACK},
}


@pytest.fixture
def three(ledger: Ledger) -> Ledger:
    """One delivery of the owner, two of a partner, one of them a pack; all without gates."""
    ledger.put(planned(gates=()), on_partners_channel(gates=()), in_pack(gates=()))
    return ledger


@pytest.mark.parametrize(("scope", "covered"), SCOPES.items())
def test_a_stop_covers_its_scope_and_nothing_else(
    three: Ledger, scope: tuple[str, str], covered: set[str]
) -> None:
    stop(three.connection, *scope, three.change("ben", "mourning"))
    stopped = {
        one for one in (ID, PARTNERS, PACK) if barrier(three.connection, three.row(one), three.now)
    }
    assert stopped == covered
    assert barrier(three.connection, three.row(min(covered)), three.now) == (
        "stopped by ben: mourning"
    )
    resume(three.connection, *scope, three.change("cat"))
    assert barrier(three.connection, three.row(min(covered)), three.now) is None


def test_a_stop_of_a_theme_lists_what_it_held_and_leaves_other_themes_alone(
    three: Ledger,
) -> None:
    other = "advice/ico-x/1"
    three.put(planned(gates=()), in_pack(gates=()), planned(other, theme="advice", gates=()))
    stop(three.connection, "theme", "rumour", three.change("ben", "mourning"))
    three.now = TUESDAY
    (standing,) = standing_stops(three.connection, three.now)
    assert [one.id for one in standing.held.rows] == [ID]
    held = resume(three.connection, "theme", "rumour", three.change("cat", "over"))
    assert [one.id for one in held] == [ID]
    assert (three.state(ID), three.state(other)) == ("held", "planned")


def test_whoever_threw_a_stop_cannot_lift_it(three: Ledger) -> None:
    stop(three.connection, "all", "", three.change("ben"))
    with pytest.raises(NotAllowedError, match="ben threw this stop; another person has to lift it"):
        resume(three.connection, "all", "", three.change("ben"))
    assert barrier(three.connection, three.row(), three.now) is not None


def test_where_two_have_thrown_it_a_third_lifts_it_for_both(three: Ledger) -> None:
    stop(three.connection, "all", "", three.change("ben"))
    stop(three.connection, "all", "", three.change("cat"))
    for one in ("ben", "cat"):
        with pytest.raises(NotAllowedError):
            resume(three.connection, "all", "", three.change(one))
    resume(three.connection, "all", "", three.change("ama"))
    assert barrier(three.connection, three.row(), three.now) is None


def test_a_stop_that_is_not_on_cannot_be_lifted_and_those_that_are_on_are_named(
    three: Ledger,
) -> None:
    with pytest.raises(CannotDecideError, match="no such stop is on; standing: none"):
        resume(three.connection, "all", "", three.change("cat"))
    stop(three.connection, "partner", "npcc", three.change("ben"))
    with pytest.raises(CannotDecideError, match="no such stop is on; standing: partner npcc"):
        resume(three.connection, "all", "", three.change("cat"))


def test_lifting_one_stop_leaves_another_on(three: Ledger) -> None:
    stop(three.connection, "network", "x", three.change("ben", "broken into"))
    stop(three.connection, "partner", "npcc", three.change("ben", "strike"))
    resume(three.connection, "network", "x", three.change("cat"))
    assert barrier(three.connection, three.row(ID), three.now) is None
    assert barrier(three.connection, three.row(PARTNERS), three.now) == "stopped by ben: strike"


def test_what_became_due_under_a_stop_is_held_when_it_ends_even_if_no_worker_was_there(
    three: Ledger,
) -> None:
    stop(three.connection, "all", "", three.change("ben", "mourning"))
    three.now = TUESDAY + 10 * MINUTE  # within the late limit of half an hour
    held = resume(three.connection, "all", "", three.change("cat", "over"))
    assert [one.id for one in held] == [ID, PARTNERS]
    assert [one.note for one in held] == ["stopped by ben: mourning"] * 2
    assert (three.state(ID), three.state(PARTNERS)) == ("held", "held")
    assert three.state(PACK) == "with-partner"


def test_what_becomes_due_after_a_stop_has_ended_is_untouched(three: Ledger) -> None:
    stop(three.connection, "all", "", three.change("ben"))
    three.now = TUESDAY - MINUTE
    assert resume(three.connection, "all", "", three.change("cat")) == []
    assert three.state() == "planned"


def test_a_stop_on_one_channel_holds_nothing_of_the_others_when_it_ends(three: Ledger) -> None:
    stop(three.connection, "channel", "npcc-x", three.change("ben"))
    three.now = TUESDAY
    held = resume(three.connection, "channel", "npcc-x", three.change("cat"))
    assert [one.id for one in held] == [PARTNERS]
    assert three.state(ID) == "planned"


def test_the_end_of_a_stop_lists_what_is_held_in_its_scope_and_moves_nothing(
    three: Ledger,
) -> None:
    stop(three.connection, "partner", "npcc", three.change("ben"))
    three.force("held", PARTNERS)
    three.force("held", ID)
    held = resume(three.connection, "partner", "npcc", three.change("cat"))
    assert [one.id for one in held] == [PARTNERS]
    assert (three.state(ID), three.state(PARTNERS)) == ("held", "held")


def test_what_was_missed_stays_missed_when_a_stop_ends(three: Ledger) -> None:
    three.force("missed")
    stop(three.connection, "all", "", three.change("ben"))
    three.now = TUESDAY
    resume(three.connection, "all", "", three.change("cat"))
    assert three.state() == "missed"
