from datetime import timedelta
from typing import Any

import pytest

from campaign.diff import Difference, Kind, changed_facts, diff
from campaign.models import Delivery
from campaign.plan import PlannedDelivery
from tests.campaign.deliveries import NOW, TUESDAY, planned, row

UNSENT = ("awaiting-approval", "planned", "held", "missed", "refused")
OUT = ("sending", "unknown", "published")
FROZEN = (*OUT, "cancelled", "declined", "no-answer", "withdrawn")
LATER = TUESDAY + timedelta(hours=2)


def compare(wanted: list[PlannedDelivery], stored: list[Delivery]) -> Difference:
    return diff("spring", wanted, stored, NOW)


def lines(found: Difference) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(line.kind.value, line.delivery, line.changes) for line in found.lines]


def test_what_is_new_is_added_earliest_first() -> None:
    later = planned("myth/ico-x/1", due_at=LATER)
    found = compare([later, planned("fact/ico-x/1")], [])
    assert lines(found) == [("add", "fact/ico-x/1", ()), ("add", "myth/ico-x/1", ())]


@pytest.mark.parametrize("state", [*UNSENT, *FROZEN, "with-partner"])
def test_what_stands_as_planned_is_left_alone(state: str) -> None:
    mode = "pack" if state == "with-partner" else "connected"
    one = planned(mode=mode)
    assert compare([one], [row(one, state)]).lines == ()


@pytest.mark.parametrize("state", UNSENT)
def test_an_edited_text_changes_what_is_unsent(state: str) -> None:
    found = compare([planned(text="New.")], [row(planned(), state)])
    words = "content or account edited; needs approval again"
    assert lines(found) == [("change", "myth/ico-x/1", (words,))]
    assert found.out_with_old_text == ()


@pytest.mark.parametrize("state", UNSENT)
def test_another_post_partner_or_network_under_the_same_identity_is_a_change(state: str) -> None:
    other = planned(post="fact", partner="npcc", network="mastodon")
    found = compare([other], [row(planned(), state)])
    assert found.lines[0].changes == (
        "post: myth to fact",
        "partner: ico to npcc",
        "network: x to mastodon",
    )


@pytest.mark.parametrize("state", OUT)
def test_an_edited_text_leaves_what_is_out_alone_and_the_plan_lists_it(state: str) -> None:
    found = compare([planned(text="New.")], [row(planned(), state)])
    assert found.lines == ()
    assert found.out_with_old_text == ("myth/ico-x/1",)


@pytest.mark.parametrize("state", ["cancelled", "declined", "no-answer", "withdrawn"])
def test_an_edited_text_does_not_touch_what_ended_without_going_out(state: str) -> None:
    found = compare([planned(text="New.")], [row(planned(), state)])
    assert found.lines == ()
    assert found.out_with_old_text == ()


def test_where_no_approval_is_asked_for_an_edit_says_so() -> None:
    found = compare([planned(text="New.", gates=())], [row(planned(gates=()), "planned")])
    assert found.lines[0].changes == ("content or account edited; no approval is asked for",)


@pytest.mark.parametrize("state", ["awaiting-approval", "planned"])
def test_a_new_time_moves_what_has_not_been_acted_on(state: str) -> None:
    found = compare([planned(due_at=LATER)], [row(planned(), state)])
    moved = "time: 2027-01-12 08:30 to 2027-01-12 10:30"
    assert lines(found) == [("change", "myth/ico-x/1", (moved,))]


@pytest.mark.parametrize("state", ["held", "missed", "refused", *OUT])
def test_a_new_time_does_not_move_what_has_been_acted_on_and_the_plan_says_so(state: str) -> None:
    found = compare([planned(due_at=LATER)], [row(planned(), state)])
    assert found.lines == ()
    assert found.frozen == (f"myth/ico-x/1 is {state}: its time stays 2027-01-12 08:30",)


def test_a_cancelled_delivery_is_not_revived_by_its_entry() -> None:
    found = compare([planned()], [row(planned(), "cancelled")])
    assert found.lines == ()
    assert found.frozen == (
        "myth/ico-x/1 was cancelled and stays so; give the entry another id to schedule it afresh",
    )


@pytest.mark.parametrize("state", ["awaiting-approval", "planned", "with-partner", "held"])
def test_what_is_no_longer_planned_is_cancelled(state: str) -> None:
    found = compare([], [row(planned(), state)])
    assert lines(found) == [("cancel", "myth/ico-x/1", ("no longer in the schedule",))]
    assert found.count(Kind.CANCEL) == 1


@pytest.mark.parametrize("state", ["missed", "refused", *FROZEN])
def test_what_has_been_acted_on_is_not_cancelled_by_taking_its_entry_out(state: str) -> None:
    assert compare([], [row(planned(), state)]).empty


def test_a_new_late_limit_and_new_gates_are_said_in_words() -> None:
    wanted = planned(late_limit=timedelta(hours=1), gates=("approval", "legal"))
    found = compare([wanted], [row(planned(), "planned")])
    assert found.lines[0].changes == (
        "late limit: 30 to 60 minutes",
        "asks for: approval to approval,legal",
    )


def test_gates_that_fall_away_are_said_in_words() -> None:
    found = compare([planned(gates=())], [row(planned(), "awaiting-approval")])
    assert found.lines[0].changes == ("asks for: approval to nothing",)


def test_a_channel_that_becomes_a_pack_hands_its_deliveries_to_the_partner() -> None:
    found = compare([planned(mode="pack")], [row(planned(), "planned")])
    assert found.lines[0].changes == ("from now on the partner posts it by hand",)


def test_a_pack_that_becomes_connected_takes_its_deliveries_back() -> None:
    found = compare([planned()], [row(planned(), "with-partner")])
    assert found.lines[0].changes == ("from now on it is sent by us",)


def test_a_time_that_is_past_is_warned_of_for_what_is_added_and_what_is_moved() -> None:
    past = planned("late/ico-x/1", due_at=NOW)
    warning = "its time is past: it will be put aside as missed, not sent"
    assert compare([past], []).lines[0].changes == (warning,)
    moved = compare([past], [row(planned("late/ico-x/1"), "planned")])
    assert moved.lines[0].changes == ("time: 2027-01-12 08:30 to 2027-01-11 07:00", warning)


def test_a_partner_who_posts_by_hand_may_be_late() -> None:
    assert compare([planned(due_at=NOW, mode="pack")], []).lines[0].changes == ()


def test_every_note_of_the_plan_is_passed_on() -> None:
    found = compare([planned(notes=("moved from Friday 26 March 2027: Good Friday",))], [])
    assert found.notes == ("myth/ico-x/1: moved from Friday 26 March 2027: Good Friday",)


def test_the_fingerprint_names_everything_that_would_be_written() -> None:
    variants = [
        planned(),
        planned(text="New."),
        planned(due_at=LATER),
        planned(late_limit=timedelta(hours=1)),
        planned(gates=()),
        planned(mode="pack"),
    ]
    prints = [compare([one], []).lines[0].fingerprint for one in variants]
    assert len(set(prints)) == 6
    assert prints[0] == compare([planned()], []).lines[0].fingerprint


def test_the_kept_plan_holds_every_key_that_is_read_back() -> None:
    kept = compare([planned()], []).to_json()
    assert sorted(kept) == [
        "add",
        "campaign",
        "cancel",
        "change",
        "deliveries",
        "facts",
        "frozen",
        "notes",
        "out_with_old_text",
        "schedule",
    ]
    assert (kept["add"], kept["change"], kept["cancel"]) == (1, 0, 0)
    assert kept["deliveries"][0]["kind"] == "add"


def test_facts_beside_the_deliveries_are_compared_part_by_part() -> None:
    before: dict[str, Any] = {
        "title": "Spring",
        "people": {"ama": 1, "ben": 2},
        "rules": {"windows": []},
        "audience": None,
        "schedule": [1],
    }
    after = {
        "title": "Summer",
        "people": {"ben": 3, "cat": 4},
        "rules": {"windows": ["hold"]},
        "audience": {"universe": 5},
        "schedule": [2],
    }
    assert changed_facts(before, after) == (
        "title: changed",
        "people: cat added, ama removed, ben changed",
        "rules: windows changed",
        "audience: set",
    )
    assert changed_facts(after, {**after, "audience": None}) == ("audience: removed",)
    assert changed_facts(before, before) == ()


def test_a_plan_that_only_changes_facts_is_not_empty() -> None:
    assert compare([], []).empty
    assert not Difference(campaign="spring", facts=("rules: windows changed",)).empty
