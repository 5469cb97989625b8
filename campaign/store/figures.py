"""How publishing stands, for those who watch it from outside: counts, the oldest due, lateness."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from campaign.states import OUT, State
from campaign.store.tables import DELIVERY

LATENESS_OVER = timedelta(days=7)
UNSENT = (State.PLANNED, State.SENDING)
BY_PROGRAM = ("api", "found")
"""Evidence of what we sent ourselves; what a person posted by hand is not our lateness."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OldestDue:
    """The delivery that has waited longest past its time without having been sent."""

    delivery: str
    due_at: datetime
    age: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Lateness:
    """How long after their time posts went out; nearest-rank percentiles."""

    deliveries: int
    p50: timedelta
    p95: timedelta
    p99: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Everything a monitor asks for, at one instant."""

    as_of: datetime
    counts: dict[State, int]
    """Every state, also those that nothing is in."""
    oldest_due: OldestDue | None
    lateness: Lateness | None
    """None where nothing went out in the last seven days: missing is not zero."""


def figures(connection: Connection, now: datetime) -> Figures:
    """Read how publishing stands; nothing of it is an estimate."""
    return Figures(
        as_of=now,
        counts=state_counts(connection),
        oldest_due=oldest_due(connection, now),
        lateness=_lateness(connection, now),
    )


def in_words(figures: Figures) -> str:
    """Say it on one line, for the log."""
    counts = ", ".join(f"{number} {state}" for state, number in figures.counts.items() if number)
    parts = [counts or "no deliveries"]
    oldest, late = figures.oldest_due, figures.lateness
    if oldest is None:
        parts.append("nothing is overdue")
    else:
        parts.append(f"oldest due waits {_seconds(oldest.age)} ({oldest.delivery})")
    if late is not None:
        ranks = f"p50 {_seconds(late.p50)}, p95 {_seconds(late.p95)}, p99 {_seconds(late.p99)}"
        parts.append(f"lateness in 7 days {ranks} (of {late.deliveries})")
    return "; ".join(parts)


def state_counts(connection: Connection) -> dict[State, int]:
    """Count the deliveries in every state, also those that nothing is in."""
    query = select(DELIVERY.c.state, func.count().label("number")).group_by(DELIVERY.c.state)
    found = {row.state: row.number for row in connection.execute(query)}
    return {state: found.get(state, 0) for state in State}


def oldest_due(connection: Connection, now: datetime) -> OldestDue | None:
    """Return what has waited longest past its time; None where nothing has."""
    query = (
        select(DELIVERY.c.id, DELIVERY.c.due_at)
        .where(DELIVERY.c.state.in_(UNSENT), DELIVERY.c.due_at <= now)
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
    )
    row = connection.execute(query.limit(1)).first()
    if row is None:
        return None
    return OldestDue(delivery=row.id, due_at=row.due_at, age=now - row.due_at)


def _lateness(connection: Connection, now: datetime) -> Lateness | None:
    query = select(DELIVERY.c.published_at, DELIVERY.c.due_at).where(
        DELIVERY.c.state.in_(OUT),
        DELIVERY.c.published_at > now - LATENESS_OVER,
        DELIVERY.c.evidence.in_(BY_PROGRAM),
    )
    late = sorted(row.published_at - row.due_at for row in connection.execute(query))
    if not late:
        return None
    return Lateness(
        deliveries=len(late),
        p50=_percentile(late, 50),
        p95=_percentile(late, 95),
        p99=_percentile(late, 99),
    )


def _percentile(ordered: Sequence[timedelta], percent: int) -> timedelta:
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]


def _seconds(length: timedelta) -> str:
    return f"{length.total_seconds():.1f} s"
