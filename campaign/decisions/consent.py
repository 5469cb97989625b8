"""A partner's word on what goes out on its own channels: yes, no, or other words, please.

Its word is for the whole thread, as far as that has not gone out. Whether the person speaks for
the partner is asked by whoever lets them in: by their role, or by the link they came with.
"""

from collections.abc import Collection

from sqlalchemy import Connection

from campaign.decisions.approvals import CannotDecideError, existing, refresh_all
from campaign.models import Delivery
from campaign.people import NotAllowedError
from campaign.states import PEOPLES_WORDS, State
from campaign.store.deliveries import Change, log_line, move, update_fields
from campaign.store.gates import decide_gates, gates_of, set_gates
from campaign.store.leaders import later_parts
from campaign.store.questions import forget_questions, question_of

OPEN = frozenset({State.AWAITING_APPROVAL, State.PLANNED, State.WITH_PARTNER, State.NO_ANSWER})
"""Nothing of it is out, and nothing is being sent: the partner may still say no."""


def accept(connection: Connection, delivery_id: str, change: Change, partner: str) -> State:
    """Take the partner's yes to one of its deliveries; return where the delivery stands then.

    A late yes counts as well, until the slot.
    """
    delivery = _of_partner(connection, delivery_id, partner)
    asked = (State.AWAITING_APPROVAL, State.NO_ANSWER)
    if delivery.state not in asked or "partner" not in delivery.gates.split(","):
        raise CannotDecideError(f"{delivery.id} is {delivery.state}: the partner is not asked")
    _in_time(connection, delivery, change)
    thread = _with_later_parts(connection, delivery, asked)
    for one in thread:
        if one.state == State.NO_ANSWER:
            move(connection, one, State.AWAITING_APPROVAL, change, {"note": ""})
    waiting = [existing(connection, one.id) for one in thread]
    decide_gates(connection, [(one, "partner") for one in waiting], "yes", change)
    return refresh_all(connection, [(one, change) for one in waiting])[0]


def decline(connection: Connection, delivery_id: str, change: Change, partner: str) -> State:
    """Take the partner's no, whatever it said before: this delivery goes no further."""
    delivery = _still_open(connection, delivery_id, partner, "declined")
    thread = _with_later_parts(connection, delivery, OPEN)
    decide_gates(connection, [(one, "partner") for one in thread], "no", change)
    for one in thread:
        _moved(connection, one, State.DECLINED, change)
    return State.DECLINED


def ask_for_change(connection: Connection, delivery_id: str, change: Change, partner: str) -> State:
    """Send a delivery back to its author because its partner wants other words.

    Everybody has to say yes again, the partner last, to what is then there.
    """
    delivery = _still_open(connection, delivery_id, partner, "changed")
    thread = _with_later_parts(connection, delivery, OPEN)
    note = f"{change.who} asks for a change: {change.why}"
    asked = Change(who=change.who, at=change.at, why=note)
    forget_questions(connection, [one.id for one in thread])
    for one in thread:
        _close_gates(connection, one, asked)
        if one.state == State.AWAITING_APPROVAL:
            update_fields(connection, [one.id], note=note)
            log_line(connection, one, asked)
        else:
            _moved(connection, one, State.AWAITING_APPROVAL, asked)
    return State.AWAITING_APPROVAL


def _close_gates(connection: Connection, delivery: Delivery, change: Change) -> None:
    kinds = [gate.kind for gate in gates_of(connection, delivery.id)]
    if not any(kind != "partner" for kind in kinds):
        # Nobody of the owner was to be asked, but now somebody has to read the wish.
        kinds = ["approval", *kinds]
        set_gates(connection, {delivery.id: kinds})
        update_fields(connection, [delivery.id], gates=",".join(kinds))
    decide_gates(connection, [(delivery, kind) for kind in kinds], "no", change)


def _moved(connection: Connection, delivery: Delivery, to: State, change: Change) -> None:
    if not move(connection, delivery, to, change, {"note": change.why, "not_before": None}):
        raise CannotDecideError(f"{delivery.id} has just been changed by somebody else")


def _in_time(connection: Connection, delivery: Delivery, change: Change) -> None:
    silent = delivery.state == State.NO_ANSWER or question_of(connection, delivery) is not None
    if silent and change.at >= delivery.due_at:
        raise CannotDecideError(
            f"{delivery.id} was due at {delivery.wall_time}, and nobody answered before that; "
            f"the campaign's owner can plan it anew"
        )


def _still_open(connection: Connection, delivery_id: str, partner: str, verb: str) -> Delivery:
    delivery = _of_partner(connection, delivery_id, partner)
    if delivery.state not in OPEN:
        words = PEOPLES_WORDS[State(delivery.state)]
        raise CannotDecideError(f"{delivery.id} can no longer be {verb}: it is “{words}”")
    return delivery


def _of_partner(connection: Connection, delivery_id: str, partner: str) -> Delivery:
    delivery = existing(connection, delivery_id)
    if delivery.partner != partner:
        raise NotAllowedError(f"{delivery.id} belongs to {delivery.partner}, not to {partner}")
    return delivery


def _with_later_parts(
    connection: Connection, delivery: Delivery, states: Collection[State]
) -> list[Delivery]:
    later = later_parts(connection, [delivery.id])
    return [delivery, *(one for one in later if one.state in states)]
