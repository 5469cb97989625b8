"""Makes the weeks of all series anew from every reading there is, to prove or to replace them.

The blocks of weeks are kept up to date reading by reading; this is the other way to the same
rows, and shares no step with it. It reads every reading once, some thousand series at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import BigInteger, Connection, Select, delete, func, select, type_coerce

from analytics.week_rows import Flags, Numbers, numbers, plain_rows, rows_in
from campaign.instants import from_micros, to_micros
from campaign.store.tables import CAMPAIGN, READING, SERIES, WEEK_BLOCK
from campaign.store.week_blocks import FIELDS, SERIES_IN_BLOCK, block_of, keep_blocks
from campaign.store.week_cut import starts_at, week_ending_with
from connectors.contract import Metric

BLOCKS_AT_ONCE = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What came of comparing the weeks that are kept with the readings."""

    weeks: int
    """Rows that are kept."""
    wrong: tuple[tuple[int, int], ...]
    """Series and week of each row that is not what the readings come to, is absent, or is there
    without readings."""


_METRICS = tuple(Metric)
_PLACES = {str(metric): place for place, metric in enumerate(_METRICS)}
_WEEK, _METRIC, _SERIES = range(3)
"""The first columns of the rows here; from the third on they are those of a block."""


def prove_weeks(connection: Connection) -> Proof:
    """Compare every kept week with what its readings come to."""
    zone = _zone(connection)
    weeks, wrong = 0, []
    for blocks in _chunks(connection):
        kept, made = _kept(connection, blocks), _made(connection, zone, blocks)
        weeks += len(kept)
        if not np.array_equal(kept, made):
            wrong += _different(kept, made)
    return Proof(weeks=weeks, wrong=tuple(wrong))


def recount_weeks(connection: Connection) -> int:
    """Replace every kept week by what its readings come to; return how many there are now.

    Needed when the campaign's zone changes, since that is what the weeks are cut by.
    """
    zone = _zone(connection)
    connection.execute(delete(WEEK_BLOCK))
    count = 0
    for blocks in _chunks(connection):
        made = _made(connection, zone, blocks)
        keep_blocks(connection, list(_packed(made)))
        count += len(made)
    return count


def _zone(connection: Connection) -> ZoneInfo:
    return ZoneInfo(connection.execute(select(CAMPAIGN.c.timezone)).scalar() or "Europe/London")


def _chunks(connection: Connection) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of some blocks, until all that any series is in are listed."""
    series = connection.execute(select(func.max(SERIES.c.id))).scalar() or 0
    kept = connection.execute(select(func.max(WEEK_BLOCK.c.block))).scalar() or 0
    for first in range(0, max(block_of(series), kept) + 1, BLOCKS_AT_ONCE):
        yield first, first + BLOCKS_AT_ONCE - 1


def _kept(connection: Connection, blocks: tuple[int, int]) -> Numbers:
    held = WEEK_BLOCK.c
    query: Select[Any] = select(held.week, held.metric, held.data).where(
        held.block.between(*blocks)
    )
    found = list(plain_rows(connection, query))
    rows = rows_in(data for _, _, data in found)
    places = np.array([(week, _PLACES[metric]) for week, metric, _ in found], dtype=np.int64)
    sizes = [len(data) // rows.strides[0] for _, _, data in found]
    whole = np.column_stack([np.repeat(places.reshape(-1, 2), sizes, axis=0), rows])
    return whole[np.lexsort((whole[:, _WEEK], whole[:, _SERIES]))]


def _packed(made: Numbers) -> Iterator[tuple[int, str, int, bytes]]:
    """Yield the rows as blocks, each with its place."""
    block = made[:, _SERIES] // SERIES_IN_BLOCK
    order = np.lexsort((made[:, _SERIES], block, made[:, _METRIC], made[:, _WEEK]))
    made, block = made[order], block[order]
    begins = np.flatnonzero(_changes(made[:, _WEEK]) | _changes(made[:, _METRIC]) | _changes(block))
    for first, last in zip(begins, [*begins[1:], len(made)], strict=True):
        week, metric = made[first, :_SERIES].tolist()
        data = made[first:last, _SERIES:].astype("<i8").tobytes()
        yield week, _METRICS[metric], int(block[first]), data


def _made(connection: Connection, zone: ZoneInfo, blocks: tuple[int, int]) -> Numbers:
    """Return the rows that the readings of some series come to, by series and week."""
    first, last = blocks[0] * SERIES_IN_BLOCK, (blocks[1] + 1) * SERIES_IN_BLOCK - 1
    of, at, recorded, value = _readings(connection, first, last)
    if not len(of):
        return np.zeros((0, _SERIES + len(FIELDS)), dtype=np.int64)
    week = _weeks_of(at, zone)
    begins = np.flatnonzero(_changes(of) | _changes(week))
    # Of several readings for one instant the last in this order holds.
    holds = np.append(_changes(of)[1:] | _changes(at)[1:], [True])
    latest = np.maximum.reduceat(recorded, begins)
    of, at, value, week = of[holds], at[holds], value[holds], week[holds]
    firsts = np.flatnonzero(_changes(of) | _changes(week))
    lasts = np.append(firsts[1:], len(of)) - 1
    steps = np.diff(value, prepend=0)
    steps[firsts] = 0
    return np.column_stack(
        [
            week[firsts],
            _metrics_of(connection, first, last)[of[firsts] - first],
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


def _metrics_of(connection: Connection, first: int, last: int) -> Numbers:
    """Return the place of the metric of each series, counted from the first."""
    query: Select[Any] = select(SERIES.c.id, SERIES.c.metric).where(
        SERIES.c.id.between(first, last)
    )
    found = np.full(last - first + 1, -1, dtype=np.int64)
    for series, metric in plain_rows(connection, query):
        found[series - first] = _PLACES[metric]
    return found


def _readings(connection: Connection, first: int, last: int) -> Numbers:
    """Return the columns: series, observed at, recorded at, value; in that order of rows."""
    order = (READING.c.series_id, READING.c.observed_at, READING.c.recorded_at, READING.c.value)
    columns: list[Any] = [type_coerce(column, BigInteger) for column in order]
    query: Select[Any] = (
        select(*columns)
        .where(READING.c.series_id.between(first, last), READING.c.value.is_not(None))
        .order_by(*order[:3])
    )
    return np.ascontiguousarray(numbers(connection, query, len(order)).T)


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
    return sorted({(row[_SERIES], row[_WEEK]) for row in rows})
