"""Copies every row of a campaign from one database into another, of whatever kind they are.

Both sides are read again as SQLAlchemy reads them and compared table by table, so what a kind of
database makes of a value is part of the comparison.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, insert, select, text
from sqlmodel import SQLModel

from campaign.store.backends import POSTGRESQL
from campaign.store.fingerprint import Fingerprint
from campaign.store.guards import guard, unguard
from campaign.store.tables import MEDIA, MEDIA_PART, RELOCATION

TABLES = [one for one in SQLModel.metadata.sorted_tables if one is not RELOCATION]
"""What is copied, each after the tables that it points to."""

ROWS_AT_ONCE = 1000
PARTS_AT_ONCE = 4
"""Of files, each with up to `campaign.store.media.PART` bytes."""


def no_news(rows: int) -> None:
    """Hear of rows that were dealt with, and tell nobody."""
    del rows


def at_once(table: Table) -> int:
    """Return how many rows of a table may be held at a time."""
    return PARTS_AT_ONCE if table in (MEDIA, MEDIA_PART) else ROWS_AT_ONCE


def partitions(connection: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    """Read a table some rows at a time, so that memory does not depend on its size."""
    size = at_once(table)
    rows = connection.execute(select(table), execution_options={"yield_per": size})
    return iter(rows.partitions())


def copy_rows(
    old: Connection, new: Connection, on_rows: Callable[[int], None]
) -> dict[str, Fingerprint]:
    """Copy every table into one that is empty; return what was read, by table."""
    sent = {}
    for table in TABLES:
        sent[table.name] = found = Fingerprint()
        for some in partitions(old, table):
            found.take(some)
            new.execute(insert(table), [dict(one._mapping) for one in some])  # noqa: SLF001 - documented
            on_rows(len(some))
    return sent


def fingerprints(
    connection: Connection, on_rows: Callable[[int], None] = no_news
) -> dict[str, Fingerprint]:
    """Read every table; return what stands in each."""
    held = {}
    for table in TABLES:
        held[table.name] = found = Fingerprint()
        for some in partitions(connection, table):
            found.take(some)
            on_rows(len(some))
    return held


def differing(sent: Mapping[str, Fingerprint], arrived: Mapping[str, Fingerprint]) -> str | None:
    """Say which table did not arrive as it was sent; None where all of them did."""
    for name, one in sent.items():
        if arrived[name] != one:
            return f"the table “{name}” did not arrive as it was sent ({arrived[name]} for {one})"
    return None


def clear_rows(connection: Connection) -> None:
    """Take every row away but those of moves."""
    unguard(connection)
    for table in reversed(TABLES):
        connection.execute(delete(table))
    guard(connection)


def count_rows(connection: Connection) -> dict[str, int]:
    """Return how many rows there are, by table."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in TABLES
    }


def renumber(new: Connection) -> None:
    """Let PostgreSQL go on counting after the highest number that was copied."""
    if new.dialect.name != POSTGRESQL:
        return
    for table in TABLES:
        column = table.autoincrement_column
        if column is not None:
            highest = select(func.max(column)).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            new.execute(select(func.setval(sequence, highest)).where(highest.is_not(None)))


def be_patient(connection: Connection) -> None:
    """Let this one transaction stand still for as long as the other side takes."""
    if connection.dialect.name == POSTGRESQL:
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
