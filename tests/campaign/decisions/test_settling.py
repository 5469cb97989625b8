from datetime import datetime, timedelta

import pytest

from campaign.decisions import settling
from campaign.decisions.approvals import CannotDecideError, approve
from campaign.decisions.settling import NewTime, Seen
from campaign.decisions.stops import stop
from campaign.states import State
from campaign.wiring import NETWORKS
from connectors.contract import NetworkName
from tests.campaign.deliveries import NOW, TUESDAY, planned
from tests.campaign.ledger import ID, PACK, PARTNERS, Ledger, in_pack, on_partners_channel

X, LINKEDIN = NETWORKS[NetworkName("x")], NETWORKS[NetworkName("linkedin")]
URL = "https://x.com/ico.example/status/2142901896606646336"
NEXT_DAY = TUESDAY + timedelta(days=1)
DECIDABLE = ("held", "missed", "refused")
RECORDABLE = (
    "awaiting-approval",
    "planned",
    "held",
    "missed",
    "refused",
    "with-partner",
    "no-answer",
    "declined",
)


def seen(url: str = URL, published_at: datetime = NOW) -> Seen:
    return Seen(url=url, published_at=published_at, read_due_at=NOW + timedelta(hours=1))


def send_at(ledger: Ledger, person: str, due_at: datetime) -> str:
    when = NewTime(due_at=due_at, wall_time=f"{due_at:%Y-%m-%d %H:%M}")
    change = ledger.change(person, "go")
    return settling.send_at(ledger.connection, ID, change, when, ledger.roles)


def put_aside(ledger: Ledger, state: str, *, approved: bool = True) -> None:
    """Apply as Ama, approve as Ben where wanted, and let it come to a state."""
    ledger.put(planned())
    if approved:
        approve(ledger.connection, ID, ledger.change("ben"), ledger.roles)
    ledger.force(state)


@pytest.mark.parametrize("state", DECIDABLE)
def test_sent_on_its_own_day_it_keeps_its_approval_whoever_decides(
    ledger: Ledger, state: str
) -> None:
    put_aside(ledger, state)
    assert send_at(ledger, "ama", TUESDAY + timedelta(hours=5)) == "planned"
    row = ledger.row()
    assert (row.due_at, row.wall_time) == (TUESDAY + timedelta(hours=5), "2027-01-12 13:30")


@pytest.mark.parametrize("state", DECIDABLE)
def test_what_nobody_approved_does_not_go_out_by_a_decision(ledger: Ledger, state: str) -> None:
    put_aside(ledger, state, approved=False)
    assert send_at(ledger, "ben", TUESDAY + timedelta(hours=5)) == "awaiting-approval"


def test_an_approver_who_names_another_day_gives_the_approval_for_it(ledger: Ledger) -> None:
    put_aside(ledger, "held")
    assert send_at(ledger, "cat", NEXT_DAY) == "planned"
    gate = ledger.gates()["approval"]
    assert (gate.person, gate.day, gate.reason) == ("cat", "2027-01-13", "kept for 2027-01-13: go")


def test_anybody_elses_other_day_goes_back_to_the_approvers(ledger: Ledger) -> None:
    put_aside(ledger, "held")
    assert send_at(ledger, "leo", NEXT_DAY) == "awaiting-approval"
    assert ledger.row().due_at == NEXT_DAY


def test_an_approver_who_applied_it_cannot_give_the_other_day(ledger: Ledger) -> None:
    ledger.put(planned(), person="ben")
    approve(ledger.connection, ID, ledger.change("cat"), ledger.roles)
    ledger.force("held")
    assert send_at(ledger, "ben", NEXT_DAY) == "awaiting-approval"


def test_an_approver_does_not_carry_a_gate_of_another_role_to_the_other_day(
    ledger: Ledger,
) -> None:
    ledger.put(planned(gates=("approval", "legal")))
    approve(ledger.connection, ID, ledger.change("ben"), ledger.roles)
    ledger.force("held")
    assert send_at(ledger, "cat", NEXT_DAY) == "awaiting-approval"
    days = {kind: gate.day for kind, gate in ledger.gates().items()}
    assert days == {"approval": "2027-01-13", "legal": "2027-01-12"}


def test_what_was_edited_while_it_was_held_needs_a_new_approval(ledger: Ledger) -> None:
    put_aside(ledger, "held")
    ledger.put(planned(text="New."))
    assert send_at(ledger, "cat", TUESDAY) == "awaiting-approval"


def test_a_decision_does_not_pass_a_stop_or_a_window(ledger: Ledger) -> None:
    put_aside(ledger, "held")
    with pytest.raises(CannotDecideError, match="cannot go out then: held: election"):
        send_at(ledger, "ben", TUESDAY.replace(month=2, day=1))
    stop(ledger.connection, "all", "", ledger.change("ben", "mourning"))
    with pytest.raises(CannotDecideError, match="cannot go out then: stopped by ben: mourning"):
        send_at(ledger, "ben", TUESDAY)


@pytest.mark.parametrize("state", sorted(set(State) - set(DECIDABLE)))
def test_only_what_is_put_aside_is_decided_on(ledger: Ledger, state: str) -> None:
    put_aside(ledger, state)
    says = f"{ID} is {state}: only held, missed or refused ones are decided on"
    with pytest.raises(CannotDecideError, match=says):
        send_at(ledger, "ben", TUESDAY)
    with pytest.raises(CannotDecideError, match=says):
        settling.drop(ledger.connection, ID, ledger.change("ben"))
    assert ledger.state() == state


@pytest.mark.parametrize("state", DECIDABLE)
def test_what_is_dropped_is_out_for_good(ledger: Ledger, state: str) -> None:
    put_aside(ledger, state)
    settling.drop(ledger.connection, ID, ledger.change("leo", "no longer true"))
    assert (ledger.state(), ledger.row().note) == ("cancelled", "no longer true")
    ledger.put(planned(text="New."))
    assert ledger.state() == "cancelled"


def test_an_unknown_that_a_person_found_is_out_by_that_persons_word(ledger: Ledger) -> None:
    put_aside(ledger, "unknown")
    settling.settle_published(ledger.connection, ID, ledger.change("ama", "saw it"), X, seen())
    row = ledger.row()
    assert (row.state, row.url, row.remote_id, row.evidence) == (
        "published",
        URL,
        "2142901896606646336",
        "person",
    )
    assert (row.published_at, row.read_due_at) == (NOW, NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("late_for", "state"),
    [(timedelta(0), "planned"), (timedelta(minutes=30), "planned"), (timedelta(hours=1), "missed")],
)
def test_an_unknown_that_did_not_go_out_is_sent_again_only_in_time(
    ledger: Ledger, late_for: timedelta, state: str
) -> None:
    put_aside(ledger, "unknown")
    ledger.now = TUESDAY + late_for
    settling.settle_not_published(ledger.connection, ID, ledger.change("ama", "looked"))
    assert (ledger.state(), ledger.row().note) == (state, "looked")


@pytest.mark.parametrize("state", sorted(set(State) - {State.UNKNOWN}))
def test_only_an_unknown_is_settled(ledger: Ledger, state: str) -> None:
    put_aside(ledger, state)
    says = f"{ID} is {state}: there is nothing to settle"
    with pytest.raises(CannotDecideError, match=says):
        settling.settle_published(ledger.connection, ID, ledger.change("ama"), X, seen())
    with pytest.raises(CannotDecideError, match=says):
        settling.settle_not_published(ledger.connection, ID, ledger.change("ama"))


@pytest.mark.parametrize("state", RECORDABLE)
def test_a_post_made_by_hand_is_recorded_wherever_it_stood(ledger: Ledger, state: str) -> None:
    put_aside(ledger, state)
    settling.record(ledger.connection, ID, ledger.change("ama", "by hand"), X, seen())
    assert (ledger.state(), ledger.row().evidence) == ("published", "person")
    assert ledger.log()[-1] == (state, "published", "ama", "by hand")


@pytest.mark.parametrize(
    ("state", "hint"),
    [("sending", "$"), ("published", "$"), ("cancelled", "$"), ("unknown", "; use `campaign set")],
)
def test_what_is_out_or_going_out_is_not_recorded(ledger: Ledger, state: str, hint: str) -> None:
    put_aside(ledger, state)
    with pytest.raises(CannotDecideError, match=f"{ID} is {state}: nothing to record{hint}"):
        settling.record(ledger.connection, ID, ledger.change("ama"), X, seen())


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com/somebody.else/status/2142901896606646336",
        "https://x.com/ico.example",
        "https://x.com.evil.example/ico.example/status/2142901896606646336",
        "https://bsky.app/profile/ico.example/post/3n6vgx7sgyqdd",
        "ico.example/status/2142901896606646336",
        "",
    ],
)
def test_the_address_of_another_account_is_refused_and_nothing_is_recorded(
    ledger: Ledger, url: str
) -> None:
    put_aside(ledger, "missed")
    before = ledger.row().model_dump()
    with pytest.raises(CannotDecideError, match=r"is no post of @ico\.example on X; nothing"):
        settling.record(ledger.connection, ID, ledger.change("ama"), X, seen(url))
    assert ledger.row().model_dump() == before


def test_a_partner_without_a_handle_is_named_where_its_address_is_wrong(ledger: Ledger) -> None:
    ledger.put(in_pack(gates=()))
    with pytest.raises(CannotDecideError, match="is no post of npcc on LinkedIn; nothing was"):
        settling.record(ledger.connection, PACK, ledger.change("ama"), LINKEDIN, seen())


def test_one_post_is_not_recorded_for_two_deliveries(ledger: Ledger) -> None:
    ledger.put(planned(), planned("fact/ico-x/1"))
    settling.record(ledger.connection, ID, ledger.change("ama"), X, seen())
    with pytest.raises(CannotDecideError, match=f"that post is already recorded as {ID}"):
        settling.record(ledger.connection, "fact/ico-x/1", ledger.change("ama"), X, seen())


def test_a_post_from_the_future_is_refused(ledger: Ledger) -> None:
    put_aside(ledger, "missed")
    later = seen(published_at=ledger.now + timedelta(seconds=1))
    with pytest.raises(CannotDecideError, match="--published-at lies in the future"):
        settling.record(ledger.connection, ID, ledger.change("ama"), X, later)


def find(ledger: Ledger, channel: str, post: str) -> str:
    return settling.find_for_record(ledger.connection, channel, post).id


def test_a_post_on_a_channel_is_found_by_its_name_or_its_deliverys(ledger: Ledger) -> None:
    ledger.put(planned(), on_partners_channel())
    assert find(ledger, "npcc-x", "myth") == PARTNERS
    assert find(ledger, "ico-x", ID) == ID
    with pytest.raises(CannotDecideError, match="there is no delivery of “myth” on “npcc-linkedin"):
        find(ledger, "npcc-linkedin", "myth")


def test_of_two_deliveries_of_a_post_the_one_still_open_is_meant_else_the_ids_are_asked_for(
    ledger: Ledger,
) -> None:
    ledger.put(planned(), planned("myth/ico-x/2", due_at=NEXT_DAY))
    with pytest.raises(CannotDecideError, match=f"give its id: {ID}, myth/ico-x/2"):
        find(ledger, "ico-x", "myth")
    ledger.force("published", ID)
    assert find(ledger, "ico-x", "myth") == "myth/ico-x/2"
