"""The rows of signing in: written by a person's sign-in, renewed under a lease, fenced by edition.

What is sealed in them is opened elsewhere. A renewal is written before what it brought is used;
one that comes back late, after another or after a disconnect, changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from campaign.store.backends import insert
from campaign.store.prepared import Prepared
from campaign.store.tables import CREDENTIAL


@dataclass(frozen=True, slots=True)
class Kept:
    """One channel's row, as it stands."""

    channel: str
    grant_id: str
    edition: int
    origin: str
    account: str
    sealed: bytes = field(repr=False)
    rights: str
    expires_at: datetime | None
    renew_at: datetime | None
    ends_at: datetime | None
    connected_at: datetime
    connected_by: str
    renewing_until: datetime | None
    trouble: str
    leaving_at: datetime | None


_COLUMNS = [CREDENTIAL.c[name] for name in Kept.__dataclass_fields__]
_ONE = Prepared(select(*_COLUMNS).where(CREDENTIAL.c.channel == bindparam("channel")))


def kept_for(connection: Connection, channel: str) -> Kept | None:
    """Return what is kept for a channel; None where nobody has signed in."""
    rows = _ONE.rows(connection, {"channel": channel})
    return Kept(*rows[0]) if rows else None


def all_kept(connection: Connection) -> Sequence[Kept]:
    """Return what is kept for every channel, in the order of their names."""
    rows = connection.execute(select(*_COLUMNS).order_by(CREDENTIAL.c.channel))
    return [Kept(*row) for row in rows]


def keep(connection: Connection, values: dict[str, Any]) -> None:
    """Write a fresh sign-in in place of whatever was kept for the channel."""
    fresh = {**values, "edition": 1, "renewing_until": None, "trouble": "", "leaving_at": None}
    statement = insert(connection, CREDENTIAL).values(**fresh)
    connection.execute(
        statement.on_conflict_do_update(index_elements=[CREDENTIAL.c.channel], set_=fresh)
    )


def begin_renewal(connection: Connection, kept: Kept, now: datetime, until: datetime) -> bool:
    """Take the lease; False where somebody has it, or has renewed it, or it was disconnected."""
    free = or_(CREDENTIAL.c.renewing_until.is_(None), CREDENTIAL.c.renewing_until <= now)
    return _change(connection, kept, free, CREDENTIAL.c.leaving_at.is_(None), renewing_until=until)


def finish_renewal(connection: Connection, kept: Kept, values: dict[str, Any]) -> bool:
    """Write what a renewal brought; False where the row has gone on without us."""
    more = {**values, "edition": kept.edition + 1, "renewing_until": None, "trouble": ""}
    return _change(connection, kept, **more)


def fail_renewal(connection: Connection, kept: Kept, why: str, again_at: datetime) -> bool:
    """Write why a renewal failed, and let nobody try before an instant."""
    return _change(connection, kept, trouble=why, renewing_until=again_at)


def begin_leaving(connection: Connection, channel: str, now: datetime) -> None:
    """Let nothing be done any more with what is kept for a channel."""
    connection.execute(
        update(CREDENTIAL).where(CREDENTIAL.c.channel == channel).values(leaving_at=now)
    )


def forget(connection: Connection, kept: Kept) -> None:
    """Take out what was kept; a sign-in that was made since stays."""
    connection.execute(
        delete(CREDENTIAL).where(
            CREDENTIAL.c.channel == kept.channel, CREDENTIAL.c.grant_id == kept.grant_id
        )
    )


def seal_anew(connection: Connection, kept: Kept, sealed: bytes) -> bool:
    """Write the same content under another key."""
    return _change(connection, kept, sealed=sealed)


def _change(connection: Connection, kept: Kept, *more: Any, **values: Any) -> bool:
    done = connection.execute(
        update(CREDENTIAL)
        .where(CREDENTIAL.c.channel == kept.channel, CREDENTIAL.c.grant_id == kept.grant_id)
        .where(CREDENTIAL.c.edition == kept.edition, *more)
        .values(**values)
    )
    return done.rowcount == 1
