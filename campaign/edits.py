"""Writes into deliveries that are there already what an apply changes, many at once.

A rule that changes touches every delivery of a campaign, and they are a hundred thousand at most.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from campaign.decisions.approvals import refresh_all
from campaign.models import Delivery
from campaign.planning.delivery import PlannedDelivery
from campaign.states import CHANGEABLE, State
from campaign.store.deliveries import (
    Change,
    Step,
    get_deliveries,
    log_lines,
    move_all,
    update_each,
)
from campaign.store.gates import closed_kinds, set_gates
from campaign.store.payloads import save_payloads

PAST = "its slot was past when it was applied"

Wanted = Sequence[tuple[PlannedDelivery, Change]]
"""What deliveries are to become, and what to say of it in their logs."""


def change_deliveries(
    connection: Connection, before: Mapping[str, Delivery], wanted: Wanted, who: str
) -> None:
    """Change some thousand deliveries; what was approved of them may have to be approved anew."""
    if not wanted:
        return
    save_payloads(connection, (one.payload for one, _ in wanted), wanted[0][1].at)
    closed = closed_kinds(connection, list(before.values()))
    for changeable in (True, False):
        rows = {
            one.id: _values(one, _appliers(before[one.id], who, waits=one.id in closed))
            | (_when(one) if changeable else {})
            for one, _ in wanted
            if (before[one.id].state in CHANGEABLE) is changeable
        }
        update_each(connection, rows)
    set_gates(connection, {one.id: one.gates for one, _ in wanted})
    _move_on(connection, before, wanted)


def is_past(one: PlannedDelivery, change: Change) -> bool:
    """Whether its slot was past when it was applied; a partner who posts by hand may be late."""
    return one.due_at <= change.at and one.mode != "pack"


def _values(one: PlannedDelivery, applied_by: str) -> dict[str, Any]:
    return {
        "content_hash": one.payload.content_hash,
        "follows": one.follows,
        "gates": ",".join(one.gates),
        "applied_by": applied_by,
        "post": one.post,
        "partner": one.partner,
        "network": one.network,
    }


def _when(one: PlannedDelivery) -> dict[str, Any]:
    return {
        "due_at": one.due_at,
        "wall_time": one.wall_time,
        "late_limit_s": int(one.late_limit.total_seconds()),
    }


def _appliers(delivery: Delivery, who: str, *, waits: bool) -> str:
    """Add somebody to those who applied what still waits; what was approved begins anew.

    Else an edit could be approved by its own author once another person had applied a trifle.
    """
    before = delivery.applied_by.split(",") if waits else []
    return ",".join(dict.fromkeys([*before, who]))


def _move_on(connection: Connection, before: Mapping[str, Delivery], wanted: Wanted) -> None:
    """Let the states follow: to the past, to other hands, or to where the gates let them."""
    after = get_deliveries(connection, list(before))
    stay, missed, handed, on = [], [], [], []
    for one, change in wanted:
        old, new = before[one.id], after[one.id]
        by_other_hands = old.state == (State.PLANNED if one.mode == "pack" else State.WITH_PARTNER)
        if old.state not in CHANGEABLE:
            stay.append((new, change))
        elif (by_other_hands or one.due_at != old.due_at) and is_past(one, change):
            late = Change(who=change.who, at=change.at, why=PAST)
            missed.append(Step(delivery=new, to=State.MISSED, change=late, values={"note": PAST}))
        else:
            on.append((one.id, change))
            if by_other_hands:  # through its gates, which decide whether it goes on at once
                waiting = State.AWAITING_APPROVAL
                handed.append(Step(delivery=new, to=waiting, change=change, values={}))
    log_lines(connection, stay)
    move_all(connection, missed)
    move_all(connection, handed)
    after |= get_deliveries(connection, [step.delivery.id for step in handed])
    refresh_all(connection, [(after[delivery], change) for delivery, change in on])
