"""The rows of kept sessions: one a channel, sealed, and no loss where one is gone."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from campaign.store.backends import insert
from campaign.store.tables import KEPT_SESSION


def session_of(connection: Connection, channel: str) -> bytes | None:
    """Return the sealed session of a channel; None where none is kept."""
    query = select(KEPT_SESSION.c.sealed).where(KEPT_SESSION.c.channel == channel)
    found: bytes | None = connection.execute(query).scalar()
    return found


def keep_session(connection: Connection, channel: str, sealed: bytes, at: datetime) -> None:
    """Keep a session in place of the one before."""
    values = {"sealed": sealed, "kept_at": at}
    statement = insert(connection, KEPT_SESSION).values(channel=channel, **values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=[KEPT_SESSION.c.channel], set_=values)
    )


def forget_session(connection: Connection, channel: str) -> None:
    """Keep none any more."""
    connection.execute(delete(KEPT_SESSION).where(KEPT_SESSION.c.channel == channel))
