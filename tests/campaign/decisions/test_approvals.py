from datetime import timedelta
from pathlib import Path

import pytest

from campaign.decisions.approvals import CannotDecideError, approve, existing, reject
from campaign.decisions.consent import accept, decline
from campaign.people import NotAllowedError
from campaign.states import State
from campaign.store.database import Store
from tests.campaign.deliveries import TUESDAY, planned
from tests.campaign.ledger import (
    ID,
    PACK,
    PARTNERS,
    SCHEDULE,
    Ledger,
    in_pack,
    on_partners_channel,
    open_ledger,
)

OTHER_STATES = sorted(set(State) - {State.AWAITING_APPROVAL})
REJECTABLE = ("awaiting-approval", "planned", "with-partner")


def yes(ledger: Ledger, person: str, delivery: str = ID) -> str:
    """Let a person approve; return the state after it, or in words why not."""
    try:
        return str(approve(ledger.connection, delivery, ledger.change(person), ledger.roles))
    except (NotAllowedError, CannotDecideError) as error:
        return str(error)


@pytest.mark.parametrize(
    ("gates", "says"),
    [
        ("approval", [("ben", "planned")]),
        ("approval", [("cat", "planned")]),
        ("approval", [("leo", f"{ID} waits for approval by ben or cat, not leo")]),
        ("approval", [("ama", f"{ID} waits for approval by ben or cat, not ama")]),
        ("legal", [("leo", "planned")]),
        ("legal", [("cat", f"{ID} waits for legal by ben or leo, not cat")]),
        ("approval legal", [("ben", "planned")]),
        ("approval legal", [("cat", "awaiting-approval"), ("leo", "planned")]),
        ("approval legal", [("leo", "awaiting-approval"), ("cat", "planned")]),
        (
            "approval legal",
            [("cat", "awaiting-approval"), ("cat", f"{ID} waits for legal by ben or leo, not cat")],
        ),
        ("brand", [("ben", f"{ID} waits for brand, which nobody declared may give, not ben")]),
        ("approval brand", [("ben", "awaiting-approval")]),
    ],
)
def test_each_gate_is_opened_by_those_who_hold_its_role(
    ledger: Ledger, gates: str, says: list[tuple[str, str]]
) -> None:
    ledger.put(planned(gates=tuple(gates.split())), person="dev")
    assert [(person, yes(ledger, person)) for person, _ in says] == says


@pytest.mark.parametrize(
    ("applied_by", "own", "others"), [("ben", "ben", "cat"), ("cat", "cat", "ben")]
)
def test_nobody_approves_what_they_applied(
    ledger: Ledger, applied_by: str, own: str, others: str
) -> None:
    ledger.put(planned(), person=applied_by)
    refused = f"{own} applied {ID} and cannot approve it: nobody approves their own"
    assert yes(ledger, own) == refused
    assert yes(ledger, others) == "planned"


def test_whoever_edits_what_another_applied_cannot_approve_the_edit(ledger: Ledger) -> None:
    ledger.put(planned(), person="ama")
    ledger.put(planned(text="New."), person="ben")
    assert "nobody approves their own" in yes(ledger, "ben")
    assert yes(ledger, "cat") == "planned"


def test_an_edit_is_not_its_authors_to_approve_because_another_applied_a_trifle_after_it(
    ledger: Ledger,
) -> None:
    ledger.put(planned(), person="ben")
    ledger.put(planned(late_limit=timedelta(hours=1)), person="cat")
    assert ledger.row().applied_by == "ben,cat"
    for person in ("ben", "cat"):
        assert "nobody approves their own" in yes(ledger, person)


def test_whoever_applied_what_is_long_approved_may_approve_anothers_edit(ledger: Ledger) -> None:
    ledger.put(planned(), person="cat")
    yes(ledger, "ben")
    ledger.put(planned(text="New."), person="ama")
    assert yes(ledger, "cat") == "planned"


def test_where_no_people_are_declared_anybody_else_approves(
    ledger_store: Store, tmp_path: Path
) -> None:
    people, channels = SCHEDULE.index("people:"), SCHEDULE.index("channels:")
    without = SCHEDULE[:people] + SCHEDULE[channels:]
    with open_ledger(ledger_store, tmp_path, without) as ledger:
        ledger.put(planned(gates=("approval", "legal")), person="ama")
        assert "nobody approves their own" in yes(ledger, "ama")
        assert yes(ledger, "anybody") == "planned"


def test_an_approval_says_who_when_and_for_what(ledger: Ledger) -> None:
    ledger.put(planned())
    ledger.now += timedelta(minutes=5)
    yes(ledger, "ben")
    gate = ledger.gates()["approval"]
    assert (gate.decision, gate.person, gate.decided_at, gate.day, gate.reason) == (
        "yes",
        "ben",
        ledger.now,
        "2027-01-12",
        "because",
    )
    assert gate.content_hash == planned().payload.content_hash
    assert ledger.log()[-1] == ("awaiting-approval", "planned", "ben", "because")


def test_one_of_two_approvals_stands_in_the_log_although_the_state_stays(ledger: Ledger) -> None:
    ledger.put(planned(gates=("approval", "legal")))
    yes(ledger, "cat")
    assert ledger.log()[-1] == ("awaiting-approval", "awaiting-approval", "cat", "because")


def test_the_day_is_the_campaigns_own_not_that_of_utc(ledger: Ledger) -> None:
    # 00:30 on 1 July in London is still 30 June in UTC.
    ledger.put(planned(due_at=TUESDAY.replace(month=6, day=30, hour=23, minute=30)))
    yes(ledger, "ben")
    assert ledger.gates()["approval"].day == "2027-07-01"


@pytest.mark.parametrize("state", OTHER_STATES)
def test_only_what_waits_for_approval_is_approved(ledger: Ledger, state: str) -> None:
    ledger.put(planned())
    ledger.force(state)
    assert yes(ledger, "ben") == f"{ID} is {state}: there is nothing to approve"
    assert ledger.state() == state


@pytest.mark.parametrize("first", ["owner", "partner"])
def test_a_partners_channel_needs_both_its_owners_and_the_partners_yes(
    ledger: Ledger, first: str
) -> None:
    ledger.put(on_partners_channel())

    def say(who: str) -> str:
        if who == "owner":
            return yes(ledger, "ben", PARTNERS)
        return accept(ledger.connection, PARTNERS, ledger.change("pia"), "npcc")

    second = "partner" if first == "owner" else "owner"
    assert [say(first), say(second)] == ["awaiting-approval", "planned"]


def test_an_approver_does_not_open_the_partners_gate(ledger: Ledger) -> None:
    ledger.put(in_pack())
    assert yes(ledger, "ben", PACK) == f"{PACK} waits for npcc to accept it"


def test_what_the_partner_posts_itself_goes_to_it_once_accepted(ledger: Ledger) -> None:
    ledger.put(in_pack())
    assert accept(ledger.connection, PACK, ledger.change("pia"), "npcc") == "with-partner"


def test_a_partner_answers_for_its_own_channels_only(ledger: Ledger) -> None:
    ledger.put(on_partners_channel())
    for answer in (accept, decline):
        with pytest.raises(NotAllowedError, match=f"{PARTNERS} belongs to npcc, not to ico"):
            answer(ledger.connection, PARTNERS, ledger.change("ama"), "ico")
    assert ledger.gates(PARTNERS)["partner"].decision is None


def test_a_partner_that_is_not_asked_cannot_accept(ledger: Ledger) -> None:
    ledger.put(planned())
    with pytest.raises(CannotDecideError, match="the partner is not asked"):
        accept(ledger.connection, ID, ledger.change("ama"), "ico")


def test_what_the_partner_declines_goes_no_further_and_says_why(ledger: Ledger) -> None:
    ledger.put(on_partners_channel())
    yes(ledger, "ben", PARTNERS)
    decline(ledger.connection, PARTNERS, ledger.change("pia", "not for our members"), "npcc")
    row = ledger.row(PARTNERS)
    assert (row.state, row.note) == ("declined", "not for our members")
    ledger.put(on_partners_channel(text="New."))
    assert ledger.state(PARTNERS) == "declined"


@pytest.mark.parametrize("state", REJECTABLE)
def test_what_is_rejected_goes_back_with_the_reason_and_needs_approval_again(
    ledger: Ledger, state: str
) -> None:
    ledger.put(planned())
    yes(ledger, "ben")
    ledger.force(state)
    reject(ledger.connection, ID, ledger.change("cat", "wrong link"), ledger.roles)
    row = ledger.row()
    assert (row.state, row.note) == ("awaiting-approval", "sent back by cat: wrong link")
    gate = ledger.gates()["approval"]
    assert (gate.decision, gate.person) == ("no", "cat")
    assert ledger.log()[-1] == (state, "awaiting-approval", "cat", "wrong link")
    assert yes(ledger, "ben") == "planned"
    assert ledger.row().note == ""


@pytest.mark.parametrize("state", sorted(set(State) - {*REJECTABLE, State.SENDING}))
def test_what_is_out_or_over_cannot_be_sent_back(ledger: Ledger, state: str) -> None:
    ledger.put(planned())
    ledger.force(state)
    with pytest.raises(CannotDecideError, match=f"{ID} is {state}: it cannot be sent back"):
        reject(ledger.connection, ID, ledger.change("ben"), ledger.roles)


def test_what_is_being_sent_is_kept_back_by_its_gate_if_the_call_has_not_left(
    ledger: Ledger,
) -> None:
    ledger.put(planned())
    yes(ledger, "ben")
    ledger.force("sending")
    assert reject(ledger.connection, ID, ledger.change("cat", "wrong link"), ledger.roles) == (
        "sending"
    )
    gate = ledger.gates()["approval"]
    assert (gate.decision, gate.person) == ("no", "cat")
    assert ledger.log()[-1] == ("sending", "sending", "cat", "wrong link")


@pytest.mark.parametrize(("person", "delivery"), [("leo", ID), ("ama", ID), ("ben", PACK)])
def test_only_who_holds_a_gate_sends_back(ledger: Ledger, person: str, delivery: str) -> None:
    ledger.put(planned(), in_pack())
    with pytest.raises(NotAllowedError, match=f"{person} holds no gate of {delivery}"):
        reject(ledger.connection, delivery, ledger.change(person), ledger.roles)


def test_a_delivery_that_does_not_exist_is_named_with_a_remedy(ledger: Ledger) -> None:
    with pytest.raises(CannotDecideError, match=r"no delivery “nothing/at/1”; `campaign status`"):
        existing(ledger.connection, "nothing/at/1")
