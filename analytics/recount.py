"""Makes the weeks of all series anew from every reading there is, to prove or to replace them.

`series_week` is kept up to date reading by reading; this is the other way to the same rows, and
shares no step with it. It reads every reading once, some thousand series at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
    type_coerce,
)

from analytics.week_rows import Flags, Numbers, numbers
from campaign.instants import from_micros, to_micros
from campaign.store.tables import CAMPAIGN, READING, SERIES, SERIES_WEEK
from campaign.store.week_cut import starts_at, week_ending_with

SERIES_AT_ONCE = 5_000

_HELD = (
    "week",
    "series_id",
    "first_at",
    "first_value",
    "last_at",
    "last_value",
    "gross",
    "correction",
    "recorded_at",
)

_INSERT = insert(SERIES_WEEK).values(
    {name: bindparam(name, type_=BigInteger) for name in _HELD}
    | {"metric": bindparam("metric"), "stale": False}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What came of comparing the weeks that are kept with the readings."""

    weeks: int
    """Rows that are kept."""
    wrong: tuple[tuple[int, int], ...]
    """Series and week of each row that is not what the readings come to, is absent, or is there
    without readings."""


def prove_weeks(connection: Connection) -> Proof:
    """Compare every kept week with what its readings come to."""
    zone = _zone(connection)
    weeks, wrong = 0, []
    for first, last in _chunks(connection):
        kept, made = _kept(connection, first, last), _made(connection, zone, (first, last))
        weeks += len(kept)
        if not np.array_equal(kept, made):
            wrong += _different(kept, made)
    return Proof(weeks=weeks, wrong=tuple(wrong))


def recount_weeks(connection: Connection) -> int:
    """Replace every kept week by what its readings come to; return how many there are now.

    Needed when the campaign's zone changes, since that is what the weeks are cut by.
    """
    zone = _zone(connection)
    connection.execute(delete(SERIES_WEEK))
    count = 0
    for first, last in _chunks(connection):
        query = select(SERIES.c.id, SERIES.c.metric).where(SERIES.c.id.between(first, last))
        metric = {row.id: row.metric for row in connection.execute(query)}
        rows = [
            dict(zip(_HELD, row, strict=True)) | {"metric": metric[row[1]]}
            for row in _made(connection, zone, (first, last)).tolist()
        ]
        if rows:
            connection.execute(_INSERT, rows)
        count += len(rows)
    return count


def _zone(connection: Connection) -> ZoneInfo:
    return ZoneInfo(connection.execute(select(CAMPAIGN.c.timezone)).scalar() or "Europe/London")


def _chunks(connection: Connection) -> Iterator[tuple[int, int]]:
    last = connection.execute(select(func.max(SERIES.c.id))).scalar() or 0
    for first in range(1, last + 1, SERIES_AT_ONCE):
        yield first, first + SERIES_AT_ONCE - 1


def _kept(connection: Connection, first: int, last: int) -> Numbers:
    held = SERIES_WEEK.c
    columns: list[Any] = [type_coerce(held[name], BigInteger) for name in _HELD]
    query: Select[Any] = select(*columns).where(held.series_id.between(first, last))
    found = numbers(connection, query, len(_HELD))
    return found[np.lexsort((found[:, 0], found[:, 1]))]


def _made(connection: Connection, zone: ZoneInfo, series: tuple[int, int]) -> Numbers:
    """Return the rows that the readings of some series come to, by series and week."""
    read = _readings(connection, *series)
    if not len(read):
        return np.zeros((0, len(_HELD)), dtype=np.int64)
    of, at, recorded, value = read.T
    week = _weeks_of(at, zone)
    begins = np.flatnonzero(_changes(of) | _changes(week))
    # Of several readings for one instant the last in this order holds.
    holds = np.append(_changes(of)[1:] | _changes(at)[1:], [True])
    latest = np.maximum.reduceat(recorded, begins)
    of, at, value, week = of[holds], at[holds], value[holds], week[holds]
    starts = _changes(of) | _changes(week)
    firsts = np.flatnonzero(starts)
    lasts = np.append(firsts[1:], len(of)) - 1
    steps = np.diff(value, prepend=0)
    steps[firsts] = 0
    return np.column_stack(
        [
            week[firsts],
            of[firsts],
            at[firsts],
            value[firsts],
            at[lasts],
            value[lasts],
            np.add.reduceat(np.maximum(steps, 0), firsts),
            np.add.reduceat(np.minimum(steps, 0), firsts),
            latest,
        ]
    )


def _readings(connection: Connection, first: int, last: int) -> Numbers:
    order = (READING.c.series_id, READING.c.observed_at, READING.c.recorded_at, READING.c.value)
    columns: list[Any] = [type_coerce(column, BigInteger) for column in order]
    query: Select[Any] = (
        select(*columns)
        .where(READING.c.series_id.between(first, last), READING.c.value.is_not(None))
        .order_by(*order[:3])
    )
    return numbers(connection, query, len(order))


def _weeks_of(at: Numbers, zone: ZoneInfo) -> Numbers:
    first = week_ending_with(from_micros(int(at.min())), zone)
    last = week_ending_with(from_micros(int(at.max())), zone)
    ends = [to_micros(starts_at(number + 1, zone)) for number in range(first, last + 1)]
    return first + np.searchsorted(np.array(ends, dtype=np.int64), at, side="left")


def _changes(column: Numbers) -> Flags:
    changed = np.ones(len(column), dtype=np.bool_)
    changed[1:] = column[1:] != column[:-1]
    return changed


def _different(kept: Numbers, made: Numbers) -> list[tuple[int, int]]:
    rows = {tuple(row) for row in kept.tolist()} ^ {tuple(row) for row in made.tolist()}
    return sorted({(row[1], row[0]) for row in rows})
