"""Brings columns of whole numbers and of words from the database by the million.

A driver makes an object of every value of every row. Here the database itself joins a column to
one value, in its own code, and that value becomes an array at once: several times as fast, and
other threads can work in the meantime.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    LargeBinary,
    Select,
    String,
    cast,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlmodel import UTCDateTime

from campaign.store.backends import POSTGRESQL

_BETWEEN = "\x1f"
_COPY_HEADER = 19
"""Bytes before the first row of a binary COPY without extensions
(postgresql.org/docs/current/sql-copy.html, “Binary Format”)."""
_FIELDS_BEFORE = 6
"""Bytes of a row before its only field: how many fields, and the field's length."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Packed:
    """Columns as the database has sent them; to unpack them needs no connection."""

    texts: Sequence[str | None] = ()
    """SQLite: the numbers of each column with commas between them."""
    rows: bytes = b""
    """PostgreSQL: row by row, 64 bits a number, the highest first."""
    width: int = 0
    """Numbers in a row of them."""

    def columns(self) -> list[NDArray[np.int64]]:
        """Return the columns."""
        if self.width:
            table = np.frombuffer(self.rows, dtype=">i8").reshape(-1, self.width)
            return [table[:, place].astype(np.int64) for place in range(self.width)]
        return [np.fromstring(text or "", dtype=np.int64, sep=",") for text in self.texts]


def read_packed(connection: Connection, query: Select[Any]) -> Packed:
    """Return what a query finds, which must be whole numbers without a gap, in its order."""
    inner = query.subquery()
    if connection.dialect.name == POSTGRESQL:
        sent: list[ColumnElement[bytes]] = [
            func.int8send(cast(one, BigInteger), type_=LargeBinary) for one in inner.c
        ]
        joined: Any = select(func.string_agg(reduce(_joined, sent), literal_column("''::bytea")))
        return Packed(rows=_copied(connection, joined), width=len(sent))
    listed = select(*(func.group_concat(one) for one in inner.c))
    cursor: Any = connection.execute(listed).cursor
    return Packed(texts=cursor.fetchone())


def read_words(connection: Connection, query: Select[Any]) -> list[list[str]]:
    """Return the columns of what a query finds: of texts and times, in no order, NULL as "".

    Times are UTC, as `2027-01-11 09:00:00.000000`.

    Raises:
        ValueError: a text holds the character that is put between them, U+001F.
    """
    inner = query.subquery()
    joined = (func.aggregate_strings(_word(connection, one), _BETWEEN) for one in inner.c)
    found: Any = connection.execute(select(*joined)).cursor
    columns = [text.split(_BETWEEN) if text is not None else [] for text in found.fetchone()]
    if len({len(one) for one in columns}) > 1:
        message = f"a text among {inner.c.keys()} holds U+001F, which no text here may"
        raise ValueError(message)
    return columns


def _word(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[str]:
    if connection.dialect.name != POSTGRESQL:
        return func.coalesce(type_coerce(column, String), "")
    if isinstance(column.type, UTCDateTime):
        in_utc = func.timezone("UTC", column)
        return func.coalesce(func.to_char(in_utc, "YYYY-MM-DD HH24:MI:SS.US"), "")
    return func.coalesce(cast(column, String), "")


def fetch_all(connection: Connection, query: Select[Any]) -> Sequence[tuple[Any, ...]]:
    """Return the rows just as the driver has them: for texts, whole numbers and bytes only.

    PostgreSQL sends bytes as they are; by itself the driver has them written out in hexadecimal.
    """
    if connection.dialect.name != POSTGRESQL:
        plain: Any = connection.execute(query).cursor
        return list(plain.fetchall())
    with _cursor(connection, binary=True) as cursor:
        return list(cursor.execute(_literally(connection, query)).fetchall())


def _joined(left: ColumnElement[bytes], right: ColumnElement[bytes]) -> ColumnElement[bytes]:
    return left.op("||", return_type=LargeBinary())(right)


def _copied(connection: Connection, query: Select[Any]) -> bytes:
    """Return the one field of the one row that a query finds; nothing where it is NULL."""
    copying = f"COPY ({_literally(connection, query)}) TO STDOUT (FORMAT BINARY)"
    with _cursor(connection) as cursor, cursor.copy(copying) as copy:
        sent = memoryview(b"".join(copy))[_COPY_HEADER:]
    size = int.from_bytes(sent[_FIELDS_BEFORE - 4 : _FIELDS_BEFORE], signed=True)
    return bytes(sent[_FIELDS_BEFORE : _FIELDS_BEFORE + max(size, 0)])


def _literally(connection: Connection, query: Select[Any]) -> str:
    return str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))


def _cursor(connection: Connection, **settings: bool) -> Any:
    if not connection.in_transaction():
        connection.begin()  # the driver would begin one of another kind
    driver: Any = connection.connection
    return driver.cursor(**settings)
