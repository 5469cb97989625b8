"""Gates: what has to be said before a delivery may go out, and whether it has been."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, delete, insert, select, true, update

from campaign.models import Delivery, Gate
from campaign.store.deeds import note_deeds
from campaign.store.deliveries import AnyDelivery, Change
from campaign.store.prepared import Prepared
from campaign.store.tables import CAMPAIGN, GATE

_GATES = Prepared(
    select(GATE.c.delivery_id, GATE.c.kind, GATE.c.decision, GATE.c.content_hash, GATE.c.day)
    .add_columns(CAMPAIGN.c.timezone)
    # Outer, because without a campaign its gates must not seem to be open.
    .select_from(GATE.outerjoin(CAMPAIGN, true()))
    .where(GATE.c.delivery_id.in_(bindparam("ids", expanding=True)))
    .order_by(GATE.c.delivery_id, GATE.c.kind)
)

_THE_GATE = (GATE.c.delivery_id == bindparam("the_id"), GATE.c.kind == bindparam("the_kind"))


def local_day(connection: Connection, delivery: Delivery) -> str:
    """Return the day a delivery is due on, in the campaign's zone, as YYYY-MM-DD."""
    return _day(delivery, connection.execute(select(CAMPAIGN.c.timezone)).scalar_one())


def set_gates(connection: Connection, wanted: Mapping[str, Sequence[str]]) -> None:
    """Give deliveries exactly these gates; what was already decided on them stays."""
    query = select(GATE.c.delivery_id, GATE.c.kind).where(GATE.c.delivery_id.in_(list(wanted)))
    there = {(row.delivery_id, row.kind) for row in connection.execute(query)}
    asked = {(delivery, kind): None for delivery, kinds in wanted.items() for kind in kinds}
    surplus = [{"the_id": one, "the_kind": kind} for one, kind in sorted(there - asked.keys())]
    if surplus:
        connection.execute(delete(GATE).where(*_THE_GATE), surplus)
    absent = [one for one in asked if one not in there]
    if absent:
        rows = [{"delivery_id": one, "kind": kind, "reason": ""} for one, kind in absent]
        connection.execute(insert(GATE), rows)


def gates_of(connection: Connection, delivery_id: str) -> list[Gate]:
    """Return a delivery's gates in the order of their names."""
    query = select(GATE).where(GATE.c.delivery_id == delivery_id).order_by(GATE.c.kind)
    return [Gate(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001 - documented


def closed_gates(connection: Connection, delivery: Delivery) -> list[Gate]:
    """Return the gates that are not open for what would be sent, on the day it would be sent."""
    gates = gates_of(connection, delivery.id)
    if not gates:
        return []
    day = local_day(connection, delivery)
    return [gate for gate in gates if not _open(gate, delivery, day)]


def closed_kinds(connection: Connection, deliveries: Sequence[AnyDelivery]) -> dict[str, list[str]]:
    """Return, by delivery, the kinds of gates that are not open; the open ones are left out."""
    known = {one.id: one for one in deliveries}
    found: dict[str, list[str]] = {}
    for row in _GATES.rows(connection, {"ids": list(known)}):
        delivery = known[row.delivery_id]
        if not _open(row, delivery, _day(delivery, row.timezone)):
            found.setdefault(row.delivery_id, []).append(row.kind)
    return found


def decide_gate(
    connection: Connection, delivery: Delivery, kind: str, decision: str, change: Change
) -> None:
    """Write a person's word on one gate, bound to the content and the day it was given for."""
    decide_gates(connection, [(delivery, kind)], decision, change)


def decide_gates(
    connection: Connection, gates: Sequence[tuple[Delivery, str]], decision: str, change: Change
) -> None:
    """Write a person's word on many gates, each bound to its content and its day."""
    if not gates:
        return
    zone = connection.execute(select(CAMPAIGN.c.timezone)).scalar_one()
    said = {
        "decision": decision,
        "person": change.who,
        "stood_in_for": change.stood_in_for,
        "decided_at": change.at,
        "reason": change.why,
    }
    rows = [
        {
            "the_id": one.id,
            "the_kind": kind,
            "content_hash": one.content_hash,
            "day": _day(one, zone),
            **said,
        }
        for one, kind in gates
    ]
    connection.execute(update(GATE).where(*_THE_GATE), rows)
    about = [f"{one.id} ({kind}, {one.content_hash[:12]})" for one, kind in gates]
    note_deeds(connection, change, f"said {decision}", about)


def _day(delivery: AnyDelivery, zone: str) -> str:
    return delivery.due_at.astimezone(ZoneInfo(zone)).date().isoformat()


def _open(gate: Any, delivery: AnyDelivery, day: str) -> bool:
    return bool(
        gate.decision == "yes" and gate.content_hash == delivery.content_hash and gate.day == day
    )
