"""Whether a delivery may go out at this instant; asked before the claim and again under it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from campaign.models import Delivery
from campaign.states import State
from campaign.store.barriers import barrier
from campaign.store.gates import closed_gates
from campaign.store.tables import CHANNEL


@dataclass(frozen=True, kw_only=True, slots=True)
class Instead:
    """A delivery may not go out; this is where it goes in place of that, and why."""

    to: State
    why: str


def objection(connection: Connection, delivery: Delivery, now: datetime) -> Instead | None:
    """Return what keeps a delivery from going out now, or None where it may go."""
    # What fell due inside a window was held by it, also when the first worker comes after its end.
    why = barrier(connection, delivery, now, delivery.due_at)
    if why:
        return Instead(to=State.HELD, why=why)
    if now > latest_at(delivery):
        return Instead(to=State.MISSED, why=_too_late(connection, delivery, now))
    closed = closed_gates(connection, delivery)
    if closed:
        kinds = " and ".join(gate.kind for gate in closed)
        return Instead(
            to=State.AWAITING_APPROVAL, why=f"{kinds} is not given for this content and day"
        )
    return None


def latest_at(delivery: Delivery) -> datetime:
    """Return the last instant at which a delivery may still be sent."""
    return delivery.due_at + timedelta(seconds=delivery.late_limit_s)


def _too_late(connection: Connection, delivery: Delivery, now: datetime) -> str:
    minutes = int((now - delivery.due_at).total_seconds() // 60)
    limit = delivery.late_limit_s // 60
    why = f"found {minutes} minutes after it was due; the late limit is {limit} minutes"
    refused = connection.execute(
        select(CHANNEL.c.refused_access).where(CHANNEL.c.id == delivery.channel)
    ).scalar()
    return f"{why}; the network refuses the account: {refused}" if refused else why
