"""Reads the series of a report's posts as columns: which post each is of, and what it counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, String, cast, func, select

from analytics.frames import AT_ONCE, Span
from analytics.live_posts import is_out_and_alive
from analytics.week_rows import Flags, Numbers
from campaign.store.tables import DELIVERY, SERIES
from connectors.contract import Metric

METRICS = tuple(Metric)
_PLACES = {str(metric): place for place, metric in enumerate(METRICS)}
_SPACE = " "
"""Between the words of a kind; neither metrics nor definitions nor sources have one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SeriesList:
    """Series by ascending id, column by column."""

    ids: Numbers
    post: Numbers
    """Which of the report's posts each is of; -1 where that is none of them."""
    kind: Numbers
    """The place in `kinds`."""
    kinds: Sequence[tuple[str, str, str]]
    """Metric, definition, source."""

    @property
    def metric(self) -> Numbers:
        """The place of each in `Metric`."""
        places = np.array([_PLACES[metric] for metric, _, _ in self.kinds], dtype=np.int64)
        return places[self.kind] if len(self.kinds) else self.kind

    def rows_of(self, ids: Numbers) -> tuple[Numbers, Flags]:
        """Return in which row each id stands, and which of them are listed at all."""
        if not len(self.ids):
            return np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=np.bool_)
        places = np.searchsorted(self.ids, ids)
        places[places == len(self.ids)] = 0
        return places, self.ids[places] == ids

    def of(self, posts: Numbers, metrics: Iterable[Metric]) -> "SeriesList":
        """Return those of some metrics and posts; `posts` has the new place of each post, or -1."""
        wanted = np.zeros(len(METRICS), dtype=np.bool_)
        wanted[[METRICS.index(one) for one in metrics]] = True
        post = np.append(posts, -1)[self.post]
        rows = np.flatnonzero((post >= 0) & wanted[self.metric])
        return SeriesList(
            ids=self.ids[rows], post=post[rows], kind=self.kind[rows], kinds=self.kinds
        )


def read_series(connection: Connection, span: Span, place: Numbers) -> SeriesList:
    """Return the series of the posts that a span is about.

    `place` has, for each post that is out and alive, in the order in which they went out, which
    of the report's posts it is, or -1. Ids, posts and kinds come as one text each: a row for each
    of a hundred thousand series would take longer than to find them.
    """
    order = (DELIVERY.c.published_at, DELIVERY.c.id)
    number = func.row_number().over(order_by=order).label("number")
    posts = select(DELIVERY.c.id, number).where(*is_out_and_alive(span)).subquery()
    kind = SERIES.c.metric + _SPACE + SERIES.c.definition + _SPACE + SERIES.c.source
    query = select(
        func.aggregate_strings(cast(SERIES.c.id, String), ","),
        func.aggregate_strings(cast(posts.c.number, String), ","),
        func.aggregate_strings(kind, ","),
    ).join_from(posts, SERIES, SERIES.c.delivery_id == posts.c.id)
    ids, numbers, kinds = connection.execute(query).one()
    if ids is None:
        return _listed(_numbers(""), _numbers(""), [])
    return _listed(_numbers(ids), place[_numbers(numbers) - 1], kinds.split(","))


def with_series_of(
    connection: Connection, known: SeriesList, ids: Sequence[int], places: Mapping[str, int]
) -> SeriesList:
    """Add a few more series; `places` has the places of posts by delivery."""
    listed: list[tuple[int, int, str]] = []
    columns = (
        *(SERIES.c.id, SERIES.c.delivery_id),
        *(SERIES.c.metric, SERIES.c.definition, SERIES.c.source),
    )
    for start in range(0, len(ids), AT_ONCE):
        query = select(*columns).where(SERIES.c.id.in_(ids[start : start + AT_ONCE]))
        for id_, delivery, *kind in connection.execute(query):
            listed.append((id_, places.get(delivery, -1), _SPACE.join(kind)))
    before = [_SPACE.join(known.kinds[kind]) for kind in known.kind.tolist()]
    more = np.array([one[:2] for one in listed], dtype=np.int64).reshape(-1, 2)
    return _listed(
        np.append(known.ids, more[:, 0]),
        np.append(known.post, more[:, 1]),
        [*before, *(kind for _, _, kind in listed)],
    )


def deliveries_of(connection: Connection, ids: Sequence[int]) -> set[str]:
    """Return the deliveries that a few series are of."""
    found: set[str] = set()
    for start in range(0, len(ids), AT_ONCE):
        query = select(SERIES.c.delivery_id).where(SERIES.c.id.in_(ids[start : start + AT_ONCE]))
        found |= set(connection.execute(query).scalars())
    return found


def _numbers(text: str) -> Numbers:
    return np.fromstring(text, dtype=np.int64, sep=",") if text else np.zeros(0, dtype=np.int64)


def _listed(ids: Numbers, post: Numbers, kind: Sequence[str]) -> SeriesList:
    names = list(dict.fromkeys(kind))
    places = {name: place for place, name in enumerate(names)}
    of_kind = np.array([places[one] for one in kind], dtype=np.int64)
    order = np.argsort(ids, kind="stable")
    kinds: list[Any] = [tuple(name.split(_SPACE)) for name in names]
    return SeriesList(ids=ids[order], post=post[order], kind=of_kind[order], kinds=kinds)
