from datetime import timedelta

import pytest

from campaign.decisions import settling
from campaign.decisions.approvals import approve, approve_all, reject
from campaign.decisions.consent import accept, decline
from campaign.decisions.essential import send_essential
from campaign.decisions.settling import NewTime
from campaign.decisions.stops import stop
from campaign.people import NotAllowedError
from tests.campaign.deliveries import TUESDAY, thread
from tests.campaign.ledger import ID, PARTNERS, Ledger

SECOND, THIRD = f"{ID}/2", f"{ID}/3"
NEXT_DAY = TUESDAY + timedelta(days=1)


def put(ledger: Ledger, root: str = ID, gates: tuple[str, ...] = ("approval",)) -> None:
    partner = {"partner": "npcc"} if root == PARTNERS else {}
    ledger.put(*thread("A.", "B.", "C.", root=root, gates=gates, **partner))


def states(ledger: Ledger, root: str = ID) -> list[str]:
    return [ledger.state(one) for one in (root, f"{root}/2", f"{root}/3")]


def at(due_at: object) -> NewTime:
    return NewTime(due_at=due_at, wall_time=f"{due_at:%Y-%m-%d %H:%M}")  # type: ignore[arg-type]  # a datetime


def test_whoever_approves_a_post_approves_its_parts_each_with_its_own_content(
    ledger: Ledger,
) -> None:
    put(ledger)
    approve(ledger.connection, ID, ledger.change("ben"), ledger.roles)
    assert states(ledger) == ["planned"] * 3
    said = [ledger.gates(one)["approval"].content_hash for one in (ID, SECOND, THIRD)]
    assert said == [ledger.row(one).content_hash for one in (ID, SECOND, THIRD)]
    assert len(set(said)) == 3


def test_a_part_can_be_approved_by_itself(ledger: Ledger) -> None:
    put(ledger)
    approve(ledger.connection, THIRD, ledger.change("ben"), ledger.roles)
    assert states(ledger) == ["awaiting-approval", "awaiting-approval", "planned"]


def test_parts_that_are_named_as_well_are_approved_once(ledger: Ledger) -> None:
    put(ledger)
    ids = [ID, SECOND, THIRD]
    assert len(approve_all(ledger.connection, ids, ledger.change("ben"), ledger.roles)) == 3


def test_an_edited_part_alone_waits_for_approval_again(ledger: Ledger) -> None:
    put(ledger)
    approve(ledger.connection, ID, ledger.change("ben"), ledger.roles)
    ledger.put(*thread("A.", "New.", "C."))
    assert states(ledger) == ["planned", "awaiting-approval", "planned"]


def test_nobody_approves_a_part_that_they_applied(ledger: Ledger) -> None:
    put(ledger)
    ledger.put(*thread("A.", "B.", "Ben's."), person="ben")
    with pytest.raises(NotAllowedError, match="ben applied myth/ico-x/1/3"):
        approve(ledger.connection, ID, ledger.change("ben"), ledger.roles)


def test_a_post_that_is_sent_back_takes_its_parts_along(ledger: Ledger) -> None:
    put(ledger)
    approve(ledger.connection, ID, ledger.change("ben"), ledger.roles)
    reject(ledger.connection, ID, ledger.change("ben", "mend it"), ledger.roles)
    assert states(ledger) == ["awaiting-approval"] * 3
    assert ledger.row(THIRD).note == "sent back by ben: mend it"


def test_a_partners_word_is_for_the_whole_thread(ledger: Ledger) -> None:
    put(ledger, PARTNERS, ("partner",))
    accept(ledger.connection, PARTNERS, ledger.change("npcc"), "npcc")
    assert states(ledger, PARTNERS) == ["planned"] * 3


def test_a_partners_no_is_for_the_whole_thread(ledger: Ledger) -> None:
    put(ledger, PARTNERS, ("partner",))
    decline(ledger.connection, PARTNERS, ledger.change("npcc"), "npcc")
    assert states(ledger, PARTNERS) == ["declined"] * 3


def test_what_is_dropped_takes_along_what_follows_and_nothing_before(ledger: Ledger) -> None:
    put(ledger)
    approve(ledger.connection, ID, ledger.change("ben"), ledger.roles)
    ledger.force("published")
    ledger.force("refused", SECOND)
    ledger.force("held", THIRD)
    settling.drop(ledger.connection, SECOND, ledger.change("ben"))
    assert states(ledger) == ["published", "cancelled", "cancelled"]


def test_a_new_time_is_for_what_follows_too_and_an_approver_keeps_the_approval(
    ledger: Ledger,
) -> None:
    put(ledger)
    approve(ledger.connection, ID, ledger.change("ben"), ledger.roles)
    ledger.force("missed")
    ledger.force("held", SECOND)
    change = ledger.change("ben", "go")
    settling.send_at(ledger.connection, ID, change, at(NEXT_DAY), ledger.roles)
    assert states(ledger) == ["planned"] * 3
    assert {ledger.row(one).due_at for one in (ID, SECOND, THIRD)} == {NEXT_DAY}


def test_what_is_moved_by_somebody_else_waits_for_approval_part_by_part(ledger: Ledger) -> None:
    put(ledger)
    approve(ledger.connection, ID, ledger.change("ben"), ledger.roles)
    ledger.force("missed")
    change = ledger.change("ama", "go")
    settling.send_at(ledger.connection, ID, change, at(NEXT_DAY), ledger.roles)
    assert states(ledger) == ["awaiting-approval"] * 3


def test_an_essential_post_goes_with_its_parts(ledger: Ledger) -> None:
    put(ledger)
    approve(ledger.connection, ID, ledger.change("ben"), ledger.roles)
    stop(ledger.connection, "all", "", ledger.change("cat", "quiet"))
    ledger.force("held")
    ledger.force("held", SECOND)
    change = ledger.change("ben", "people must know")
    send_essential(ledger.connection, ID, change, at(ledger.now), ledger.roles)
    assert states(ledger) == ["planned"] * 3
    assert all(
        any("let through" in line[3] for line in ledger.log(one)) for one in (ID, SECOND, THIRD)
    )


def test_whoever_records_a_post_by_its_name_means_its_first_part(ledger: Ledger) -> None:
    put(ledger)
    found = settling.find_for_record(ledger.connection, "ico-x", "myth")
    assert found.id == ID
    ledger.force("published")
    ledger.force("published", SECOND)
    assert settling.find_for_record(ledger.connection, "ico-x", "myth").id == THIRD


def test_a_thread_is_one_with_its_own_parts_only(ledger: Ledger) -> None:
    """A repost follows, too, and is another account's to decide on."""
    repost = thread("A.", root="myth/npcc-x/1", partner="npcc", follows=ID, gates=("approval",))
    ledger.put(*thread("A.", "B.", "C."), *repost)
    approve(ledger.connection, ID, ledger.change("ben"), ledger.roles)
    assert ledger.state("myth/npcc-x/1") == "awaiting-approval"
