"""Reads from the database how publishing stands, for programs that watch it.

Everything here is the database's own: whichever process is asked, and however many there are, the
figures are the same. What is not known is left out, never zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Float, case, cast, func, select

from analytics.lag import Lag, collection_lags
from campaign.credentials.ending import end_of
from campaign.operating.heartbeats import Beat, beats
from campaign.operating.quotas import Left, quotas_left
from campaign.states import OUT, State
from campaign.store.backends import SQLITE
from campaign.store.barriers import SCOPES, active_stops
from campaign.store.credentials import all_kept
from campaign.store.figures import BY_PROGRAM, UNSENT, OldestDue, oldest_due, state_counts
from campaign.store.spending import spent_in_month
from campaign.store.tables import ATTEMPT, CHANNEL, DELIVERY, LETTER, OUTWARD_MESSAGE
from connectors.contract import Network

LATE_BOUNDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
"""Seconds; the upper bounds of the lateness histogram."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """A histogram: how many lay at or below each bound, how many there are, and their sum."""

    at_most: tuple[int, ...]
    count: int
    total_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Tries:
    """What became of attempts on one network, and how long those that ended took in all."""

    network: str
    outcome: str
    """As the attempt has it; `open` while it is under way."""
    count: int
    total_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """Everything that the database says at one instant."""

    as_of: datetime
    deliveries: dict[State, int]
    due: int
    oldest_due: OldestDue | None
    lateness: dict[str, Spread]
    """By network; without those where nothing has gone out yet."""
    tries: tuple[Tries, ...]
    quotas: tuple[Left, ...]
    lags: tuple[Lag, ...]
    sign_ins_end: dict[tuple[str, str], datetime]
    """By channel and network; without those of which nobody knows when they end."""
    letters: dict[str, int]
    oldest_letter: timedelta | None
    messages: dict[str, int]
    """To subscribers, by state."""
    stops: dict[str, int]
    spent: int
    """In the calendar month (UTC), in millionths of a dollar."""
    published_at: datetime | None
    """When the last post went out by the program."""
    beats: tuple[Beat, ...]


def measure(
    connection: Connection, networks: Mapping[str, Network], zone: ZoneInfo, now: datetime
) -> Measured:
    """Read everything in one transaction."""
    letters, oldest_letter = _letters(connection, now)
    return Measured(
        as_of=now,
        deliveries=state_counts(connection),
        due=_due(connection, now),
        oldest_due=oldest_due(connection, now),
        lateness=_lateness(connection),
        tries=tuple(_tries(connection)),
        quotas=tuple(quotas_left(connection, networks, now)),
        lags=tuple(collection_lags(connection, networks, zone, now)),
        sign_ins_end=_sign_ins_end(connection),
        letters=letters,
        oldest_letter=oldest_letter,
        messages=_messages(connection),
        stops=_stops(connection),
        spent=spent_in_month(connection, now),
        published_at=_published_at(connection),
        beats=tuple(beats(connection)),
    )


def _due(connection: Connection, now: datetime) -> int:
    query = select(func.count()).where(DELIVERY.c.state.in_(UNSENT), DELIVERY.c.due_at <= now)
    return int(connection.execute(query).scalar() or 0)


def _lateness(connection: Connection) -> dict[str, Spread]:
    late = _seconds(connection, DELIVERY.c.due_at, DELIVERY.c.published_at)
    bounds = [func.sum(case((late <= one, 1), else_=0)) for one in LATE_BOUNDS]
    query = (
        select(DELIVERY.c.network, func.count(), func.sum(late), *bounds)
        .where(DELIVERY.c.state.in_(OUT), DELIVERY.c.evidence.in_(BY_PROGRAM))
        .where(DELIVERY.c.published_at.is_not(None))
        .group_by(DELIVERY.c.network)
    )
    return {
        network: Spread(at_most=tuple(map(int, at_most)), count=count, total_s=float(total))
        for network, count, total, *at_most in connection.execute(query)
    }


def _tries(connection: Connection) -> list[Tries]:
    took = _seconds(connection, ATTEMPT.c.started_at, ATTEMPT.c.ended_at)
    outcome = func.coalesce(ATTEMPT.c.outcome, "open")
    query = (
        select(DELIVERY.c.network, outcome, func.count(), func.coalesce(func.sum(took), 0.0))
        .join_from(ATTEMPT, DELIVERY, DELIVERY.c.id == ATTEMPT.c.delivery_id)
        .group_by(DELIVERY.c.network, outcome)
        .order_by(DELIVERY.c.network, outcome)
    )
    return [
        Tries(network=network, outcome=outcome, count=count, total_s=float(total))
        for network, outcome, count, total in connection.execute(query)
    ]


def _seconds(connection: Connection, start: Any, end: Any) -> Any:
    """Return the seconds between two columns of instants, to a ten-thousandth."""
    if connection.dialect.name == SQLITE:
        return func.round((func.julianday(end) - func.julianday(start)) * 86_400.0, 4)
    return cast(func.extract("epoch", end) - func.extract("epoch", start), Float)


def _sign_ins_end(connection: Connection) -> dict[tuple[str, str], datetime]:
    query = select(CHANNEL.c.id, CHANNEL.c.network).where(CHANNEL.c.active)
    networks = {row.id: row.network for row in connection.execute(query)}
    found = {}
    for kept in all_kept(connection):
        end = end_of(kept)
        if end is not None and kept.leaving_at is None and kept.channel in networks:
            found[kept.channel, networks[kept.channel]] = end
    return found


def _letters(connection: Connection, now: datetime) -> tuple[dict[str, int], timedelta | None]:
    """Count letters by state, and say how long the oldest one that may leave has waited."""
    query = select(LETTER.c.state, func.count().label("number")).group_by(LETTER.c.state)
    states = {row.state: row.number for row in connection.execute(query)}
    oldest = connection.execute(
        select(func.min(LETTER.c.created_at)).where(LETTER.c.state == "planned")
    ).scalar()
    known = ("planned", "sending", "sent", "refused", "unknown", "not-sent")
    return {one: states.get(one, 0) for one in known}, now - oldest if oldest else None


def _messages(connection: Connection) -> dict[str, int]:
    number = func.count().label("number")
    query = select(OUTWARD_MESSAGE.c.state, number).group_by(OUTWARD_MESSAGE.c.state)
    found = {row.state: row.number for row in connection.execute(query)}
    return {one: found.get(one, 0) for one in ("waiting", "arrived", "given-up")}


def _stops(connection: Connection) -> dict[str, int]:
    found = dict.fromkeys(SCOPES, 0)
    for stop in active_stops(connection):
        found[stop.scope] = found.get(stop.scope, 0) + 1
    return found


def _published_at(connection: Connection) -> datetime | None:
    query = select(func.max(DELIVERY.c.published_at)).where(DELIVERY.c.evidence.in_(BY_PROGRAM))
    found: datetime | None = connection.execute(query).scalar()
    return found
