"""Addresses under which a network may fetch the pictures of a post that is on its way.

An address holds a token, of which only a hash is kept. It leads to something while it has not run
out and its delivery is in flight with the content it was made for; after that, to nothing. Any
process that shares the database can answer for it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert, or_, select

from campaign.states import State
from campaign.store.deliveries import AnyDelivery
from campaign.store.media import File, file_of
from campaign.store.tables import DELIVERY, SHOWN

IN_FLIGHT = (State.SENDING, State.PLANNED, State.UNKNOWN)
"""Planned again is a delivery whose network is still at work on its pictures."""

HERE = b"campaign desk"
"""What is answered to a look of our own, which only asks whether we are there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """One address to be: what nobody can guess, and the file it stands for."""

    secret: str = field(repr=False)
    sha256: str


def show(
    connection: Connection,
    delivery: AnyDelivery,
    tokens: Sequence[Token],
    *,
    now: datetime,
    until: datetime,
) -> None:
    """Let the tokens of an attempt lead to its pictures until they run out."""
    _forget_old(connection, now)
    rows = [
        {
            "token_hash": hash_of(one.secret),
            "delivery_id": delivery.id,
            "content_hash": delivery.content_hash,
            "sha256": one.sha256,
            "expires_at": until,
        }
        for one in tokens
    ]
    connection.execute(insert(SHOWN), rows)


def show_ourselves(connection: Connection, secret: str, *, now: datetime, until: datetime) -> None:
    """Let a token lead to `HERE`, so that we can ask whether we are reached."""
    _forget_old(connection, now)
    connection.execute(insert(SHOWN).values(token_hash=hash_of(secret), expires_at=until))


def find_shown(connection: Connection, secret: str, now: datetime) -> File | None:
    """Return what a token leads to at this instant, None where it leads nowhere."""
    query = (
        select(SHOWN.c.delivery_id, SHOWN.c.sha256)
        .outerjoin(DELIVERY, DELIVERY.c.id == SHOWN.c.delivery_id)
        .where(SHOWN.c.token_hash == hash_of(secret), SHOWN.c.expires_at > now)
        .where(or_(SHOWN.c.delivery_id.is_(None), _IS_IN_FLIGHT))
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    if row.delivery_id is None:
        return File(content=HERE, media_type="text/plain")
    # What was approved is what is shown, or nothing is.
    return file_of(connection, row.sha256)


def hash_of(secret: str) -> str:
    """Return the name that a token is kept under."""
    return hashlib.sha256(secret.encode()).hexdigest()


_IS_IN_FLIGHT = and_(
    DELIVERY.c.state.in_(IN_FLIGHT), DELIVERY.c.content_hash == SHOWN.c.content_hash
)


def _forget_old(connection: Connection, now: datetime) -> None:
    connection.execute(delete(SHOWN).where(SHOWN.c.expires_at <= now))
