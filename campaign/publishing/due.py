"""What is to be done now: which deliveries are due, too late, or waiting for a look-up.

Asked every second, with up to 100,000 deliveries still to come: every query here is a stretch of an
index that ends where the future begins, or its first row.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from campaign.publishing.claim import move_instead
from campaign.publishing.rig import Rig
from campaign.publishing.verdict import Instead, judge, latest_at
from campaign.states import State
from campaign.store.barriers import any_barrier
from campaign.store.corrections import next_correction_at
from campaign.store.deliveries import DUE_COLUMNS, Due
from campaign.store.leaders import WAITED_FOR, leaders_of, went_out_at
from campaign.store.questions import any_silent, next_answer_by, take_silence
from campaign.store.tables import CHANNEL, DELIVERY, WITHDRAWAL
from campaign.store.withdrawals import Stage, next_try_at

A_TURN = 50
"""Most deliveries of a channel that are sent before other channels have their turn."""

JUDGED_AT_ONCE = 500
WAITING = (State.PLANNED, State.AWAITING_APPROVAL)
AGAIN = (State.PLANNED, State.UNKNOWN)
A_SECOND = timedelta(seconds=1)

_LEADER = DELIVERY.alias("leader")
_FREE = or_(
    DELIVERY.c.follows.is_(None),
    exists().where(_LEADER.c.id == DELIVERY.c.follows, _LEADER.c.state == State.PUBLISHED),
)
"""What it follows, if anything, is out."""
_MAY_STILL_LEAD = (
    exists()
    .where(_LEADER.c.id == DELIVERY.c.follows, _LEADER.c.state.in_([*WAITED_FOR, State.PUBLISHED]))
    .where(_LEADER.c.deleted_at.is_(None))
)


def due_ids(
    connection: Connection,
    now: datetime,
    *,
    at_most: int,
    busy: Collection[str] = (),
    channel: str | None = None,
) -> list[str]:
    """Return planned deliveries to send now, earliest first, leaving out channels that rest.

    Channels that are busy are left out, too; or all but one channel are.
    """
    query = _due(DELIVERY.c.id, now=now).where(DELIVERY.c.channel.not_in(list(busy)))
    if channel is not None:
        query = query.where(DELIVERY.c.channel == channel)
    query = query.order_by(DELIVERY.c.due_at, DELIVERY.c.id).limit(at_most)
    return list(connection.execute(query).scalars())


def next_turns(
    connection: Connection, now: datetime, *, busy: Collection[str]
) -> dict[str, list[str]]:
    """Return what each channel that is free and does not rest can send next, earliest first.

    Every channel gets a turn, however much waits on another one.
    """
    earlier = func.row_number().over(
        partition_by=DELIVERY.c.channel, order_by=(DELIVERY.c.due_at, DELIVERY.c.id)
    )
    columns = (DELIVERY.c.id, DELIVERY.c.channel, DELIVERY.c.due_at, earlier.label("place"))
    one = _due(*columns, now=now).where(DELIVERY.c.channel.not_in(list(busy))).subquery()
    query = select(one.c.id, one.c.channel).where(one.c.place <= A_TURN)
    found: dict[str, list[str]] = {}
    for row in connection.execute(query.order_by(one.c.due_at, one.c.id)):
        found.setdefault(row.channel, []).append(row.id)
    return found


def unknown_ids(connection: Connection, now: datetime) -> dict[str, list[str]]:
    """Return the `unknown` whose rest is over, by channel; withdrawn ones are looked up apart.

    That look passes stops, and nobody else's failed one may get in its way.
    """
    pulled = select(WITHDRAWAL.c.delivery_id).where(WITHDRAWAL.c.stage == Stage.ASKED)
    query = select(DELIVERY.c.id, DELIVERY.c.channel).where(
        DELIVERY.c.state == State.UNKNOWN,
        DELIVERY.c.not_before <= now,
        DELIVERY.c.id.not_in(pulled),
    )
    found: dict[str, list[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.channel, []).append(row.id)
    return found


def set_aside_late(rig: Rig) -> list[State]:
    """Move what can no longer go out by itself to `held`, `missed` or `no-answer`.

    Planned deliveries that are merely waiting (for a rate limit, a channel) are looked at too:
    none stays `planned` past its late limit. Those a partner posts by hand know no late limit.
    """
    now = rig.clock.now()
    with rig.store.read() as connection:  # most rings find none, and then nobody need wait
        if not any_silent(connection, now) and not any(_to_set_aside(connection, now)):
            return []
    with rig.store.write() as connection:
        # First, so that what a partner did not answer is never taken for late.
        silent = take_silence(connection, now)
        found = list(_to_set_aside(connection, now))
        for delivery, against in found:
            move_instead(connection, delivery, against, now)
        return [*silent, *(against.to for _, against in found)]


def next_instant(connection: Connection, now: datetime) -> datetime | None:
    """Return the next instant at which publishing will have something to do."""
    earliest = _earliest(connection, now)
    firsts = [
        *(_first(connection, DELIVERY.c.due_at, now, DELIVERY.c.state == one) for one in WAITING),
        *(_first(connection, DELIVERY.c.not_before, now, DELIVERY.c.state == one) for one in AGAIN),
        _first(connection, CHANNEL.c.not_before, now),
        connection.execute(
            select(func.min(DELIVERY.c.lease_until)).where(DELIVERY.c.state == State.SENDING)
        ).scalar(),
        next_try_at(connection, now),
        next_correction_at(connection, now),
        next_answer_by(connection, now),
        *_next_late_limits(connection, now, earliest),
        *(_next_of_followers(connection, now) if _any_follows(earliest) else ()),
    ]
    return min((one for one in firsts if one is not None), default=None)


def _due(*columns: ColumnElement[Any], now: datetime) -> Select[Any]:
    return (
        select(*columns)
        .join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
        .where(DELIVERY.c.state == State.PLANNED, DELIVERY.c.due_at <= now)
        .where(or_(DELIVERY.c.not_before.is_(None), DELIVERY.c.not_before <= now))
        .where(or_(CHANNEL.c.not_before.is_(None), CHANNEL.c.not_before <= now), _FREE)
    )


def _first(
    connection: Connection, column: ColumnElement[datetime], now: datetime, *which: Any
) -> datetime | None:
    # Not `min`, which SQLite looks for in all rows of a state.
    query = select(column).where(column > now, *which).order_by(column).limit(1)
    found: datetime | None = connection.execute(query).scalar()
    return found


def _overdue(*columns: Any, now: datetime) -> Select[Any]:
    """Select from what is due and waits, without what partners post by hand."""
    return (
        select(*columns)
        .join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
        .where(DELIVERY.c.state.in_(WAITING), DELIVERY.c.due_at <= now, CHANNEL.c.mode != "pack")
    )


@dataclass(frozen=True, slots=True)
class _Earliest:
    """When the earliest of the overdue with one late limit was due, and how many follow others."""

    due_at: datetime
    followers: int


def _earliest(connection: Connection, now: datetime) -> dict[timedelta, _Earliest]:
    """Return what there is to know of the overdue, for each late limit there is."""
    facts = (func.min(DELIVERY.c.due_at), func.count(DELIVERY.c.follows))
    query = _overdue(DELIVERY.c.late_limit_s, *facts, now=now)
    rows = connection.execute(query.group_by(DELIVERY.c.late_limit_s))
    return {timedelta(seconds=limit): _Earliest(*found) for limit, *found in rows}


def _any_follows(earliest: Mapping[timedelta, _Earliest]) -> bool:
    return any(one.followers for one in earliest.values())


def _to_set_aside(connection: Connection, now: datetime) -> Iterator[tuple[Due, Instead]]:
    earliest = _earliest(connection, now)
    if not earliest:
        return
    query = _overdue(*DUE_COLUMNS, now=now)
    if not any_barrier(connection, min(one.due_at for one in earliest.values()), now):
        aside = _too_late(earliest, now)
        if _any_follows(earliest):
            aside.append(and_(DELIVERY.c.follows.is_not(None), ~_MAY_STILL_LEAD))
        if not aside:
            return
        query = query.where(or_(*aside))
    rows = [Due(*row) for row in connection.execute(query.order_by(DELIVERY.c.due_at))]
    for start in range(0, len(rows), JUDGED_AT_ONCE):
        yield from _judged(connection, rows[start : start + JUDGED_AT_ONCE], now)


def _judged(
    connection: Connection, dues: Sequence[Due], now: datetime
) -> Iterator[tuple[Due, Instead]]:
    against = judge(connection, dues, now).against
    for due in dues:
        found = against.get(due.id)
        if found and found.to != due.state and found.to in (State.HELD, State.MISSED):
            yield due, found


def _too_late(earliest: Mapping[timedelta, _Earliest], now: datetime) -> list[ColumnElement[bool]]:
    return [
        and_(DELIVERY.c.late_limit_s == int(limit.total_seconds()), DELIVERY.c.due_at < now - limit)
        for limit, one in earliest.items()
        if one.due_at < now - limit
    ]


def _next_of_followers(connection: Connection, now: datetime) -> Iterator[datetime]:
    """Return when there is something to do with the overdue that follow another delivery.

    At once where a person has to decide about that one; where it is out, when they are too late.
    """
    query = _overdue(*DUE_COLUMNS, now=now).where(DELIVERY.c.follows.is_not(None))
    waiting = [Due(*row) for row in connection.execute(query)]
    leaders = leaders_of(connection, waiting)
    for one in waiting:
        leader = leaders.get(one.follows or "")
        if leader is None or not (leader.is_out or leader.state in WAITED_FOR):
            yield now + A_SECOND
        elif leader.is_out:
            over = latest_at(one, went_out_at(one, leaders)) + A_SECOND
            yield max(over, now + A_SECOND)


def _next_late_limits(
    connection: Connection, now: datetime, limits: Iterable[timedelta]
) -> Iterator[datetime | None]:
    """Return when the next delivery that waits is past its limit, for each limit there is."""
    for limit in limits:
        query = _overdue(func.min(DELIVERY.c.due_at), now=now).where(
            DELIVERY.c.late_limit_s == int(limit.total_seconds()),
            DELIVERY.c.due_at > now - limit - A_SECOND,
        )
        due_at = connection.execute(query).scalar()
        yield due_at + limit + A_SECOND if due_at else None
