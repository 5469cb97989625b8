"""What each delivery waits for, in words: the same ones on pages and on the command line."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from campaign.decisions.approvals import Roles
from campaign.decisions.correcting import kinds_left
from campaign.models import Delivery
from campaign.models_changes import Correction, Withdrawal
from campaign.people import right_to
from campaign.states import PEOPLES_WORDS, State
from campaign.store.corrections import Stage as CorrectionStage
from campaign.store.corrections import open_corrections
from campaign.store.gates import closed_kinds
from campaign.store.leaders import Leaders, leaders_of
from campaign.store.withdrawals import Stage

AT_ONCE = 5_000
"""Deliveries whose gates are read together."""


def waiting_for(
    connection: Connection,
    deliveries: Sequence[Delivery],
    roles: Roles,
    pulled: Mapping[str, Withdrawal],
) -> dict[str, str | None]:
    """Say of each delivery what it waits for, None where that is only its time.

    `pulled` are the withdrawals by delivery.
    """
    waiting: dict[str, str | None] = {}
    amended = open_corrections(connection)
    for start in range(0, len(deliveries), AT_ONCE):
        some = deliveries[start : start + AT_ONCE]
        asked = [one for one in some if one.state == State.AWAITING_APPROVAL]
        closed = closed_kinds(connection, asked)
        leaders = leaders_of(connection, [one for one in some if one.state == State.PLANNED])
        for one in some:
            waits = _of_state(one, closed.get(one.id, []), roles)
            waiting[one.id] = waits or _ahead(one, leaders)
        waiting |= {one.id: _to_delete(pulled[one.id]) for one in some if _is_live(one, pulled)}
        waiting |= {
            one.id: _to_correct(connection, amended[one.id])
            for one in some
            if one.id in amended and one.state == State.PUBLISHED and one.id not in pulled
        }
    return waiting


def gate_in_words(one: Delivery, kind: str, roles: Roles) -> str:
    """Say who may open a gate of a delivery: any one of those that are named."""
    if kind == "partner":
        return f"{one.partner} to accept it"
    rights = {name: right_to(kind, name, roles, one.applied_by) for name in sorted(roles)}
    able = [
        name if right.absence is None else f"{name} for {right.holder}"
        for name, right in rights.items()
        if right is not None
    ]
    return f"{kind} by {' or '.join(able)}" if able else kind


def _of_state(one: Delivery, closed: Sequence[str], roles: Roles) -> str | None:
    match State(one.state):
        case State.AWAITING_APPROVAL:
            return "; ".join(gate_in_words(one, kind, roles) for kind in closed)
        case State.UNKNOWN if one.not_before is None:
            return "a person to settle it"
        case State.UNKNOWN:
            return "a look at the network"
        case State.HELD | State.MISSED | State.REFUSED:
            return "a person's decision"
        case State.WITH_PARTNER:
            return f"{one.partner} to post it"
        case _:
            return None


def _ahead(one: Delivery, leaders: Leaders) -> str | None:
    """Say what a planned delivery follows, as long as that is not out."""
    leader = leaders.get(one.follows or "")
    if one.state != State.PLANNED or leader is None or leader.is_out:
        return None
    return f"{leader.id} ({PEOPLES_WORDS[State(leader.state)]})"


def _to_correct(connection: Connection, one: Correction) -> str:
    if one.stage == CorrectionStage.AWAITING_APPROVAL:
        return f"{' and '.join(kinds_left(connection, one))} of its correction"
    by_hand = one.stage == CorrectionStage.BY_HAND
    return "a person to correct it" if by_hand else "to be corrected"


def _is_live(one: Delivery, pulled: Mapping[str, Withdrawal]) -> bool:
    return one.id in pulled and one.state == State.PUBLISHED


def _to_delete(pulled: Withdrawal) -> str:
    return "a person to delete it" if pulled.stage == Stage.BY_HAND else "to be deleted"
