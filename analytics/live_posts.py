"""Reads the posts that a report is about, as columns: which are out, since when, and on what.

A report counts many thousand posts and looks at few of them one by one, so a post becomes an
object only when somebody looks at it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, overload

import numpy as np
from sqlalchemy import ColumnElement, Connection, select

from analytics.frames import AT_ONCE, Span, is_alive
from analytics.week_rows import Flags, Numbers
from campaign.instants import to_micros
from campaign.states import OUT, State
from campaign.store.tables import CHANNEL, DELIVERY, MOVE

FOREVER = 2**62
"""In place of the time of a deletion that nobody has seen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LivePost:
    """A delivery as the report sees it."""

    id: str
    post: str
    channel: str
    partner: str
    network: str
    mode: str
    access_lost: bool
    due_at: datetime
    published_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelState:
    """What is known of a channel beside its name."""

    mode: str
    access_lost: bool


class LivePosts(Sequence[LivePost]):
    """Posts in the order in which they went out, as was known at an instant."""

    def __init__(
        self, rows: Sequence[Sequence[Any]], channels: Mapping[str, ChannelState], as_of: datetime
    ) -> None:
        self.rows = rows
        """As the database's driver has them, one value for each of `NAMES`."""
        self.channels = channels
        self.as_of = as_of

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> LivePost: ...
    @overload
    def __getitem__(self, index: slice) -> list[LivePost]: ...
    def __getitem__(self, index: int | slice) -> LivePost | list[LivePost]:
        if isinstance(index, slice):
            return [self._post(row) for row in self.rows[index]]
        return self._post(self.rows[index])

    def __iter__(self) -> Iterator[LivePost]:
        return map(self._post, self.rows)

    def column(self, name: str) -> list[Any]:
        """Return one value of every post, as the driver has it."""
        return list(map(itemgetter(NAMES.index(name)), self.rows))

    def out_at(self) -> Numbers:
        """Return when each went out, in microseconds."""
        return _micros(self.column("published_at"))

    def deleted_at(self) -> Numbers:
        """Return when each was seen to be gone, in microseconds; `FOREVER` where it is there."""
        found = _micros(self.column("deleted_at"))
        found[found > to_micros(self.as_of)] = FOREVER
        return found

    def those(self, wanted: Flags) -> "LivePosts":
        """Return some of the posts."""
        rows = [self.rows[place] for place in np.flatnonzero(wanted).tolist()]
        return LivePosts(rows, self.channels, self.as_of)

    def _post(self, row: Sequence[Any]) -> LivePost:
        delivery, post, channel, partner, network, due_at, published_at, deleted_at = row
        gone_at = None if deleted_at is None else _utc(deleted_at)
        return LivePost(
            id=delivery,
            post=post,
            channel=channel,
            partner=partner,
            network=network,
            mode=self.channels[channel].mode,
            access_lost=self.channels[channel].access_lost,
            due_at=_utc(due_at),
            published_at=_utc(published_at),
            deleted_at=gone_at if gone_at and gone_at <= self.as_of else None,
        )


NAMES = ("id", "post", "channel", "partner", "network", "due_at", "published_at", "deleted_at")


def live_posts(connection: Connection, span: Span) -> tuple[LivePosts, Numbers]:
    """Return the posts that were out before the last boundary and may still gain.

    Beside them, for each that is so by now, its place among them; -1 where people recorded only
    later that it went out.
    """
    rows = _rows(connection, *is_out_and_alive(span))
    later = _recorded_later(connection, span.as_of)
    known = np.array([row[0] not in later for row in rows], dtype=np.bool_)
    posts = LivePosts(rows, _channels(connection), span.as_of)
    return posts.those(known), np.where(known, np.cumsum(known) - 1, -1)


def with_others(
    connection: Connection, span: Span, posts: LivePosts, ids: Iterable[str]
) -> LivePosts:
    """Add those of a few more posts that were out before the last boundary."""
    listed, more = sorted(set(ids)), []
    later = _recorded_later(connection, span.as_of)
    for start in range(0, len(listed), AT_ONCE):
        wanted = DELIVERY.c.id.in_(listed[start : start + AT_ONCE])
        more += [row for row in _rows(connection, *_is_out(span), wanted) if row[0] not in later]
    rows = [*posts.rows, *more]
    rows.sort(key=lambda row: (_utc(row[NAMES.index("published_at")]), row[0]))
    return LivePosts(rows, posts.channels, posts.as_of)


def is_out_and_alive(span: Span) -> tuple[ColumnElement[bool], ...]:
    """Say of a delivery whether it was out before the last boundary and may still gain."""
    return (*_is_out(span), is_alive(span))


def _is_out(span: Span) -> tuple[ColumnElement[bool], ...]:
    return (
        DELIVERY.c.state.in_(OUT),
        DELIVERY.c.published_at < span.boundaries[-1],
        DELIVERY.c.published_at <= span.as_of,
    )


def _channels(connection: Connection) -> dict[str, ChannelState]:
    query = select(CHANNEL.c.id, CHANNEL.c.mode, CHANNEL.c.refused_access)
    return {
        row.id: ChannelState(mode=row.mode, access_lost=row.refused_access is not None)
        for row in connection.execute(query)
    }


def _rows(connection: Connection, *wanted: ColumnElement[bool]) -> list[Any]:
    columns = [DELIVERY.c[name] for name in NAMES]
    query = select(*columns).where(*wanted).order_by(DELIVERY.c.published_at, DELIVERY.c.id)
    cursor: Any = connection.execute(query).cursor
    return list(cursor.fetchall())


def _recorded_later(connection: Connection, as_of: datetime) -> set[str]:
    """Return the posts of which people said only later that they are out."""
    query = select(MOVE.c.delivery_id).where(
        MOVE.c.to_state == State.PUBLISHED,
        # A second post of a withdrawn one does not make the first one unknown.
        MOVE.c.from_state.is_not(None) & (MOVE.c.from_state != State.WITHDRAWN),
        MOVE.c.at > as_of,
    )
    return set(connection.execute(query).scalars())


def _micros(times: Sequence[datetime | str | None]) -> Numbers:
    """Read times as the drivers have them: as text without a zone, or as instants."""
    if all(one is None for one in times):
        return np.full(len(times), FOREVER, dtype=np.int64)
    if any(isinstance(one, str) for one in times):
        texts = np.array([one or "NaT" for one in times], dtype="datetime64[us]")
        return np.where(np.isnat(texts), FOREVER, texts.astype(np.int64))
    found = [FOREVER if one is None else to_micros(_utc(one)) for one in times]
    return np.array(found, dtype=np.int64)


def _utc(value: datetime | str) -> datetime:
    """Read a time as the driver has it; columns that do it by themselves take thrice as long."""
    if isinstance(value, str):
        return datetime.fromisoformat(f"{value}+00:00")
    return value.astimezone(UTC)
