"""Gates: what has to be said before a delivery may go out, and whether it has been."""

from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, delete, select, true, update

from campaign.models import Delivery, Gate
from campaign.store.backends import insert
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


def local_day(connection: Connection, delivery: Delivery) -> str:
    """Return the day a delivery is due on, in the campaign's zone, as YYYY-MM-DD."""
    return _day(delivery, connection.execute(select(CAMPAIGN.c.timezone)).scalar_one())


def set_gates(connection: Connection, delivery_id: str, kinds: Iterable[str]) -> None:
    """Give a delivery exactly these gates; what was already decided on them stays."""
    wanted = list(kinds)
    connection.execute(
        delete(GATE).where(GATE.c.delivery_id == delivery_id, GATE.c.kind.not_in(wanted))
    )
    for kind in wanted:
        values = {"delivery_id": delivery_id, "kind": kind, "reason": ""}
        connection.execute(insert(connection, GATE).values(values).on_conflict_do_nothing())


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
    connection.execute(
        update(GATE)
        .where(GATE.c.delivery_id == delivery.id, GATE.c.kind == kind)
        .values(
            decision=decision,
            person=change.who,
            decided_at=change.at,
            content_hash=delivery.content_hash,
            day=local_day(connection, delivery),
            reason=change.why,
        )
    )


def _day(delivery: AnyDelivery, zone: str) -> str:
    return delivery.due_at.astimezone(ZoneInfo(zone)).date().isoformat()


def _open(gate: Any, delivery: AnyDelivery, day: str) -> bool:
    return bool(
        gate.decision == "yes" and gate.content_hash == delivery.content_hash and gate.day == day
    )
