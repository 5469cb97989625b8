"""Reads what the readings of a few weeks came to: the rows of `series_week` and their series.

The rows are kept up to date as readings arrive, so what is read here depends on how much was read
in these weeks and not on how long the campaign has run.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Connection, Select, and_, select, type_coerce

from analytics.frames import AT_ONCE, Span, is_alive
from campaign.instants import to_micros
from campaign.states import OUT
from campaign.store.tables import DELIVERY, READING, SERIES, SERIES_WEEK
from connectors.contract import Metric

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

COLUMNS = (
    "first_at",
    "first_value",
    "last_at",
    "last_value",
    "gross",
    "correction",
    "recorded_at",
)

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
    count = len(span.weeks)
    table = np.concatenate(
        [
            # Of the weeks on either side only the reading next to the boundary matters.
            _rows(connection, span, wanted, [0], ("last_at", "last_value", "recorded_at")),
            _rows(connection, span, wanted, range(1, count + 1), COLUMNS),
            _rows(
                connection,
                span,
                wanted,
                [count + 1],
                ("first_at", "first_value", "last_at", "recorded_at"),
            ),
        ]
    )
    series = _series(connection, span, wanted, np.unique(table[:, 1]))
    row, listed = series.rows_of(table[:, 1])
    table = table[listed]
    return WeekRows(
        series=series,
        row=row[listed],
        week=table[:, 0],
        values={name: table[:, at] for at, name in enumerate(COLUMNS, start=2)},
    )


def _rows(
    connection: Connection,
    span: Span,
    metrics: Sequence[Metric],
    weeks: Sequence[int],
    names: Sequence[str],
) -> Numbers:
    """Read some columns of some weeks; the others hold what stands for no reading."""
    first, held = span.weeks[0].index - 1, SERIES_WEEK.c
    columns: list[Any] = [type_coerce(held[name], BigInteger) for name in names]
    query: Select[Any] = select(held.week - first, held.series_id, *columns).where(
        held.week.in_([first + week for week in weeks]), held.metric.in_(metrics)
    )
    found = numbers(connection, query, 2 + len(names))
    table = np.zeros((len(found), 2 + len(COLUMNS)), dtype=np.int64)
    table[:, :2] = found[:, :2]
    for place, name in enumerate(COLUMNS, start=2):
        if name in names:
            table[:, place] = found[:, 2 + names.index(name)]
        elif name in NEVER:
            table[:, place] = NEVER[name]
    return table


def numbers(connection: Connection, query: Select[Any], width: int) -> Numbers:
    """Return rows of whole numbers as an array."""
    flat = np.fromiter(chain.from_iterable(plain_rows(connection, query)), dtype=np.int64)
    return flat.reshape(-1, width)


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
    at = READING.c.observed_at
    found: dict[int, tuple[int, int]] = {}
    lately = micros - _LATELY
    for side in (and_(at <= _plain(micros), at > _plain(lately)), at <= _plain(lately)):
        rest = [one for one in ids if one not in found]
        for series, when, value in _readings(connection, rest, side, as_of):
            found[series] = (when, value)
    return found


def first_after(
    connection: Connection, ids: Sequence[int], micros: int, as_of: int
) -> dict[int, tuple[int, int]]:
    """Return time and value of the first reading of each series after an instant."""
    at = READING.c.observed_at
    found: dict[int, tuple[int, int]] = {}
    for series, when, value in _readings(connection, ids, at > _plain(micros), as_of):
        if series not in found or found[series][0] == when:
            found[series] = (when, value)
    return found


_LATELY = 21 * 24 * 3_600_000_000
"""Most readings that were missed were made up for within three weeks, in microseconds."""


def _plain(micros: int) -> Any:
    return type_coerce(micros, BigInteger)


def _readings(
    connection: Connection, ids: Sequence[int], side: Any, as_of: int
) -> list[tuple[Any, ...]]:
    """Return series, time and value; of several for one instant the one that holds comes last."""
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(ids), AT_ONCE):
        query = (
            select(
                READING.c.series_id,
                type_coerce(READING.c.observed_at, BigInteger),
                READING.c.value,
            )
            .where(
                READING.c.series_id.in_(ids[start : start + AT_ONCE]),
                READING.c.value.is_not(None),
                READING.c.recorded_at <= _plain(as_of),
                READING.c.observed_at <= _plain(as_of),
                side,
            )
            .order_by(
                READING.c.series_id, READING.c.observed_at, READING.c.recorded_at, READING.c.value
            )
        )
        found += plain_rows(connection, query)
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
    of_live = and_(DELIVERY.c.state.in_(OUT), is_alive(span), SERIES.c.metric.in_(metrics))
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
