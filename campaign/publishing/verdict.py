"""Whether a delivery may go out at this instant; asked before the claim and again under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from campaign.states import State
from campaign.store.barriers import barred
from campaign.store.deliveries import AnyDelivery
from campaign.store.gates import closed_kinds
from campaign.store.tables import CHANNEL
from campaign.store.withdrawals import withdrawn


@dataclass(frozen=True, kw_only=True, slots=True)
class Instead:
    """A delivery may not go out; this is where it goes in place of that, and why."""

    to: State
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What keeps some deliveries from going out, by id; the others may go."""

    against: dict[str, Instead]
    let_through: frozenset[str]
    """Those that pass every stop and window on an approver's word."""


def objection(connection: Connection, delivery: AnyDelivery, now: datetime) -> Instead | None:
    """Return what keeps a delivery from going out now, or None where it may go."""
    return judge(connection, [delivery], now).against.get(delivery.id)


def judge(connection: Connection, deliveries: Sequence[AnyDelivery], now: datetime) -> Verdict:
    """Judge several deliveries at once: withdrawals, stops and windows, late limits, gates."""
    bars = barred(connection, deliveries, now)
    closed = closed_kinds(connection, deliveries)
    pulled = withdrawn(connection, [one.id for one in deliveries])
    against: dict[str, Instead] = {}
    for one in deliveries:
        if one.id in pulled:
            against[one.id] = Instead(to=State.CANCELLED, why=pulled[one.id])
        elif one.id in bars.why:
            against[one.id] = Instead(to=State.HELD, why=bars.why[one.id])
        elif now > latest_at(one):
            against[one.id] = Instead(to=State.MISSED, why=_too_late(connection, one, now))
        elif one.id in closed:
            kinds = " and ".join(closed[one.id])
            why = f"{kinds} is not given for this content and day"
            against[one.id] = Instead(to=State.AWAITING_APPROVAL, why=why)
    return Verdict(against, bars.let_through)


def latest_at(delivery: AnyDelivery) -> datetime:
    """Return the last instant at which a delivery may still be sent."""
    return delivery.due_at + timedelta(seconds=delivery.late_limit_s)


def _too_late(connection: Connection, delivery: AnyDelivery, now: datetime) -> str:
    minutes = int((now - delivery.due_at).total_seconds() // 60)
    limit = delivery.late_limit_s // 60
    why = f"found {minutes} minutes after it was due; the late limit is {limit} minutes"
    refused = connection.execute(
        select(CHANNEL.c.refused_access).where(CHANNEL.c.id == delivery.channel)
    ).scalar()
    return f"{why}; the network refuses the account: {refused}" if refused else why
