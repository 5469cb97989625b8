"""What keeps a channel quiet for a while: the stop switch and hold windows."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, or_, select

from campaign.models import Delivery
from campaign.store.tables import HOLD_WINDOW, STOP


def active_stops(connection: Connection) -> list[Row[Any]]:
    """Return every stop that nobody has lifted."""
    query = select(STOP).where(STOP.c.lifted_at.is_(None)).order_by(STOP.c.id)
    return list(connection.execute(query))


def barrier(connection: Connection, delivery: Delivery, *instants: datetime) -> str | None:
    """Say why a delivery may not go out: a stop that is on, or a window at one of the instants."""
    stopped = stop_on_channel(connection, delivery.channel, delivery.partner, delivery.network)
    return stopped or _window(connection, delivery, *instants)


def stop_on_channel(connection: Connection, channel: str, partner: str, network: str) -> str | None:
    """Say which stop covers a channel, or None where calls may leave."""
    covers = _covers(STOP, channel, partner, network)
    query = select(STOP).where(STOP.c.lifted_at.is_(None), covers)
    row = connection.execute(query.limit(1)).first()
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
