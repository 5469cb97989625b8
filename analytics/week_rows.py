"""Reads what the readings of a few weeks came to: the blocks of these weeks, and their series.

The blocks are kept up to date as readings arrive, so what is read here depends on how much was
read in these weeks and not on how long the campaign has run.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    select,
    type_coerce,
)

from analytics.frames import AT_ONCE, Span, is_alive
from analytics.packed import Numbers
from campaign.instants import to_micros
from campaign.states import State
from campaign.store.tables import DELIVERY, READING, SERIES, WEEK_BLOCK
from campaign.store.week_blocks import FIELDS
from connectors.contract import Metric

Flags = NDArray[np.bool_]

NEVER_BEFORE = -(2**62)
"""In place of the time of a reading that there is not."""
NEVER_AFTER = 2**62
NEVER = {"first_at": NEVER_AFTER, "last_at": NEVER_BEFORE}


@dataclass(frozen=True, kw_only=True, slots=True)
class SeriesList:
    """Series by ascending id, column by column."""

    ids: Numbers
    delivery: Sequence[str]
    metric: Numbers
    """The place in `Metric`."""
    definition: Numbers
    """The place in `definitions`."""
    source: Numbers
    definitions: Sequence[str]
    sources: Sequence[str]

    def rows_of(self, ids: Numbers) -> tuple[Numbers, Flags]:
        """Return in which row each id stands, and which of them are listed at all."""
        if not len(self.ids):
            return np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=np.bool_)
        places = np.searchsorted(self.ids, ids)
        places[places == len(self.ids)] = 0
        return places, self.ids[places] == ids


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekRows:
    """The rows of the asked weeks and of the one before and after, one array for each column."""

    series: SeriesList
    row: Numbers
    """In `series`."""
    week: Numbers
    """Counted from the one before the first asked."""
    values: dict[str, Numbers]


def read_week_rows(
    connection: Connection, span: Span, metrics: Collection[Metric] | None
) -> WeekRows:
    """Read the rows, and the series of all posts that are alive or were read in the weeks."""
    wanted = list(Metric) if metrics is None else list(metrics)
    week, table = _rows(connection, span, wanted)
    series = _series(connection, span, wanted, np.unique(table[:, 0]))
    row, listed = series.rows_of(table[:, 0])
    table = table[listed]
    return WeekRows(
        series=series,
        row=row[listed],
        week=week[listed],
        values={name: table[:, at] for at, name in enumerate(FIELDS)},
    )


def _rows(connection: Connection, span: Span, metrics: Sequence[Metric]) -> tuple[Numbers, Numbers]:
    """Return the weeks, counted from the one before the first, and the rows of the blocks."""
    first, held = span.weeks[0].index - 1, WEEK_BLOCK.c
    weeks = list(range(first, first + len(span.weeks) + 2))
    query: Select[Any] = select(held.week - first, held.data).where(
        held.week.in_(weeks), held.metric.in_(metrics)
    )
    blocks = list(plain_rows(connection, query))
    table = rows_in(data for _, data in blocks)
    sizes = [len(data) // table.strides[0] for _, data in blocks]
    return np.repeat(np.array([week for week, _ in blocks], dtype=np.int64), sizes), table


def rows_in(blocks: Iterable[bytes]) -> Numbers:
    """Return the rows of blocks, one after the other, with a column for each of `FIELDS`."""
    flat: Numbers = np.frombuffer(b"".join(blocks), dtype="<i8")
    return flat.reshape(-1, len(FIELDS))


def plain_rows(connection: Connection, query: Select[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield rows just as the database's driver has them: for texts and whole numbers only.

    Wrapping, or only keeping, a hundred thousand rows would take longer than reading them.
    """
    cursor: Any = connection.execute(query).cursor
    yield from cursor


def last_until(
    connection: Connection, ids: Sequence[int], micros: int, as_of: int
) -> dict[int, tuple[int, int]]:
    """Return time and value of the last reading of each series up to an instant."""
    at, recorded = READING.c.observed_at, READING.c.recorded_at
    beside = at <= _plain(min(micros, as_of))
    return _nearest(connection, ids, and_(beside, recorded <= _plain(as_of)), at.desc())


def first_after(
    connection: Connection, ids: Sequence[int], micros: int, as_of: int
) -> dict[int, tuple[int, int]]:
    """Return time and value of the first reading of each series after an instant."""
    at, recorded = READING.c.observed_at, READING.c.recorded_at
    beside = and_(at > _plain(micros), at <= _plain(as_of))
    return _nearest(connection, ids, and_(beside, recorded <= _plain(as_of)), at.asc())


def _plain(micros: int) -> Any:
    return type_coerce(micros, BigInteger)


def _nearest(
    connection: Connection, ids: Sequence[int], wanted: ColumnElement[bool], order: Any
) -> dict[int, tuple[int, int]]:
    """Look up one reading a series; of several for one instant the one recorded last holds."""

    def of_it(column: Any) -> Any:
        found = select(column).where(READING.c.series_id == SERIES.c.id, wanted)
        known = found.where(READING.c.value.is_not(None))
        nearest = known.order_by(order, READING.c.recorded_at.desc()).limit(1)
        return type_coerce(nearest.scalar_subquery(), BigInteger)

    columns = (SERIES.c.id, of_it(READING.c.observed_at), of_it(READING.c.value))
    found: dict[int, tuple[int, int]] = {}
    for start in range(0, len(ids), AT_ONCE):
        query = select(*columns).where(SERIES.c.id.in_(ids[start : start + AT_ONCE]))
        rows = plain_rows(connection, query)
        found |= {series: (at, value) for series, at, value in rows if at is not None}
    return found


def _series(
    connection: Connection, span: Span, metrics: Sequence[Metric], with_rows: Numbers
) -> SeriesList:
    columns = (
        SERIES.c.id,
        SERIES.c.delivery_id,
        SERIES.c.metric,
        SERIES.c.definition,
        SERIES.c.source,
    )
    of_live = and_(
        DELIVERY.c.state == State.PUBLISHED, is_alive(span), SERIES.c.metric.in_(metrics)
    )
    joined = select(*columns).join_from(DELIVERY, SERIES, SERIES.c.delivery_id == DELIVERY.c.id)
    read = _SeriesRead()
    read.take(plain_rows(connection, joined.where(of_live)))
    others = np.setdiff1d(with_rows, np.array(read.ids, dtype=np.int64)).tolist()
    for start in range(0, len(others), AT_ONCE):
        query = select(*columns).where(SERIES.c.id.in_(others[start : start + AT_ONCE]))
        read.take(plain_rows(connection, query))
    return read.by_id()


@dataclass(kw_only=True, slots=True)
class _SeriesRead:
    ids: list[int] = field(default_factory=list)
    delivery: list[str] = field(default_factory=list)
    metric: list[int] = field(default_factory=list)
    definition: list[int] = field(default_factory=list)
    source: list[int] = field(default_factory=list)
    metrics: dict[str, int] = field(
        default_factory=lambda: {str(m): n for n, m in enumerate(Metric)}
    )
    definitions: dict[str, int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)

    def take(self, rows: Iterable[Sequence[Any]]) -> None:
        definitions, sources = self.definitions, self.sources
        for id_, delivery, metric, definition, source in rows:
            self.ids.append(id_)
            self.delivery.append(delivery)
            self.metric.append(self.metrics[metric])
            self.definition.append(definitions.setdefault(definition, len(definitions)))
            self.source.append(sources.setdefault(source, len(sources)))

    def by_id(self) -> SeriesList:
        ids = np.array(self.ids, dtype=np.int64)
        order = np.argsort(ids)
        return SeriesList(
            ids=ids[order],
            delivery=[self.delivery[row] for row in order.tolist()],
            metric=np.array(self.metric, dtype=np.int64)[order],
            definition=np.array(self.definition, dtype=np.int64)[order],
            source=np.array(self.source, dtype=np.int64)[order],
            definitions=list(self.definitions),
            sources=list(self.sources),
        )


def known_later(rows: WeekRows, span: Span) -> Numbers:
    """Return the rows of series of which something became known, or was seen, after `as_of`."""
    limit = to_micros(span.as_of)
    late = (rows.values["recorded_at"] > limit) | (rows.values["last_at"] > limit)
    return np.unique(rows.row[late])
