"""Packs what many series came to in one week into one row, and finds and replaces such rows.

Series get their numbers in the order in which posts are first read, so the series of one block
live and are read at about the same time: a report of one week reads whole blocks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from struct import Struct
from typing import Any

from sqlalchemy import Connection, Integer, LargeBinary, String, bindparam, select

from campaign.store.backends import insert
from campaign.store.many import Many
from campaign.store.tables import WEEK_BLOCK

SERIES_IN_BLOCK = 128
"""Few enough that PostgreSQL keeps a block beside its row, and that one reading is not dear."""

FIELDS = (
    "series_id",
    "first_at",
    "first_value",
    "last_at",
    "last_value",
    "gross",
    "correction",
    "recorded_at",
)
"""What is kept of one series in one week: the first and the last reading, the sum of the steps up
and of the steps down between them (0 or less), and when the last of the readings became known.
Instants are microseconds since 1970. Each number has 64 bits, the lowest first."""

Row = tuple[int, int, int, int, int, int, int, int]
"""One number for each of `FIELDS`."""
Place = tuple[int, str, int]
"""Week, metric, number of the block."""

_ROW = Struct(f"<{len(FIELDS)}q")
_AT_ONCE = 500
"""Values in one `IN`: SQLite and PostgreSQL take more, but not any number."""


def block_of(series: int) -> int:
    """Return the number of the block that a series belongs to."""
    return series // SERIES_IN_BLOCK


def unpack(data: bytes) -> dict[int, Row]:
    """Return the rows of a block by series."""
    rows: Iterable[Any] = _ROW.iter_unpack(data)
    return {row[0]: row for row in rows}


def pack(rows: Mapping[int, Row]) -> bytes:
    """Return a block: its rows in the order of the series' numbers."""
    return b"".join([_ROW.pack(*rows[series]) for series in sorted(rows)])


def read_blocks(connection: Connection, places: Iterable[Place]) -> dict[Place, bytes]:
    """Return what is kept in some places, and perhaps in some beside them."""
    of_week: dict[int, set[int]] = defaultdict(set)
    for week, _, block in places:
        of_week[week].add(block)
    found: dict[Place, bytes] = {}
    held = WEEK_BLOCK.c
    for week, blocks in of_week.items():
        listed = sorted(blocks)
        for start in range(0, len(listed), _AT_ONCE):
            some = held.block.in_(listed[start : start + _AT_ONCE])
            query = select(held.metric, held.block, held.data).where(held.week == week, some)
            cursor: Any = connection.execute(query).cursor
            found |= {(week, metric, block): data for metric, block, data in cursor}
    return found


def keep_blocks(connection: Connection, rows: Sequence[tuple[int, str, int, bytes]]) -> None:
    """Put blocks in their places, in place of what is there."""
    _KEEP.execute(connection, rows)


def _keep(connection: Connection) -> Any:
    statement = insert(connection, WEEK_BLOCK).values(
        week=bindparam("week", type_=Integer),
        metric=bindparam("metric", type_=String),
        block=bindparam("block", type_=Integer),
        data=bindparam("data", type_=LargeBinary),
    )
    return statement.on_conflict_do_update(
        index_elements=[WEEK_BLOCK.c.week, WEEK_BLOCK.c.metric, WEEK_BLOCK.c.block],
        set_={"data": statement.excluded.data},
    )


_KEEP = Many(columns=("week", "metric", "block", "data"), build=_keep)
