"""Keeps what the readings of each week come to, with every reading that comes in.

The rows are those of `campaign.store.week_blocks`.

A reading that is newer than what its week holds extends it by one step. One that comes late, or
once more for the same instant, has its week made anew from the week's readings. All of that
happens in the transaction that stores the reading, so whoever reads sees both or neither; nobody
else writes in the meantime.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Connection, bindparam, select

from campaign.instants import from_micros
from campaign.store.backends import insert
from campaign.store.tables import READING, SERIES
from campaign.store.tables import SERIES_KIND as KIND
from campaign.store.week_blocks import (
    Place,
    Row,
    block_of,
    keep_blocks,
    pack,
    read_blocks,
    unpack,
)
from campaign.store.week_cut import micros_between, week_ending_with

Key = tuple[str, str, str]
"""Delivery, definition, source."""
Point = tuple[int, str, int, int, int]
"""Series, its metric, observed at, recorded at (microseconds), value."""

_AT_ONCE = 500
"""Values in one `IN`: SQLite and PostgreSQL take more, but not any number."""


def series_ids(connection: Connection, wanted: Mapping[Key, str]) -> dict[Key, int]:
    """Return the ids of series, given with their metrics; those that are new are made."""
    found = _known_ids(connection, wanted)
    new = [key for key in wanted if key not in found]
    if new:
        kinds = kind_ids(connection, {(wanted[one], *one[1:]) for one in new})
        rows = [{"delivery_id": one[0], "kind": kinds[one[1:]]} for one in new]
        connection.execute(insert(connection, SERIES).on_conflict_do_nothing(), rows)
        found |= _known_ids(connection, new)
    return found


def follow(connection: Connection, points: Sequence[Point], zone: ZoneInfo) -> None:
    """Bring the weeks up to date with readings that have just been stored."""
    weeks = {at: week_ending_with(from_micros(at), zone) for at in {one[2] for one in points}}
    new: dict[Place, list[Point]] = defaultdict(list)
    for point in sorted(points, key=_by_time):
        new[weeks[point[2]], point[1], block_of(point[0])].append(point)
    held = read_blocks(connection, new)
    changed = []
    for place, some in new.items():
        rows = unpack(held.get(place, b""))
        for series in _extend(rows, some):
            readings = _readings_in(connection, series, micros_between(place[0], zone))
            rows[series] = fold(series, readings)
        changed.append((*place, pack(rows)))
    keep_blocks(connection, changed)


def fold(series: int, points: Sequence[tuple[int, int, int]]) -> Row:
    """Return what readings (observed, recorded, value) of one series and week come to.

    They must be in that order; of several for one instant the last holds.
    """
    held = {at: value for at, _, value in points}
    values = list(held.values())
    steps = [after - before for before, after in pairwise(values)]
    times = list(held)
    return (
        series,
        times[0],
        values[0],
        times[-1],
        values[-1],
        sum(step for step in steps if step > 0),
        sum(step for step in steps if step < 0),
        max(recorded for _, recorded, _ in points),
    )


_by_time = itemgetter(2, 3)


def _known_ids(connection: Connection, keys: Iterable[Key]) -> dict[Key, int]:
    deliveries = sorted({one[0] for one in keys})
    found: dict[Key, int] = {}
    for start in range(0, len(deliveries), _AT_ONCE):
        query = (
            select(SERIES.c.delivery_id, KIND.c.definition, KIND.c.source, SERIES.c.id)
            .join_from(SERIES, KIND, KIND.c.id == SERIES.c.kind)
            .where(SERIES.c.delivery_id.in_(deliveries[start : start + _AT_ONCE]))
        )
        cursor: Any = connection.execute(query).cursor
        found |= {(one, definition, source): id_ for one, definition, source, id_ in cursor}
    return found


def kind_ids(
    connection: Connection, wanted: Collection[tuple[str, str, str]]
) -> dict[tuple[str, str], int]:
    """Return the ids of kinds by definition and source; those that are new are made.

    `wanted` are metrics, each with a definition and a source.
    """
    found = _known_kinds(connection)
    new = sorted(one for one in wanted if one[1:] not in found)
    if new:
        rows = [dict(zip(("metric", "definition", "source"), one, strict=True)) for one in new]
        connection.execute(insert(connection, KIND).on_conflict_do_nothing(), rows)
        found = _known_kinds(connection)
    return found


def _known_kinds(connection: Connection) -> dict[tuple[str, str], int]:
    rows = connection.execute(select(KIND.c.definition, KIND.c.source, KIND.c.id))
    return {(row.definition, row.source): row.id for row in rows}


def _extend(rows: dict[int, Row], points: Sequence[Point]) -> set[int]:
    """Add readings in the order of time; return the series that this cannot be done for."""
    late = set()
    for series, _, at, recorded, value in points:
        row = rows.get(series)
        if row is None:
            rows[series] = (series, at, value, at, value, 0, 0, recorded)
            continue
        _, first_at, first_value, last_at, last_value, gross, correction, known = row
        if at <= last_at:
            late.add(series)
            continue
        step = value - last_value
        rows[series] = (
            series,
            first_at,
            first_value,
            at,
            value,
            gross + max(step, 0),
            correction + min(step, 0),
            max(known, recorded),
        )
    return late


def _readings_in(
    connection: Connection, series: int, span: tuple[int, int]
) -> list[tuple[int, int, int]]:
    at = READING.c.observed_at
    query = (
        select(
            at.cast(BigInteger),
            READING.c.recorded_at.cast(BigInteger),
            READING.c.value,
        )
        .where(
            READING.c.series_id == series,
            READING.c.value.is_not(None),
            at > bindparam("after", span[0], type_=BigInteger),
            at <= bindparam("until", span[1], type_=BigInteger),
        )
        .order_by(at, READING.c.recorded_at, READING.c.value)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]
