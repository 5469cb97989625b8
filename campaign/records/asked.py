"""What somebody asks of the record: which deliveries a request for information is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, or_, select

from campaign.models import Delivery
from campaign.store.deliveries import delivery_of
from campaign.store.tables import DELIVERY, MOVE


class NothingAskedError(Exception):
    """A question that cannot be answered as it stands; the message says what to write."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One question; what is not named is not narrowed."""

    from_on: date | None = None
    until_on: date | None = None
    """Local days, both included."""
    theme: str | None = None
    posts: frozenset[str] | None = None
    """The posts of the theme, by their folders' front matter; None without a theme."""
    partner: str | None = None
    channel: str | None = None
    names: bool = False
    """Whether staff are called by name; otherwise by role."""
    reference: str = ""
    """What the request is called by whoever answers it."""


def asked_deliveries(connection: Connection, asked: Asked, zone: ZoneInfo) -> Sequence[Delivery]:
    """Return what the question is about, in the order of time and name.

    A day counts where the delivery was due, went out or was decided about on it.

    Raises `NothingAskedError` where the days end before they begin.
    """
    if asked.from_on and asked.until_on and asked.until_on < asked.from_on:
        message = "the last day is before the first; write the earlier one first"
        raise NothingAskedError(message)
    query = select(DELIVERY).order_by(DELIVERY.c.due_at, DELIVERY.c.id)
    if asked.partner is not None:
        query = query.where(DELIVERY.c.partner == asked.partner)
    if asked.channel is not None:
        query = query.where(DELIVERY.c.channel == asked.channel)
    if asked.posts is not None:
        query = query.where(DELIVERY.c.post.in_(sorted(asked.posts)))
    first, end = _bounds(asked, zone)
    if first is not None or end is not None:
        query = query.where(_touches(first, end))
    return [delivery_of(row) for row in connection.execute(query)]


def _bounds(asked: Asked, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    first = datetime.combine(asked.from_on, time(), zone) if asked.from_on else None
    after = asked.until_on + timedelta(days=1) if asked.until_on else None
    return first, datetime.combine(after, time(), zone) if after else None


def _touches(first: datetime | None, end: datetime | None) -> ColumnElement[bool]:
    moved = select(MOVE.c.delivery_id).where(*_within(MOVE.c.at, first, end))
    return or_(
        *(
            condition
            for column in (DELIVERY.c.due_at, DELIVERY.c.published_at)
            for condition in [_all(_within(column, first, end))]
        ),
        DELIVERY.c.id.in_(moved),
    )


def _within(
    column: ColumnElement[datetime], first: datetime | None, end: datetime | None
) -> list[ColumnElement[bool]]:
    found = []
    if first is not None:
        found.append(column >= first)
    if end is not None:
        found.append(column < end)
    return found


def _all(conditions: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    both, *more = conditions
    for one in more:
        both &= one
    return both
