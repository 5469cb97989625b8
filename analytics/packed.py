"""Brings columns of whole numbers from the database by the million.

A driver makes an object of every number of every row. Here the database itself joins a column to
one value, in its own code, and that value becomes an array at once: several times as fast, and
other threads can work in the meantime.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, Connection, Select, cast, func, select

from analytics.week_rows import Numbers
from campaign.store.backends import POSTGRESQL

_COPY_HEADER = 19
"""Bytes before the first row of a binary COPY without extensions
(postgresql.org/docs/current/sql-copy.html, “Binary Format”)."""
_ARRAY_HEADER = 20
"""Bytes of an array before its elements: dimensions, flags, element type, length, lower bound
(PostgreSQL's `array_send`)."""
_ELEMENT = np.dtype([("length", ">i4"), ("value", ">i8")])


@dataclass(frozen=True, kw_only=True, slots=True)
class Packed:
    """Columns as the database has sent them; to unpack them needs no connection."""

    texts: Sequence[str | None] = ()
    """SQLite: the numbers of each column with commas between them."""
    arrays: bytes = b""
    """PostgreSQL: a binary COPY of one row, an array for each column."""

    def columns(self) -> list[Numbers]:
        """Return the columns."""
        if self.arrays:
            return list(_from_copy(self.arrays))
        return [np.fromstring(text or "", dtype=np.int64, sep=",") for text in self.texts]


def read_packed(connection: Connection, query: Select[Any]) -> Packed:
    """Return what a query finds, which must be whole numbers without a gap, in its order."""
    inner = query.subquery()
    if connection.dialect.name == POSTGRESQL:
        joined: Any = select(*(func.array_agg(cast(one, BigInteger)) for one in inner.c))
        return Packed(arrays=_copied(connection, joined))
    listed = select(*(func.group_concat(one) for one in inner.c))
    cursor: Any = connection.execute(listed).cursor
    return Packed(texts=cursor.fetchone())


def _copied(connection: Connection, query: Select[Any]) -> bytes:
    sql = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT BINARY)") as copy:
        return b"".join(copy)


def _from_copy(data: bytes) -> list[Numbers]:
    (count,) = np.frombuffer(data, ">i2", count=1, offset=_COPY_HEADER)
    at, found = _COPY_HEADER + 2, []
    for _ in range(int(count)):
        (size,) = np.frombuffer(data, ">i4", count=1, offset=at).tolist()
        at += 4
        # There is no array of no rows.
        elements = max(size - _ARRAY_HEADER, 0) // _ELEMENT.itemsize
        held = np.frombuffer(data, _ELEMENT, count=elements, offset=at + _ARRAY_HEADER * (size > 0))
        found.append(held["value"].astype(np.int64))
        at += max(size, 0)
    return found
