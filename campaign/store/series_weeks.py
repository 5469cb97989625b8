"""Keeps what the readings of each week come to, with every reading that comes in.

The rows are those of `campaign.models.SeriesWeek`.

A reading that is newer than what its week holds extends it by one step, in one statement. One
that comes late, or once more for the same instant, marks the week, and the week is then made anew
from its readings. All of that happens in the transaction that stores the reading, so whoever
reads sees both or neither.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    String,
    and_,
    bindparam,
    case,
    false,
    literal_column,
    or_,
    select,
    update,
)

from campaign.instants import from_micros
from campaign.store.backends import insert
from campaign.store.many import Many
from campaign.store.tables import READING, SERIES, SERIES_WEEK
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
        rows = [
            {"delivery_id": one[0], "definition": one[1], "source": one[2], "metric": wanted[one]}
            for one in new
        ]
        connection.execute(insert(connection, SERIES).on_conflict_do_nothing(), rows)
        found |= _known_ids(connection, new)
    return found


def follow(connection: Connection, points: Sequence[Point], zone: ZoneInfo) -> None:
    """Bring the weeks up to date with readings that have just been stored."""
    if not points:
        return
    ordered = sorted(points, key=_by_time)
    weeks = {at: week_ending_with(from_micros(at), zone) for at in {one[2] for one in ordered}}
    rows = [
        (weeks[at], metric, series, at, value, recorded)
        for series, metric, at, recorded, value in ordered
    ]
    _EXTEND.execute(connection, rows)
    _mend(connection, zone)


def fold(points: Sequence[tuple[int, int, int]]) -> dict[str, Any]:
    """Return what readings (observed, recorded, value) of one series and week come to.

    They must be in that order; of several for one instant the last holds. Times stay numbers.
    """
    held = {at: value for at, _, value in points}
    values = list(held.values())
    steps = [after - before for before, after in pairwise(values)]
    times = list(held)
    return {
        "first_at": times[0],
        "first_value": values[0],
        "last_at": times[-1],
        "last_value": values[-1],
        "gross": sum(step for step in steps if step > 0),
        "correction": sum(step for step in steps if step < 0),
        "recorded_at": max(recorded for _, recorded, _ in points),
    }


_by_time = itemgetter(2, 3)


def _known_ids(connection: Connection, keys: Iterable[Key]) -> dict[Key, int]:
    deliveries = sorted({one[0] for one in keys})
    found: dict[Key, int] = {}
    for start in range(0, len(deliveries), _AT_ONCE):
        query = select(
            SERIES.c.delivery_id, SERIES.c.definition, SERIES.c.source, SERIES.c.id
        ).where(SERIES.c.delivery_id.in_(deliveries[start : start + _AT_ONCE]))
        cursor: Any = connection.execute(query).cursor
        found |= {(one, definition, source): id_ for one, definition, source, id_ in cursor}
    return found


def _extend(connection: Connection) -> Any:
    """Add one reading: a week of its own, or one more step in the week that is there."""
    at, value = bindparam("at", type_=BigInteger), bindparam("value", type_=BigInteger)
    statement = insert(connection, SERIES_WEEK).values(
        week=bindparam("week", type_=Integer),
        metric=bindparam("metric", type_=String),
        series_id=bindparam("series_id", type_=Integer),
        first_at=at,
        first_value=value,
        last_at=at,
        last_value=value,
        gross=literal_column("0"),
        correction=literal_column("0"),
        recorded_at=bindparam("recorded", type_=BigInteger),
        stale=false(),
    )
    held, new = SERIES_WEEK.c, statement.excluded
    step = new.last_value - held.last_value
    return statement.on_conflict_do_update(
        index_elements=[held.week, held.metric, held.series_id],
        set_={
            "gross": held.gross + case((step > _ZERO, step), else_=_ZERO),
            "correction": held.correction + case((step < _ZERO, step), else_=_ZERO),
            "last_at": new.last_at,
            "last_value": new.last_value,
            "recorded_at": case(
                (new.recorded_at > held.recorded_at, new.recorded_at), else_=held.recorded_at
            ),
            # What was computed above is wrong then, and is made anew before anybody sees it.
            "stale": or_(held.stale, new.last_at <= held.last_at),
        },
    )


_ZERO: ColumnElement[int] = literal_column("0")

_EXTEND = Many(columns=("week", "metric", "series_id", "at", "value", "recorded"), build=_extend)


def _mend(connection: Connection, zone: ZoneInfo) -> None:
    held = SERIES_WEEK.c
    query = select(held.week, held.metric, held.series_id).where(held.stale)
    for week, metric, series in connection.execute(query).all():
        points = _readings_in(connection, series, micros_between(week, zone))
        row = and_(held.week == week, held.metric == metric, held.series_id == series)
        change = update(SERIES_WEEK).where(row)
        values = {
            name: bindparam(name, value, type_=BigInteger) for name, value in fold(points).items()
        }
        connection.execute(change.values(**values, stale=False))


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
