"""Adds deliveries that are new, many at once: their rows, their gates and the start of their log.

A plan of a hundred thousand deliveries is written in seconds only where the database is given
them by the thousand; one that is there already is changed by `campaign.store.deliveries`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert

from campaign.models import Delivery
from campaign.states import State, check_move
from campaign.store.deliveries import Change
from campaign.store.tables import DELIVERY, GATE, MOVE

_BLANK = {
    name: field.default for name, field in Delivery.model_fields.items() if not field.is_required()
}
FIRST = State.AWAITING_APPROVAL
"""Where every delivery begins, also one that goes on from there at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Addition:
    """One new delivery."""

    values: Mapping[str, Any]
    """What its row says, apart from its state."""
    gates: tuple[str, ...]
    to: State = FIRST
    """Where it stands in the end."""
    why: str = ""
    """Why it goes on from waiting for approval, if it does."""
    note: str = ""


def add_deliveries(connection: Connection, additions: Sequence[Addition], change: Change) -> None:
    """Write new deliveries, all in one go; their payloads have to be there."""
    rows, gates, lines = [], [], []
    for one in additions:
        delivery_id = one.values["id"]
        rows.append({**_BLANK, **one.values, "state": one.to, "note": one.note})
        gates += [{"delivery_id": delivery_id, "kind": kind, "reason": ""} for kind in one.gates]
        lines.append(_line(delivery_id, None, FIRST, change))
        if one.to is not FIRST:
            check_move(FIRST, one.to)
            onward = Change(who=change.who, at=change.at, why=one.why)
            lines.append(_line(delivery_id, FIRST, one.to, onward))
    for table, values in ((DELIVERY, rows), (GATE, gates), (MOVE, lines)):
        if values:
            connection.execute(insert(table), values)


def _line(delivery_id: str, old: State | None, new: State, change: Change) -> dict[str, Any]:
    return {
        "delivery_id": delivery_id,
        "at": change.at,
        "who": change.who,
        "from_state": old,
        "to_state": new,
        "why": change.why,
    }
