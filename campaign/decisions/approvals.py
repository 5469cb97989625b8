"""A person's yes or no on what would be sent, bound to its content and its day."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from campaign.models import Delivery
from campaign.people import NotAllowedError, Right, has_applied, may_open, right_to, stands_in_for
from campaign.states import State
from campaign.store.deliveries import (
    Change,
    Step,
    get_deliveries,
    get_delivery,
    log_line,
    log_lines,
    modes,
    move,
    move_all,
    update_fields,
)
from campaign.store.gates import closed_kinds, decide_gates, gates_of
from campaign.store.leaders import later_parts

Roles = Mapping[str, Sequence[str]]
"""Every declared person's roles."""
AT_ONCE = 5_000
"""Deliveries that are read and written together."""
CAN_BE_SENT_BACK = (State.AWAITING_APPROVAL, State.PLANNED, State.SENDING, State.WITH_PARTNER)


class CannotDecideError(Exception):
    """The delivery does not stand where this decision applies; the message says where."""


def approve(connection: Connection, delivery_id: str, change: Change, roles: Roles) -> State:
    """Open the gates that this person may open; return where the delivery stands then."""
    return approve_all(connection, [delivery_id], change, roles)[0]


def approve_all(
    connection: Connection, ids: Sequence[str], change: Change, roles: Roles
) -> list[State]:
    """Open what this person may open of many deliveries; return where each stands then.

    Whoever approves a post approves the later parts of its thread that wait, each with the content
    it has; where they stand then comes after those that were named.
    """
    states: list[State] = []
    done: set[str] = set()
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        found = get_deliveries(connection, some)
        named = [found.get(one) or existing(connection, one) for one in some]
        deliveries = [one for one in _with_later_parts(connection, named) if one.id not in done]
        done |= {one.id for one in deliveries}
        closed = closed_kinds(connection, deliveries)
        opened = [
            (one, _to_open(one, closed.get(one.id, []), change.who, roles)) for one in deliveries
        ]
        _write(connection, [(one, *each) for one, kinds in opened for each in kinds], "yes", change)
        told = [(one, in_right_of(change, [right for _, right in kinds])) for one, kinds in opened]
        states += refresh_all(connection, told)
    return states


def in_right_of(change: Change, rights: Sequence[Right]) -> Change:
    """Return a change that says for whom it was made, where a deputy made it."""
    absences = {one.absence.number: one.absence for one in rights if one.absence is not None}
    if not absences:
        return change
    whom = " and ".join(
        f"{one.absent}, away until {one.until_on:%Y-%m-%d}" for one in absences.values()
    )
    why = f"{change.why} (for {whom})"
    stood_in_for = ",".join(one.absent for one in absences.values())
    return Change(who=change.who, at=change.at, why=why, stood_in_for=stood_in_for)


def _write(
    connection: Connection,
    said: Sequence[tuple[Delivery, str, Right]],
    decision: str,
    change: Change,
) -> None:
    """Write a person's word on gates, each with the right in which it was given."""
    for right in dict.fromkeys(one for _, _, one in said):
        gates = [(delivery, kind) for delivery, kind, one in said if one == right]
        decide_gates(connection, gates, decision, in_right_of(change, [right]))


def _with_later_parts(connection: Connection, named: Sequence[Delivery]) -> list[Delivery]:
    """Add the later parts that wait for approval, too, to some deliveries."""
    known = {one.id for one in named}
    later = later_parts(connection, known)
    waiting = [one for one in later if one.state == State.AWAITING_APPROVAL]
    return [*named, *(one for one in waiting if one.id not in known)]


def _to_open(
    delivery: Delivery, closed: Sequence[str], who: str, roles: Roles
) -> list[tuple[str, Right]]:
    """Return the gates of a delivery that somebody may open; say why where there are none."""
    if delivery.state != State.AWAITING_APPROVAL:
        raise CannotDecideError(f"{delivery.id} is {delivery.state}: there is nothing to approve")
    if has_applied(who, delivery.applied_by):
        raise NotAllowedError(
            f"{who} applied {delivery.id} and cannot approve it: nobody approves their own"
        )
    kinds = [kind for kind in closed if kind != "partner"]
    mine = _rights(kinds, who, roles, delivery.applied_by)
    if not kinds:
        raise CannotDecideError(f"{delivery.id} waits for {delivery.partner} to accept it")
    if not mine:
        _say_who_applied(delivery, who, roles)
        waits_for = _who_may(kinds, roles, delivery.applied_by)
        raise NotAllowedError(f"{delivery.id} waits for {waits_for}, not {who}")
    return mine


def _rights(
    kinds: Sequence[str], who: str, roles: Roles, applied_by: str
) -> list[tuple[str, Right]]:
    found = [(kind, right_to(kind, who, roles, applied_by)) for kind in kinds]
    return [(kind, right) for kind, right in found if right is not None]


def _say_who_applied(delivery: Delivery, who: str, roles: Roles) -> None:
    for one in stands_in_for(who, roles):
        if has_applied(one.absent, delivery.applied_by):
            raise NotAllowedError(
                f"{one.absent} applied {delivery.id}, and a deputy approves nothing of whom they "
                f"stand in for"
            )


def reject(connection: Connection, delivery_id: str, change: Change, roles: Roles) -> State:
    """Send a delivery back to its author; what was open closes again.

    One that is being sent is kept back if its call has not left yet; its state then says so. The
    later parts of its thread go back with it.
    """
    delivery = existing(connection, delivery_id)
    if delivery.state not in CAN_BE_SENT_BACK:
        raise CannotDecideError(f"{delivery.id} is {delivery.state}: it cannot be sent back")
    later = later_parts(connection, [delivery.id])
    for one in (one for one in reversed(later) if one.state in CAN_BE_SENT_BACK):
        _send_back(connection, one, change, roles)
    return _send_back(connection, delivery, change, roles)


def _send_back(connection: Connection, delivery: Delivery, change: Change, roles: Roles) -> State:
    kinds = [gate.kind for gate in gates_of(connection, delivery.id) if gate.kind != "partner"]
    # A no is never one's own yes, so it does not matter here who applied.
    mine = _rights(kinds, change.who, roles, "")
    if not mine:
        raise NotAllowedError(f"{change.who} holds no gate of {delivery.id}")
    _write(connection, [(delivery, *each) for each in mine], "no", change)
    change = in_right_of(change, [right for _, right in mine])
    if delivery.state == State.SENDING:
        # The gates are asked once more before the call leaves; if it has left, this is too late.
        log_line(connection, delivery, change)
        return State.SENDING
    note = {"note": f"sent back by {change.who}: {change.why}"}
    if delivery.state == State.AWAITING_APPROVAL:
        update_fields(connection, [delivery.id], **note)
        log_line(connection, delivery, change)
    else:
        move(connection, delivery, State.AWAITING_APPROVAL, change, note)
    return State.AWAITING_APPROVAL


def refresh(connection: Connection, delivery: Delivery, change: Change) -> State:
    """Let a delivery's state follow its gates: open ones let it on, closed ones call it back."""
    return refresh_all(connection, [(delivery, change)])[0]


def refresh_all(connection: Connection, changed: Sequence[tuple[Delivery, Change]]) -> list[State]:
    """Let the states of some thousand deliveries follow their gates; return where each stands."""
    closed = closed_kinds(connection, [one for one, _ in changed])
    mode_of = modes(connection)
    states, steps, stay = [], [], []
    for one, change in changed:
        ready = State.WITH_PARTNER if mode_of[one.channel] == "pack" else State.PLANNED
        to = State.AWAITING_APPROVAL if one.id in closed else ready
        states.append(to)
        if to == one.state:
            stay.append((one, change))
        else:
            values = {"note": "", "not_before": None}
            steps.append(Step(delivery=one, to=to, change=change, values=values))
    move_all(connection, steps)
    log_lines(connection, stay)
    return states


def existing(connection: Connection, delivery_id: str) -> Delivery:
    """Return a delivery, or say that there is none of that id."""
    delivery = get_delivery(connection, delivery_id)
    if delivery is None:
        raise CannotDecideError(
            f"there is no delivery “{delivery_id}”; `campaign status` lists them all"
        )
    return delivery


def _who_may(kinds: Sequence[str], roles: Roles, applied_by: str) -> str:
    able = sorted(
        name for name in roles if any(may_open(kind, name, roles, applied_by) for kind in kinds)
    )
    wanted = " and ".join(kinds)
    return (
        f"{wanted} by {' or '.join(able)}" if able else f"{wanted}, which nobody declared may give"
    )
