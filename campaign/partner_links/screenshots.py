"""Pictures of a network's counts: one of us opens one, types the numbers off, and it is gone.

A picture may show people who liked or answered, so it is made anew without anything that was
hidden in it, seen by one person, and deleted with its numbers, or after a month.
"""

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import Connection, Row, func, insert, select, update

from analytics.imports import ImportSummary
from campaign.decisions.approvals import CannotDecideError
from campaign.partner_links.numbers import Typed, take_typed
from campaign.partner_links.posts import PartnerPost, post_of
from campaign.store.tables import DELIVERY, SCREENSHOT
from connectors.contract import Network
from connectors.picture_size import UNREADABLE

EVIDENCE = "screenshot"
LARGEST = 8_000_000
"""Bytes of what is sent."""
MOST_PIXELS = 40_000_000
"""Looked at before anything is unpacked: a small file may stand for an enormous picture."""
LONGEST_SIDE = 3_000
"""Of what is kept, in pixels: enough to read the numbers of a whole screen."""
KEPT_FOR = timedelta(days=30)
MOST_WAITING = 3
"""Pictures of one post."""
TYPED, REFUSED, TOO_OLD = "typed", "refused", "too-old"
_FORMATS = ("PNG", "JPEG", "WEBP")


class PictureError(Exception):
    """What was sent is no picture that can be kept; the message says what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A picture that nobody has typed off yet."""

    number: int
    delivery: str
    partner: str
    network: str
    sent_by: str
    sent_at: datetime
    taken_at: datetime
    seen_by: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """Who sent a picture, and when."""

    by: str
    at: datetime


def keep(
    connection: Connection, post: PartnerPost, content: bytes, taken_at: datetime, sent: Sent
) -> int:
    """Keep a picture of a live post's counts; return its number, or raise `PictureError`."""
    if not post.may_count:
        raise PictureError("This post takes no numbers now. Report its address first.")
    if taken_at > sent.at:
        raise PictureError("That time is still to come. Say when the picture was taken.")
    if post.delivery.published_at and taken_at < post.delivery.published_at:
        raise PictureError("That is before the post went out. Say when the picture was taken.")
    forget_old(connection, sent.at)
    open_ones = select(func.count()).where(
        SCREENSHOT.c.delivery_id == post.id, SCREENSHOT.c.ended_at.is_(None)
    )
    if connection.execute(open_ones).scalar_one() >= MOST_WAITING:
        raise PictureError(f"{MOST_WAITING} pictures of this post wait already. One is enough.")
    values = {"sent_by": sent.by, "sent_at": sent.at, "taken_at": taken_at}
    statement = insert(SCREENSHOT).values(
        delivery_id=post.id, content=made_anew(content), outcome="", **values
    )
    return int(connection.execute(statement.returning(SCREENSHOT.c.id)).scalar_one())


def made_anew(content: bytes) -> bytes:
    """Return a picture as a fresh PNG without anything but its dots; raise `PictureError`."""
    if len(content) > LARGEST:
        raise PictureError(f"The picture is larger than {LARGEST // 1_000_000} MB. Cut it.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise PictureError("The picture has too many dots. Cut it.")
                dots = picture.convert("RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError("The picture has too many dots. Cut it.") from error
    except UNREADABLE as error:
        raise PictureError("That is no PNG, JPEG or WebP picture. Send a screenshot.") from error
    dots.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    made = io.BytesIO()
    dots.save(made, "PNG")
    return made.getvalue()


def waiting(connection: Connection) -> list[Waiting]:
    """Return the pictures that wait for somebody to type their numbers, the oldest first."""
    query = (
        select(*_COLUMNS)
        .join(DELIVERY, DELIVERY.c.id == SCREENSHOT.c.delivery_id)
        .where(SCREENSHOT.c.ended_at.is_(None))
        .order_by(SCREENSHOT.c.id)
    )
    return [_waiting_of(row) for row in connection.execute(query)]


def open_by(connection: Connection, number: int, person: str) -> tuple[Waiting, bytes]:
    """Show a picture to the one person who then types it off; nobody else sees it after that."""
    _existing(connection, number, person)
    taken = update(SCREENSHOT).where(SCREENSHOT.c.id == number)
    connection.execute(taken.values(seen_by=person))
    return opened(connection, number, person)


def opened(connection: Connection, number: int, person: str) -> tuple[Waiting, bytes]:
    """Return a picture again to the one person who opened it; raise `CannotDecideError` else."""
    one = _opened(connection, number, person)
    query = select(SCREENSHOT.c.content).where(SCREENSHOT.c.id == number)
    return one, connection.execute(query).scalar_one()


def type_off(
    connection: Connection,
    number: int,
    typed: Typed,
    networks: Mapping[str, Network],
    sent: Sent,
) -> ImportSummary:
    """Take in the numbers that a person read off a picture, and delete it.

    Raises `NumbersError` where a number cannot be used; the picture then stays.
    """
    one = _opened(connection, number, sent.by)
    post = post_of(connection, one.partner, one.delivery, sent.at)
    if post is None:
        raise CannotDecideError(f"picture {number} belongs to a post that is gone")
    summary = take_typed(connection, post, typed, networks, sent.at)
    _end(connection, number, TYPED, sent)
    return summary


def refuse(connection: Connection, number: int, sent: Sent) -> None:
    """Delete a picture that shows no numbers of that post, or what it should not."""
    _existing(connection, number, sent.by)
    _end(connection, number, REFUSED, sent)


def forget_old(connection: Connection, now: datetime) -> int:
    """Delete what nobody typed off within a month; return how many there were."""
    old = SCREENSHOT.c.ended_at.is_(None), SCREENSHOT.c.sent_at <= now - KEPT_FOR
    gone = update(SCREENSHOT).where(*old).values(content=None, ended_at=now, outcome=TOO_OLD)
    return connection.execute(gone).rowcount


_COLUMNS = (
    SCREENSHOT.c.id.label("number"),
    SCREENSHOT.c.delivery_id.label("delivery"),
    DELIVERY.c.partner,
    DELIVERY.c.network,
    SCREENSHOT.c.sent_by,
    SCREENSHOT.c.sent_at,
    SCREENSHOT.c.taken_at,
    SCREENSHOT.c.seen_by,
)


def _existing(connection: Connection, number: int, person: str) -> Waiting:
    found = [one for one in waiting(connection) if one.number == number]
    if not found:
        raise CannotDecideError(f"no picture {number} waits; `campaign screenshots` lists them")
    if found[0].seen_by not in {None, person}:
        raise CannotDecideError(f"picture {number} is for {found[0].seen_by} alone, who opened it")
    return found[0]


def _opened(connection: Connection, number: int, person: str) -> Waiting:
    one = _existing(connection, number, person)
    if one.seen_by != person:
        raise CannotDecideError(f"picture {number}: open it first, then type what it shows")
    return one


def _end(connection: Connection, number: int, outcome: str, sent: Sent) -> None:
    values = {"content": None, "ended_at": sent.at, "outcome": outcome, "seen_by": sent.by}
    connection.execute(update(SCREENSHOT).where(SCREENSHOT.c.id == number).values(**values))


def _waiting_of(row: Row[*tuple[Any, ...]]) -> Waiting:
    return Waiting(**dict(row._mapping))  # noqa: SLF001 - the documented way to a row's mapping
