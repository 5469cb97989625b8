"""Reads what the readings of a few weeks came to, and single readings beside them.

The blocks are kept up to date as readings arrive, so what is read here depends on how much was
read in these weeks and not on how long the campaign has run.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    literal_column,
    select,
    type_coerce,
)

from analytics.frames import Span
from analytics.packed import fetch_all
from campaign.store.tables import READING, SERIES, WEEK_BLOCK
from campaign.store.week_blocks import FIELDS
from connectors.contract import Metric

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

NEVER_BEFORE = -(2**62)
"""In place of the time of a reading that there is not."""
NEVER_AFTER = 2**62
NEVER = {"first_at": NEVER_AFTER, "last_at": NEVER_BEFORE}


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekRows:
    """The rows of the asked weeks and of the one before and after, one array for each column."""

    week: Numbers
    """Counted from the one before the first asked."""
    values: dict[str, Numbers]
    """By name, for each of `FIELDS`."""

    def those(self, wanted: Flags) -> "WeekRows":
        """Return some of the rows."""
        values = {name: column[wanted] for name, column in self.values.items()}
        return WeekRows(week=self.week[wanted], values=values)


def read_week_rows(connection: Connection, span: Span, metrics: Collection[Metric]) -> WeekRows:
    """Read what the readings of some metrics came to."""
    first, held = span.weeks[0].index - 1, WEEK_BLOCK.c
    weeks = list(range(first, first + len(span.weeks) + 2))
    query: Select[Any] = select(held.week - first, held.data).where(
        held.week.in_(weeks), held.metric.in_(metrics)
    )
    blocks = fetch_all(connection, query)
    table = rows_in([data for _, data in blocks])
    sizes = [len(data) // table.strides[0] for _, data in blocks]
    return WeekRows(
        week=np.repeat(np.array([week for week, _ in blocks], dtype=np.int64), sizes),
        values=dict(zip(FIELDS, _columns_of(table), strict=True)),
    )


_ROWS_AT_ONCE = 1024
"""So many rows fit into the nearest cache of a processor; else every column fetches all of them
from memory once more."""


def _columns_of(table: Numbers) -> Numbers:
    """Turn rows into columns, each of them in one piece."""
    columns = np.empty(table.shape[::-1], dtype=table.dtype)
    for start in range(0, len(table), _ROWS_AT_ONCE):
        some = slice(start, start + _ROWS_AT_ONCE)
        columns[:, some] = table[some].T
    return columns


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
    if not ids:
        return {}
    # Thousands of bind parameters would take longer to write down than their rows to find.
    listed: Any = literal_column(f"({', '.join(map(str, ids))})")
    rows = plain_rows(connection, select(*columns).where(SERIES.c.id.op("IN")(listed)))
    return {series: (at, value) for series, at, value in rows if at is not None}
