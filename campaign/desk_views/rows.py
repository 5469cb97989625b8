"""A delivery as lists show it: read without the model, which takes seven times as long to make."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from campaign.states import PEOPLES_WORDS, State
from campaign.store.tables import DELIVERY


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery in a list."""

    id: str
    entry: str
    run: str
    post: str
    channel: str
    partner: str
    network: str
    state: str
    due_at: datetime
    wall_time: str
    late_limit_s: int
    content_hash: str
    published_at: datetime | None
    url: str | None
    note: str

    @property
    def words(self) -> str:
        """The state as people read it."""
        return PEOPLES_WORDS[State(self.state)]

    @property
    def day(self) -> str:
        """The local day it is due on, as YYYY-MM-DD."""
        return self.wall_time[:10]

    @property
    def time(self) -> str:
        """The local time it is due at, as HH:MM."""
        return self.wall_time[11:16]


COLUMNS = tuple(DELIVERY.c[one.name] for one in fields(Row))


@dataclass(frozen=True, slots=True)
class Some:
    """The first rows of a list, and how many there are in all."""

    rows: tuple[Row, ...]
    total: int

    @property
    def left_out(self) -> int:
        """How many are not shown."""
        return self.total - len(self.rows)


def rows_where(
    connection: Connection, *conditions: ColumnElement[bool], limit: int | None = None
) -> tuple[Row, ...]:
    """Return the deliveries that fit, the earliest due first."""
    query: Select[Any] = select(*COLUMNS).where(*conditions)
    ordered = query.order_by(DELIVERY.c.due_at, DELIVERY.c.id).limit(limit)
    return tuple(Row(*row) for row in connection.execute(ordered))


def rows_of(connection: Connection, ids: Sequence[str]) -> dict[str, Row]:
    """Return some deliveries by their ids."""
    return {one.id: one for one in rows_where(connection, DELIVERY.c.id.in_(list(ids)))}
