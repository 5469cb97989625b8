"""Reads the posts that a report is about, as columns: which are out, since when, and on what.

A report counts many thousand posts and looks at few of them one by one, so a post becomes an
object only when somebody looks at it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from typing import overload

import numpy as np
from sqlalchemy import ColumnElement, Connection, Integer, func, literal_column, select

from analytics.frames import AT_ONCE, Span, is_alive
from analytics.packed import read_words
from analytics.week_rows import Flags, Numbers
from campaign.instants import to_micros
from campaign.states import OUT, State
from campaign.store.backends import POSTGRESQL
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
        self,
        columns: Mapping[str, Sequence[str]],
        channels: Mapping[str, ChannelState],
        as_of: datetime,
    ) -> None:
        self.columns = columns
        """A column for each of `NAMES`, times as UTC without saying so, what is missing as ""."""
        self.channels = channels
        self.as_of = as_of

    def __len__(self) -> int:
        return len(self.columns["id"])

    @overload
    def __getitem__(self, index: int) -> LivePost: ...
    @overload
    def __getitem__(self, index: slice) -> list[LivePost]: ...
    def __getitem__(self, index: int | slice) -> LivePost | list[LivePost]:
        if isinstance(index, slice):
            return [self._post(place) for place in range(*index.indices(len(self)))]
        return self._post(index)

    def __iter__(self) -> Iterator[LivePost]:
        return map(self._post, range(len(self)))

    def column(self, name: str) -> Sequence[str]:
        """Return one value of every post."""
        return self.columns[name]

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
        if wanted.all():
            return self
        kept = wanted.tolist()
        columns = {name: list(compress(one, kept)) for name, one in self.columns.items()}
        return LivePosts(columns, self.channels, self.as_of)

    def and_more(self, more: Mapping[str, Sequence[str]]) -> "LivePosts":
        """Return these and others, in the order in which they went out."""
        columns = {name: [*one, *more[name]] for name, one in self.columns.items()}
        order = _order(columns).tolist()
        ordered = {name: [one[place] for place in order] for name, one in columns.items()}
        return LivePosts(ordered, self.channels, self.as_of)

    def _post(self, place: int) -> LivePost:
        text = {name: one[place] for name, one in self.columns.items()}
        state = self.channels[text["channel"]]
        gone_at = _instant(text["deleted_at"]) if text["deleted_at"] else None
        return LivePost(
            **{name: text[name] for name in ("id", "post", "channel", "partner", "network")},
            mode=state.mode,
            access_lost=state.access_lost,
            due_at=_instant(text["due_at"]),
            published_at=_instant(text["published_at"]),
            deleted_at=gone_at if gone_at and gone_at <= self.as_of else None,
        )


NAMES = ("id", "post", "channel", "partner", "network", "due_at", "published_at", "deleted_at")


def live_posts(connection: Connection, span: Span) -> tuple[LivePosts, Numbers]:
    """Return the posts that were out before the last boundary and may still gain.

    Beside them, under the number that `numbered` gives to each, its place among them; -1 where
    people recorded only later that it went out.
    """
    number, columns = _columns(connection, *is_out_and_alive(span))
    order = _order(columns)
    if not np.array_equal(order, np.arange(len(order))):
        listed = order.tolist()
        columns = {name: [one[place] for place in listed] for name, one in columns.items()}
    later = _recorded_later(connection, span.as_of)
    known = np.array([one not in later for one in columns["id"]], dtype=np.bool_)
    places = np.full(int(number.max(initial=0)) + 1, -1, dtype=np.int64)
    places[number[order]] = np.where(known, np.cumsum(known) - 1, -1)
    return LivePosts(columns, _channels(connection), span.as_of).those(known), places


def with_others(
    connection: Connection, span: Span, posts: LivePosts, ids: Iterable[str]
) -> LivePosts:
    """Add those of a few more posts that were out before the last boundary."""
    listed = sorted(set(ids))
    later = _recorded_later(connection, span.as_of)
    for start in range(0, len(listed), AT_ONCE):
        wanted = DELIVERY.c.id.in_(set(listed[start : start + AT_ONCE]) - later)
        _, more = _columns(connection, *_is_out(span), wanted)
        posts = posts.and_more(more)
    return posts


def numbered(connection: Connection) -> ColumnElement[int]:
    """Return a number for a delivery: the same in all queries of one transaction that ask the same.

    SQLite has one at hand for every row (sqlite.org/rowidtable.html). To count them there takes
    as long as to find them.
    """
    if connection.dialect.name != POSTGRESQL:
        return literal_column("delivery.rowid", Integer)
    return func.row_number().over(order_by=(DELIVERY.c.published_at, DELIVERY.c.id))


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


def _columns(
    connection: Connection, *wanted: ColumnElement[bool]
) -> tuple[Numbers, dict[str, list[str]]]:
    """Return the numbers of some posts, and a column for each of `NAMES`; in no order."""
    columns = [DELIVERY.c[name] for name in NAMES]
    query = select(numbered(connection).label("number"), *columns).where(*wanted)
    numbers, *words = read_words(connection, query)
    return np.array(numbers, dtype=np.int64), dict(zip(NAMES, words, strict=True))


def _order(columns: Mapping[str, Sequence[str]]) -> Numbers:
    """Return the places of posts in the order in which they went out, by id where it is one."""
    out_at, ids = columns["published_at"], columns["id"]
    order = sorted(range(len(ids)), key=lambda place: (out_at[place], ids[place]))
    return np.array(order, dtype=np.int64)


def _recorded_later(connection: Connection, as_of: datetime) -> set[str]:
    """Return the posts of which people said only later that they are out."""
    query = select(MOVE.c.delivery_id).where(
        MOVE.c.to_state == State.PUBLISHED,
        # A second post of a withdrawn one does not make the first one unknown.
        MOVE.c.from_state.is_not(None) & (MOVE.c.from_state != State.WITHDRAWN),
        MOVE.c.at > as_of,
    )
    return set(connection.execute(query).scalars())


def _micros(times: Sequence[str]) -> Numbers:
    found = np.array([one or "NaT" for one in times], dtype="datetime64[us]")
    return np.where(np.isnat(found), FOREVER, found.astype(np.int64))


def _instant(time: str) -> datetime:
    return datetime.fromisoformat(f"{time}+00:00")
