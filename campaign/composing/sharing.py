"""Links by which somebody without an account sees one post as it would be sent: read only.

Each is signed, ends by itself and can be taken back. Until a post's embargo ends nobody outside
the team sees it, whatever link they have.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from campaign.signing import BadSignatureError, said_in, signed
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change
from campaign.store.shown import hash_of
from campaign.store.tables import PREVIEW_LINK

LASTS_FOR = timedelta(days=7)
_PURPOSE = b"campaign-desk/post-preview/1"
GONE = "This link opens nothing: it is not whole, was taken back, or has ended. Ask for a new one."


class PreviewLinkError(Exception):
    """A link that opens nothing; whoever tries is told the same in every case."""

    def __init__(self) -> None:
        super().__init__(GONE)


@dataclass(frozen=True, kw_only=True, slots=True)
class PreviewLink:
    """One link, as its row has it."""

    number: int
    post: str
    made_at: datetime
    made_by: str
    expires_at: datetime


def share(connection: Connection, post: str, change: Change, keys: Sequence[str]) -> str:
    """Make a link; return what stands in its address, which nobody can tell again."""
    secret = secrets.token_urlsafe(24)
    connection.execute(
        insert(PREVIEW_LINK).values(
            secret_hash=hash_of(secret),
            post=post,
            made_at=change.at,
            made_by=change.who,
            expires_at=change.at + LASTS_FOR,
        )
    )
    note_deed(connection, change, "shared a preview", post)
    return signed(secret.encode(), _PURPOSE, keys)


def shared_post(connection: Connection, token: str, keys: Sequence[str], now: datetime) -> str:
    """Return the post that a link shows; raise `PreviewLinkError` where it opens nothing."""
    try:
        secret = said_in(token, _PURPOSE, keys).decode()
    except (BadSignatureError, UnicodeDecodeError):
        raise PreviewLinkError from None
    query = select(PREVIEW_LINK.c.post).where(
        PREVIEW_LINK.c.secret_hash == hash_of(secret), *_working(now)
    )
    found = connection.execute(query).scalar()
    if found is None:
        raise PreviewLinkError
    return str(found)


def working_links(connection: Connection, post: str, now: datetime) -> list[PreviewLink]:
    """Return the links of a post that work, the oldest first."""
    query = select(PREVIEW_LINK).where(PREVIEW_LINK.c.post == post, *_working(now))
    return [_link(row) for row in connection.execute(query.order_by(PREVIEW_LINK.c.id))]


def end_sharing(connection: Connection, post: str, change: Change) -> int:
    """Take every link of a post back that still works; return how many there were."""
    statement = update(PREVIEW_LINK).where(PREVIEW_LINK.c.post == post, *_working(change.at))
    number = connection.execute(statement.values(ended_at=change.at, ended_by=change.who)).rowcount
    if number:
        note_deed(connection, change, "took previews back", post)
    return number


def _working(now: datetime) -> tuple[Any, ...]:
    return PREVIEW_LINK.c.ended_at.is_(None), PREVIEW_LINK.c.expires_at > now


def _link(row: Row[Any]) -> PreviewLink:
    return PreviewLink(
        number=row.id,
        post=row.post,
        made_at=row.made_at,
        made_by=row.made_by,
        expires_at=row.expires_at,
    )
