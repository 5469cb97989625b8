import pytest

from campaign.diff import diff
from campaign.models import Delivery
from campaign.plan import PlannedDelivery
from tests.campaign.deliveries import NOW, planned, row, thread

OUT = ("published", "sending", "unknown")
ROOT, SECOND, THIRD = "myth/ico-x/1", "myth/ico-x/1/2", "myth/ico-x/1/3"
WHY = "what it follows is out with its old wording"


def lines(wanted: list[PlannedDelivery], stored: list[Delivery]) -> list[tuple[str, str]]:
    found = diff("spring", wanted, stored, NOW)
    return [(line.kind.value, line.delivery) for line in found.lines]


def frozen(wanted: list[PlannedDelivery], stored: list[Delivery]) -> tuple[str, ...]:
    return diff("spring", wanted, stored, NOW).frozen


@pytest.mark.parametrize("state", OUT)
def test_an_edited_part_changes_while_what_it_follows_is_out_as_it_stands(state: str) -> None:
    before, after = thread("A.", "B.", "C."), thread("A.", "B.", "New.")
    stored = [row(before[0], state), row(before[1], "planned"), row(before[2], "planned")]
    assert lines(after, stored) == [("change", THIRD)]


@pytest.mark.parametrize("state", OUT)
def test_nothing_that_is_out_is_said_again_further_on(state: str) -> None:
    """Where a part is put in before one that is out, that one's text would move to the next."""
    before, after = thread("A.", "B.", "C."), thread("A.", "In between.", "B.", "C.")
    stored = [row(before[0], "published"), row(before[1], state), row(before[2], "planned")]
    assert lines(after, stored) == []
    assert frozen(after, stored) == (
        f"{THIRD} stays as it was applied: {WHY}",
        f"myth/ico-x/1/4 is not added: {WHY}",
    )
    assert diff("spring", after, stored, NOW).out_with_old_text == (SECOND,)


def test_what_comes_after_a_part_that_is_out_stays_when_that_one_is_taken_out() -> None:
    before, after = thread("A.", "B.", "C."), thread("A.", "C.")
    stored = [row(before[0], "published"), row(before[1], "published"), row(before[2], "planned")]
    assert lines(after, stored) == []
    assert frozen(after, stored) == (f"{THIRD} stays as it was applied: {WHY}",)


def test_a_thread_of_which_only_the_beginning_is_out_can_be_changed_behind_it() -> None:
    before, after = thread("A.", "B.", "C."), thread("A.", "C.")
    stored = [row(before[0], "published"), row(before[1], "planned"), row(before[2], "planned")]
    assert lines(after, stored) == [("change", SECOND), ("cancel", THIRD)]


def test_a_thread_that_leaves_the_schedule_is_not_gone_on_with() -> None:
    before = thread("A.", "B.")
    assert lines([], [row(before[0], "published"), row(before[1], "planned")]) == [
        ("cancel", SECOND)
    ]


def test_a_part_that_is_new_is_added() -> None:
    before, after = thread("A."), thread("A.", "B.")
    assert lines(after, [row(before[0], "planned")]) == [("add", SECOND)]


def test_a_repost_stays_with_the_wording_that_is_out() -> None:
    original = planned(ROOT, "Old.")
    repost = planned("myth/npcc-x/1", "Old.", follows=ROOT)
    edited = [planned(ROOT, "New."), planned("myth/npcc-x/1", "New.", follows=ROOT)]
    assert lines(edited, [row(original, "published"), row(repost, "planned")]) == []
    assert lines(edited, [row(original, "planned"), row(repost, "planned")]) == [
        ("change", ROOT),
        ("change", "myth/npcc-x/1"),
    ]


def test_another_original_is_a_change() -> None:
    repost = planned("myth/npcc-x/1", "Old.", follows=ROOT)
    other = planned("myth/npcc-x/1", "Old.", follows="fact/ico-x/1")
    found = diff("spring", [other], [row(repost, "planned")], NOW)
    assert found.lines[0].changes == (f"follows: {ROOT} to fact/ico-x/1",)
