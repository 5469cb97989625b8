"""Reads what the readings of a few weeks came to: the rows of `series_week` and their series.

The rows are kept up to date as readings arrive, so what is read here depends on how much was read
in these weeks and not on how long the campaign has run.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Connection, Select, and_, select, type_coerce

from analytics.frames import AT_ONCE, Span, is_alive
from campaign.instants import to_micros
from campaign.states import State
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
    first = span.weeks[0].index - 1
    wanted = list(Metric) if metrics is None else list(metrics)
    held = SERIES_WEEK.c
    query = select(
        (held.week - first).label("week"),
        held.series_id,
        *(type_coerce(held[name], BigInteger) for name in COLUMNS),
    ).where(
        held.week.in_(range(first, first + len(span.weeks) + 2)),
        held.metric.in_(wanted),
    )
    table = numbers(connection, query, 2 + len(COLUMNS))
    series = _series(connection, span, wanted, np.unique(table[:, 1]))
    row, listed = series.rows_of(table[:, 1])
    table = table[listed]
    return WeekRows(
        series=series,
        row=row[listed],
        week=table[:, 0],
        values={name: table[:, at] for at, name in enumerate(COLUMNS, start=2)},
    )


def numbers(connection: Connection, query: Select[Any], width: int) -> Numbers:
    """Return rows of whole numbers as an array."""
    flat = np.fromiter(chain.from_iterable(connection.execute(query)), dtype=np.int64)
    return flat.reshape(-1, width)


def last_until(
    connection: Connection, ids: Sequence[int], micros: int, as_of: int
) -> dict[int, tuple[int, int]]:
    """Return time and value of the last reading of each series up to an instant."""
    at = READING.c.observed_at
    found: dict[int, tuple[int, int]] = {}
    for series, when, value in _readings(connection, ids, at <= _plain(micros), as_of):
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


def _plain(micros: int) -> Any:
    return type_coerce(micros, BigInteger)


def _readings(
    connection: Connection, ids: Sequence[int], side: Any, as_of: int
) -> list[tuple[int, int, int]]:
    """Return series, time and value; of several for one instant the one that holds comes last."""
    found: list[tuple[int, int, int]] = []
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
        found += [(row[0], row[1], row[2]) for row in connection.execute(query)]
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
    rows = [tuple(row) for row in connection.execute(joined.where(of_live))]
    others = sorted(set(with_rows.tolist()) - {row[0] for row in rows})
    for start in range(0, len(others), AT_ONCE):
        query = select(*columns).where(SERIES.c.id.in_(others[start : start + AT_ONCE]))
        rows += [tuple(row) for row in connection.execute(query)]
    rows.sort()
    ids, delivery, metric, definition, source = zip(*rows, strict=True) if rows else ((),) * 5
    definitions, sources = sorted(set(definition)), sorted(set(source))
    return SeriesList(
        ids=np.array(ids, dtype=np.int64),
        delivery=delivery,
        metric=_places(metric, [str(one) for one in Metric]),
        definition=_places(definition, definitions),
        source=_places(source, sources),
        definitions=definitions,
        sources=sources,
    )


def _places(values: Sequence[str], names: Sequence[str]) -> Numbers:
    place = {name: number for number, name in enumerate(names)}
    return np.array([place[one] for one in values], dtype=np.int64)


def known_later(rows: WeekRows, span: Span) -> Numbers:
    """Return the rows of series of which something became known, or was seen, after `as_of`."""
    limit = to_micros(span.as_of)
    late = (rows.values["recorded_at"] > limit) | (rows.values["last_at"] > limit)
    return np.unique(rows.row[late])
