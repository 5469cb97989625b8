"""The database of a simulation: SQLite in memory, on one connection that is wiped between runs.

A transaction is what it is in production; before and after each one, other things may happen.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from campaign.store.database import Store, open_store


class Step(StrEnum):
    """The places of the protocol at which a process may die, stand still or be overtaken."""

    BEFORE_READ = "before-read"
    BEFORE_WRITE = "before-write"
    BEFORE_COMMIT = "before-commit"
    """Inside the transaction: nobody else may act here, but the process may die."""
    AFTER_COMMIT = "after-commit"
    BEFORE_CALL = "before-call"
    AFTER_CALL = "after-call"


class MemoryStore(Store):
    """A `Store` that tells of every step before it is taken."""

    def __init__(self, reach: Callable[[Step], None]) -> None:
        super().__init__(_engine())
        self._reach = reach
        self._open: Connection | None = None
        with self.engine.connect() as connection:
            here = connection.connection.driver_connection
            assert isinstance(here, sqlite3.Connection)  # noqa: S101 - the engine's own driver
            _template().backup(here)

    @property
    def busy(self) -> bool:
        """Whether a transaction is open, so that nobody else can write."""
        return self._open is not None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that may write; a second one inside it would wait for ever."""
        if self.busy:
            message = "a transaction that writes was opened inside another one"
            raise RuntimeError(message)
        self._reach(Step.BEFORE_WRITE)
        try:
            with self.engine.begin() as connection:
                self._open = connection
                yield connection
                self._reach(Step.BEFORE_COMMIT)
        finally:
            self._open = None
        self._reach(Step.AFTER_COMMIT)

    @contextmanager
    def write_one(self) -> Iterator[Connection]:
        """Open a transaction about one delivery: here like any that writes."""
        with self.write() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that only reads; inside one that writes, it is the same."""
        if self._open is not None:
            yield self._open
            return
        self._reach(Step.BEFORE_READ)
        try:
            with self.engine.connect() as connection:
                self._open = connection
                yield connection
        finally:
            self._open = None

    def close(self) -> None:
        """Keep the connection: the next simulation wipes it and goes on with it."""


@lru_cache(maxsize=1)
def _engine() -> Engine:
    # One engine for all simulations of a process, because it keeps the compiled statements.
    engine = create_engine("sqlite://", poolclass=StaticPool)
    event.listen(engine, "connect", _no_transactions_of_its_own)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _no_transactions_of_its_own(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")


@lru_cache(maxsize=1)
def _template() -> sqlite3.Connection:
    """Return a database with the newest tables and no rows, made by the real migrations."""
    store = open_store("sqlite://")
    empty = sqlite3.connect(":memory:")
    with store.engine.connect() as connection:
        made = connection.connection.driver_connection
        assert isinstance(made, sqlite3.Connection)  # noqa: S101 - the engine's own driver
        connection.rollback()
        made.backup(empty)
    store.close()
    return empty
