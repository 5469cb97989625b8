"""What is to be done now: which deliveries are due, too late, or waiting for a look-up."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from campaign.models import Delivery
from campaign.publishing.claim import move_instead
from campaign.publishing.rig import Rig
from campaign.publishing.verdict import Instead, latest_at, objection
from campaign.states import State
from campaign.store.barriers import any_barrier
from campaign.store.deliveries import delivery_of, modes
from campaign.store.tables import CHANNEL, DELIVERY


def due_ids(
    connection: Connection, now: datetime, *, at_most: int, busy: Collection[str] = ()
) -> list[str]:
    """Return planned deliveries to send now, earliest first, leaving out channels that rest.

    Channels that are busy are left out, too: what waits there must not fill the list.
    """
    query = (
        select(DELIVERY.c.id)
        .join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
        .where(DELIVERY.c.state == State.PLANNED, DELIVERY.c.due_at <= now)
        .where(or_(DELIVERY.c.not_before.is_(None), DELIVERY.c.not_before <= now))
        .where(or_(CHANNEL.c.not_before.is_(None), CHANNEL.c.not_before <= now))
        .where(DELIVERY.c.channel.not_in(list(busy)))
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
        .limit(at_most)
    )
    return list(connection.execute(query).scalars())


def unknown_ids(connection: Connection, now: datetime) -> list[str]:
    """Return the `unknown` whose rest is over."""
    query = select(DELIVERY.c.id).where(
        DELIVERY.c.state == State.UNKNOWN, DELIVERY.c.not_before <= now
    )
    return list(connection.execute(query).scalars())


def set_aside_late(rig: Rig) -> list[State]:
    """Move what can no longer go out by itself to `held` or `missed`; return where each went.

    Planned deliveries that are merely waiting (for a rate limit, a channel) are looked at too:
    none stays `planned` past its late limit. Those a partner posts by hand know no late limit.
    """
    now = rig.clock.now()
    with rig.store.read() as connection:  # most rings find none, and then nobody need wait
        if not _to_set_aside(connection, now):
            return []
    with rig.store.write() as connection:
        found = _to_set_aside(connection, now)
        for delivery, against in found:
            move_instead(connection, delivery, against, now)
        return [against.to for _, against in found]


def _to_set_aside(connection: Connection, now: datetime) -> list[tuple[Delivery, Instead]]:
    mode_of = modes(connection)
    query = select(DELIVERY).where(
        DELIVERY.c.state.in_([State.PLANNED, State.AWAITING_APPROVAL]), DELIVERY.c.due_at <= now
    )
    overdue = [delivery_of(row) for row in connection.execute(query)]
    since = min((one.due_at for one in overdue), default=now)
    barred = any_barrier(connection, since, now)
    found = []
    for delivery in overdue:
        if mode_of[delivery.channel] == "pack":
            continue
        if not barred and now <= latest_at(delivery):
            continue
        against = objection(connection, delivery, now)
        if against and against.to != delivery.state and against.to in (State.HELD, State.MISSED):
            found.append((delivery, against))
    return found


def next_instant(connection: Connection, now: datetime) -> datetime | None:
    """Return the next instant at which publishing will have something to do."""
    waiting = select(func.min(DELIVERY.c.due_at)).where(
        DELIVERY.c.state.in_([State.PLANNED, State.AWAITING_APPROVAL]), DELIVERY.c.due_at > now
    )
    again = select(func.min(DELIVERY.c.not_before)).where(
        DELIVERY.c.state.in_([State.PLANNED, State.UNKNOWN]), DELIVERY.c.not_before > now
    )
    leases = select(func.min(DELIVERY.c.lease_until)).where(DELIVERY.c.state == State.SENDING)
    resting = select(func.min(CHANNEL.c.not_before)).where(CHANNEL.c.not_before > now)
    found = [connection.execute(query).scalar() for query in (waiting, again, leases, resting)]
    late = _next_late_limit(connection, now)
    instants = [one for one in (*found, late) if one is not None]
    return min(instants, default=None)


def _next_late_limit(connection: Connection, now: datetime) -> datetime | None:
    query = select(DELIVERY.c.due_at, DELIVERY.c.late_limit_s).where(
        DELIVERY.c.state.in_([State.PLANNED, State.AWAITING_APPROVAL]), DELIVERY.c.due_at <= now
    )
    limits = [
        row.due_at + timedelta(seconds=row.late_limit_s + 1) for row in connection.execute(query)
    ]
    return min((one for one in limits if one > now), default=None)
