"""What keeps a channel quiet for a while: the stop switch and hold windows.

One essential delivery may be let through on an approver's word; that word is looked up here, so
that nothing passes a stop or a window in any other way.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, func, insert, or_, select

from campaign.models import Delivery
from campaign.store.deliveries import Change
from campaign.store.tables import HOLD_WINDOW, LET_THROUGH, STOP


def active_stops(connection: Connection) -> list[Row[Any]]:
    """Return every stop that nobody has lifted."""
    query = select(STOP).where(STOP.c.lifted_at.is_(None)).order_by(STOP.c.id)
    return list(connection.execute(query))


def barrier(connection: Connection, delivery: Delivery, *instants: datetime) -> str | None:
    """Say why a delivery may not go out at any of the instants; None where nothing bars it.

    A stop holds what fell due before it was lifted, also when a worker comes to it only later:
    the end of a stop sends nothing. A new time, given by a person, is after that end.
    """
    word = word_for(connection, delivery)
    stopped = _stop_on(connection, delivery, thrown_after=word.last_stop if word else 0)
    if word:
        return stopped
    return stopped or _window(connection, delivery, *instants)


def any_barrier(connection: Connection, since: datetime, now: datetime) -> bool:
    """Whether any stop or window can bar what fell due since then: mostly there is none."""
    stops = select(STOP.c.id).where(or_(STOP.c.lifted_at.is_(None), STOP.c.lifted_at > since))
    windows = select(HOLD_WINDOW.c.id).where(
        HOLD_WINDOW.c.from_at <= now, HOLD_WINDOW.c.until_at > since
    )
    found = [connection.execute(query.limit(1)).first() for query in (stops, windows)]
    return any(one is not None for one in found)


def word_for(connection: Connection, delivery: Delivery) -> Row[Any] | None:
    """Return the word that lets a delivery through, if it was given for this content and time."""
    query = select(LET_THROUGH).where(
        LET_THROUGH.c.delivery_id == delivery.id,
        LET_THROUGH.c.content_hash == delivery.content_hash,
        LET_THROUGH.c.due_at == delivery.due_at,
    )
    return connection.execute(query.order_by(LET_THROUGH.c.id.desc()).limit(1)).first()


def let_through(connection: Connection, delivery: Delivery, change: Change) -> None:
    """Write an approver's word: the delivery passes every stop and window there is by now."""
    last_stop = connection.execute(select(func.max(STOP.c.id))).scalar() or 0
    connection.execute(
        insert(LET_THROUGH).values(
            delivery_id=delivery.id,
            content_hash=delivery.content_hash,
            due_at=delivery.due_at,
            person=change.who,
            reason=change.why,
            said_at=change.at,
            last_stop=last_stop,
        )
    )


def stop_on_channel(connection: Connection, channel: str, partner: str, network: str) -> str | None:
    """Say which stop covers a channel, or None where calls may leave."""
    covers = _covers(STOP, channel, partner, network)
    return _first_stop(connection, STOP.c.lifted_at.is_(None), covers)


def _stop_on(connection: Connection, delivery: Delivery, *, thrown_after: int) -> str | None:
    covers = _covers(STOP, delivery.channel, delivery.partner, delivery.network)
    stands = or_(STOP.c.lifted_at.is_(None), STOP.c.lifted_at > delivery.due_at)
    return _first_stop(connection, stands, covers, STOP.c.id > thrown_after)


def _first_stop(connection: Connection, *which: ColumnElement[bool]) -> str | None:
    row = connection.execute(select(STOP).where(*which).order_by(STOP.c.id).limit(1)).first()
    return f"stopped by {row.stopped_by}: {row.reason}" if row else None


def _window(connection: Connection, delivery: Delivery, *instants: datetime) -> str | None:
    covers = _covers(HOLD_WINDOW, delivery.channel, delivery.partner, delivery.network)
    at = (and_(HOLD_WINDOW.c.from_at <= one, HOLD_WINDOW.c.until_at > one) for one in instants)
    query = select(HOLD_WINDOW.c.reason).where(or_(*at), covers)
    reason = connection.execute(query.limit(1)).scalar()
    return f"held: {reason}" if reason else None


def _covers(table: Table, channel: str, partner: str, network: str) -> ColumnElement[bool]:
    return or_(
        table.c.scope == "all",
        and_(table.c.scope == "channel", table.c.target == channel),
        and_(table.c.scope == "partner", table.c.target == partner),
        and_(table.c.scope == "network", table.c.target == network),
    )
