"""Reads the series of a report's posts as columns: which post each is of, and what it counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, select

from analytics.frames import AT_ONCE, Span
from analytics.live_posts import is_out_and_alive, numbered
from analytics.packed import read_packed
from analytics.week_rows import Flags, Numbers
from campaign.store.tables import DELIVERY, SERIES
from campaign.store.tables import SERIES_KIND as KIND
from connectors.contract import Metric

METRICS = tuple(Metric)
_PLACES = {str(metric): place for place, metric in enumerate(METRICS)}

Kind = tuple[str, str, str]
"""Metric, definition, source."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SeriesList:
    """Series by ascending id, column by column."""

    ids: Numbers
    post: Numbers
    """Which of the report's posts each is of; -1 where that is none of them."""
    kind: Numbers
    """The place in `kinds`."""
    kinds: Sequence[Kind]
    """All that there are, whether or not a series of these has one."""

    @property
    def metric(self) -> Numbers:
        """The place of each in `Metric`."""
        places = np.array([_PLACES[metric] for metric, _, _ in self.kinds], dtype=np.int64)
        return places[self.kind] if len(self.kinds) else self.kind

    def rows_of(self, ids: Numbers) -> tuple[Numbers, Flags]:
        """Return in which row each id stands, and which of them are listed at all."""
        if not len(self.ids):
            return np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=np.bool_)
        places = _places_in(self.ids, ids)
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

    `place` has, for the number of each post that is out and alive, which of the report's posts it
    is, or -1. They come as columns: a row for each of a hundred thousand series would take longer
    than to find them.
    """
    number = numbered(connection).label("number")
    posts = select(DELIVERY.c.id, number).where(*is_out_and_alive(span)).subquery()
    query = select(SERIES.c.id, posts.c.number, SERIES.c.kind).join_from(
        posts, SERIES, SERIES.c.delivery_id == posts.c.id
    )
    ids, numbers, kinds = read_packed(connection, query).columns()
    return _listed(connection, ids, place[numbers], kinds)


def with_series_of(
    connection: Connection, known: SeriesList, ids: Sequence[int], places: Mapping[str, int]
) -> SeriesList:
    """Add a few more series; `places` has the places of posts by delivery."""
    listed: list[tuple[int, int, int]] = []
    for start in range(0, len(ids), AT_ONCE):
        query = select(SERIES.c.id, SERIES.c.delivery_id, SERIES.c.kind)
        some = query.where(SERIES.c.id.in_(ids[start : start + AT_ONCE]))
        listed += [
            (row.id, places.get(row.delivery_id, -1), row.kind) for row in connection.execute(some)
        ]
    more = np.array(listed, dtype=np.int64).reshape(-1, 3)
    added = _listed(connection, *more.T)
    order = np.argsort(np.append(known.ids, added.ids), kind="stable")
    return SeriesList(
        ids=np.append(known.ids, added.ids)[order],
        post=np.append(known.post, added.post)[order],
        kind=np.append(known.kind, added.kind)[order],
        kinds=added.kinds,
    )


def deliveries_of(connection: Connection, ids: Sequence[int]) -> set[str]:
    """Return the deliveries that a few series are of."""
    found: set[str] = set()
    for start in range(0, len(ids), AT_ONCE):
        query = select(SERIES.c.delivery_id).where(SERIES.c.id.in_(ids[start : start + AT_ONCE]))
        found |= set(connection.execute(query).scalars())
    return found


def kinds_of(connection: Connection) -> dict[int, Kind]:
    """Return metric, definition and source of every kind by its id, in the order of ids."""
    columns = (KIND.c.id, KIND.c.metric, KIND.c.definition, KIND.c.source)
    rows = connection.execute(select(*columns).order_by(KIND.c.id))
    return {row.id: (row.metric, row.definition, row.source) for row in rows}


def _listed(connection: Connection, ids: Numbers, post: Numbers, kind: Numbers) -> SeriesList:
    kinds = kinds_of(connection)
    order = np.argsort(ids, kind="stable")
    places = np.searchsorted(np.array(list(kinds), dtype=np.int64), kind[order])
    return SeriesList(ids=ids[order], post=post[order], kind=places, kinds=list(kinds.values()))


_SPARSE = 16


def _places_in(ids: Numbers, wanted: Numbers) -> Numbers:
    """Return where each stands among ascending ids; anywhere where it does not.

    Ids are given one after the other, so a table of all in between is small, and a look into it
    takes a tenth of the time of a search.
    """
    first, count = int(ids[0]), int(ids[-1]) - int(ids[0]) + 1
    if count > _SPARSE * len(ids):
        return np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    table = np.zeros(count, dtype=np.int64)
    table[ids - first] = np.arange(len(ids))
    return table[np.clip(wanted - first, 0, count - 1)]
