"""Hands many rows to one statement at the driver's own speed.

SQLAlchemy goes over every parameter of every row; for a statement that is run for thousands of
rows of whole numbers and texts, that takes several times as long as the statement itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection


@dataclass(frozen=True, kw_only=True, slots=True)
class Many:
    """A statement with one bind parameter for each column of the rows, compiled once."""

    columns: tuple[str, ...]
    build: Callable[[Connection], Any]
    """Makes the statement for a connection's kind of database; it may hold no other values."""
    _compiled: dict[str, tuple[str, tuple[str, ...] | None]] = field(default_factory=dict)

    def execute(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run the statement for every row; the values are stored as they are."""
        if not rows:
            return
        sql, order = self._sql(connection)
        if order is None:
            connection.exec_driver_sql(
                sql, [dict(zip(self.columns, row, strict=True)) for row in rows]
            )
            return
        places = [self.columns.index(name) for name in order]
        if places == list(range(len(self.columns))):
            connection.exec_driver_sql(sql, list(rows))
        else:
            connection.exec_driver_sql(sql, list(map(itemgetter(*places), rows)))

    def _sql(self, connection: Connection) -> tuple[str, tuple[str, ...] | None]:
        name = connection.dialect.name
        if name not in self._compiled:
            compiled = self.build(connection).compile(dialect=connection.dialect)
            order = tuple(compiled.positiontup) if compiled.positional else None
            self._compiled[name] = str(compiled), order
        return self._compiled[name]
