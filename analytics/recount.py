"""Makes the weeks of all series anew from every reading there is, to prove or to replace them.

The blocks of weeks are kept up to date reading by reading; this is the other way to the same
rows, and shares no step with it. It reads every reading once, some thousand series at a time.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import BigInteger, Connection, Select, delete, func, select, type_coerce

from analytics.in_order import in_order
from analytics.packed import Packed, fetch_all, read_packed
from analytics.series_list import kinds_of
from analytics.week_rows import Flags, Numbers, rows_in
from campaign.instants import from_micros, to_micros
from campaign.store.backends import POSTGRESQL
from campaign.store.database import Store
from campaign.store.tables import CAMPAIGN, READING, SERIES, WEEK_BLOCK
from campaign.store.week_blocks import FIELDS, SERIES_IN_BLOCK, block_of, keep_blocks
from campaign.store.week_cut import starts_at, week_ending_with
from connectors.contract import Metric

BLOCKS_AT_ONCE = 60
_SERIES_AT_ONCE = 8192
"""No fewer than are in so many blocks; a power of two, by which numbers are divided quickly."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What came of comparing the weeks that are kept with the readings."""

    weeks: int
    """Rows that are kept."""
    wrong: tuple[tuple[int, int], ...]
    """Series and week of each row that is not what the readings come to, is absent, or is there
    without readings."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """What the database holds of the series of some blocks, as it came."""

    first: int
    """The lowest number that a series of them can have."""
    metrics: Numbers
    """By series, counted from the first: the place in `Metric`."""
    readings: Packed
    kept: Sequence[tuple[Any, ...]]
    """Week, metric, data."""


_METRICS = tuple(Metric)
_PLACES = {str(metric): place for place, metric in enumerate(_METRICS)}
_WEEK, _METRIC, _SERIES = range(3)
"""The first columns of the rows here; from the third on they are those of a block."""


def prove_weeks(store: Store, *, at_once: int = 2) -> Proof:
    """Compare every kept week with what its readings come to, some parts at the same time.

    Readings may come in meanwhile: each part is read as it stood at one moment. Series that began
    after this did are left out.
    """
    with store.read() as connection:
        zone, starts = _zone(connection), _starts(connection)

    def prove(block: int) -> Proof:
        with store.read() as connection:
            _by_itself(connection)
            part = _part(connection, block, with_kept=True)
        return _compare(part, zone)

    with ThreadPoolExecutor(max_workers=at_once) as hands:
        found = list(hands.map(prove, starts))
    return Proof(
        weeks=sum(one.weeks for one in found),
        wrong=tuple(each for one in found for each in one.wrong),
    )


def recount_weeks(connection: Connection) -> int:
    """Replace every kept week by what its readings come to; return how many there are now.

    Needed when the campaign's zone changes, since that is what the weeks are cut by.
    """
    zone = _zone(connection)
    connection.execute(delete(WEEK_BLOCK))
    count = 0
    for block in _starts(connection):
        made = _made(_part(connection, block, with_kept=False), zone)
        keep_blocks(connection, list(_blocks(made)))
        count += len(made)
    return count


def _by_itself(connection: Connection) -> None:
    """Keep PostgreSQL from sharing out a part: parts are shared out here, and at less cost."""
    if connection.dialect.name == POSTGRESQL:
        connection.exec_driver_sql("SET LOCAL max_parallel_workers_per_gather = 0")


def _zone(connection: Connection) -> ZoneInfo:
    return ZoneInfo(connection.execute(select(CAMPAIGN.c.timezone)).scalar() or "Europe/London")


def _starts(connection: Connection) -> range:
    """Return the first block of each part, up to the last that a series is in or is kept in."""
    series = connection.execute(select(func.max(SERIES.c.id))).scalar() or 0
    kept = connection.execute(select(func.max(WEEK_BLOCK.c.block))).scalar() or 0
    return range(0, max(block_of(series), kept) + 1, BLOCKS_AT_ONCE)


def _part(connection: Connection, block: int, *, with_kept: bool) -> _Part:
    first = block * SERIES_IN_BLOCK
    last = first + BLOCKS_AT_ONCE * SERIES_IN_BLOCK - 1
    return _Part(
        first=first,
        metrics=_metrics_of(connection, first, last),
        readings=_readings(connection, first, last),
        kept=_kept(connection, block, block + BLOCKS_AT_ONCE - 1) if with_kept else (),
    )


def _metrics_of(connection: Connection, first: int, last: int) -> Numbers:
    query = select(SERIES.c.id, SERIES.c.kind).where(SERIES.c.id.between(first, last))
    series, kind = read_packed(connection, query).columns()
    metrics = {id_: _PLACES[metric] for id_, (metric, _, _) in kinds_of(connection).items()}
    metric = np.full(max(metrics, default=0) + 1, -1, dtype=np.int64)
    metric[list(metrics)] = list(metrics.values())
    found = np.full(last - first + 1, -1, dtype=np.int64)
    found[series - first] = metric[kind]
    return found


def _readings(connection: Connection, first: int, last: int) -> Packed:
    """Return the columns: recorded so much later and series in one number, observed at, value.

    Fewer and shorter numbers: PostgreSQL takes time for each, SQLite for each digit. SQLite keeps
    them in this order, while PostgreSQL would sort them, which takes longer than to sort them here.
    A reading recorded more than 35 years from when it was made ends the reading with an error.
    """
    held = READING.c
    series, observed, recorded, value = (
        type_coerce(column, BigInteger)
        for column in (held.series_id, held.observed_at, held.recorded_at, held.value)
    )
    both: Any = (recorded - observed) * _SERIES_AT_ONCE + (series - first)
    columns: list[Any] = [both, observed, value]
    mine = held.series_id.between(first, last)
    return read_packed(connection, select(*columns).where(mine, held.value.is_not(None)))


def _kept(connection: Connection, first: int, last: int) -> Sequence[tuple[Any, ...]]:
    held = WEEK_BLOCK.c
    query: Select[Any] = select(held.week, held.metric, held.data)
    return fetch_all(connection, query.where(held.block.between(first, last)))


def _compare(part: _Part, zone: ZoneInfo) -> Proof:
    rows = rows_in([data for _, _, data in part.kept])
    places = [week * len(_METRICS) + _PLACES[metric] for week, metric, _ in part.kept]
    sizes = [len(data) // rows.strides[0] for _, _, data in part.kept]
    week, metric = np.divmod(np.repeat(np.array(places, np.int64), sizes), len(_METRICS))
    kept = np.column_stack([week, metric, rows])
    order = in_order(rows[:, 0], week)
    kept = kept if order is None else kept[order]
    made = _made(part, zone)
    wrong = () if np.array_equal(kept, made) else _different(kept, made)
    return Proof(weeks=len(kept), wrong=wrong)


def _different(kept: Numbers, made: Numbers) -> tuple[tuple[int, int], ...]:
    rows = {tuple(row) for row in kept.tolist()} ^ {tuple(row) for row in made.tolist()}
    return tuple(sorted({(row[_SERIES], row[_WEEK]) for row in rows}))


def _made(part: _Part, zone: ZoneInfo) -> Numbers:
    """Return the rows that the readings come to, by series and week."""
    of, at, recorded, value = _in_order(part.readings)
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
            part.metrics[of[firsts]],
            part.first + of[firsts],
            at[firsts],
            value[firsts],
            at[lasts],
            value[lasts],
            np.add.reduceat(np.maximum(steps, 0), firsts),
            np.add.reduceat(np.minimum(steps, 0), firsts),
            latest,
        ]
    )


def _in_order(readings: Packed) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return series, observed, recorded and value by the first three."""
    both, at, value = readings.columns()
    of, later = both % _SERIES_AT_ONCE, both // _SERIES_AT_ONCE
    recorded = at + later
    order = in_order(of, at, recorded)
    if order is None:
        return of, at, recorded, value
    return of[order], at[order], recorded[order], value[order]


def _weeks_of(at: Numbers, zone: ZoneInfo) -> Numbers:
    first = week_ending_with(from_micros(int(at.min())), zone)
    last = week_ending_with(from_micros(int(at.max())), zone)
    ends = [to_micros(starts_at(number + 1, zone)) for number in range(first, last + 1)]
    return first + np.searchsorted(np.array(ends, dtype=np.int64), at, side="left")


def _changes(column: Numbers) -> Flags:
    changed = np.ones(len(column), dtype=np.bool_)
    changed[1:] = column[1:] != column[:-1]
    return changed


def _blocks(made: Numbers) -> Iterator[tuple[int, str, int, bytes]]:
    """Yield the rows as blocks, each with its place."""
    block = made[:, _SERIES] // SERIES_IN_BLOCK
    order = np.lexsort((made[:, _SERIES], block, made[:, _METRIC], made[:, _WEEK]))
    made, block = made[order], block[order]
    begins = np.flatnonzero(_changes(made[:, _WEEK]) | _changes(made[:, _METRIC]) | _changes(block))
    for first, last in pairwise([*begins.tolist(), len(made)]):
        week, metric = made[first, :_SERIES].tolist()
        data = made[first:last, _SERIES:].astype("<i8").tobytes()
        yield week, _METRICS[metric], int(block[first]), data
