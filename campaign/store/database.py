"""Opens the database, brings its tables up to date, and hands out transactions.

SQLite is the embedded default: WAL, `synchronous=FULL` (a committed attempt survives a power
cut), and `BEGIN IMMEDIATE` for every writer, because an upgrade from reader to writer in
mid-transaction is where SQLite answers "database is locked".
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

HEAD = "0001"
"""The newest revision under `campaign/migrations`; a test holds the two equal."""

BUSY_MS = 10_000


class StoreError(Exception):
    """The database cannot be used; the message says why and what to do."""


class DamagedError(StoreError):
    """What was stored cannot be read back as it was stored; the message is fit for a user."""


class Store:
    """The database of one campaign."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that may write; it commits at the end or leaves nothing behind."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that sees one consistent state and never waits for writers."""
        reader = self.engine.execution_options(reads_only=True)
        with reader.connect() as connection:
            yield connection

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Open the database, creating or upgrading its tables; raise `StoreError` where it cannot."""
    try:
        engine = _engine(url)
        _upgrade(engine)
    except (ArgumentError, NoSuchModuleError) as error:
        message = f"CAMPAIGN_DATABASE_URL is no database address: {error}"
        raise StoreError(message) from error
    except OperationalError as error:
        raise StoreError(_sentence(url, error)) from error
    except DBAPIError as error:
        helps = _help_for(error)
        what = f"; {helps}" if helps else ""
        message = f"{_where(url)} is no Campaign Desk database: {error.orig}{what}"
        raise StoreError(message) from error
    return Store(engine)


def explain(error: DBAPIError) -> str:
    """Say in a sentence what went wrong while the database was in use, and what helps."""
    helps = _help_for(error) or "try again, and ask `campaign doctor` if it stays so"
    return f"the database could not be used ({error.orig}); nothing of this step was kept: {helps}"


# SQLite's result codes (sqlite.org/rescode.html, read in November 2026) and what a person can do.
_HELPS = {
    "SQLITE_FULL": "make room on its disk; publishing then goes on from where it stands",
    "SQLITE_IOERR": "look at its disk, which may be full or failing; once it is well, publishing "
    "goes on from where it stands",
    "SQLITE_BUSY": "another program holds it, so try again when that has ended",
    "SQLITE_READONLY": "let this user write the file and its folder",
    "SQLITE_CORRUPT": "the file is damaged; put a backup in its place",
}


def _help_for(error: DBAPIError) -> str | None:
    code = getattr(error.orig, "sqlite_errorname", "")
    return next((words for start, words in _HELPS.items() if code.startswith(start)), None)


def _engine(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        message = (
            f"this version keeps its campaign in SQLite; "
            f"'{address.get_backend_name()}' databases come with the distributed engine"
        )
        raise StoreError(message)
    engine = create_engine(address, connect_args={"timeout": BUSY_MS / 1000}, pool_size=16)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: `_begin` does, with the right word.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def _upgrade(engine: Engine) -> None:
    if _revision(engine) == HEAD:
        return
    # Alembic costs a third of a second to import; most starts find the tables up to date.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above
    from alembic.util import CommandError  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            message = (
                f"{_where(str(engine.url))} was written by a newer Campaign Desk "
                f"(its tables are at revision {_revision(engine)}); upgrade the program"
            )
            raise StoreError(message) from error


def _revision(engine: Engine) -> str | None:
    with engine.execution_options(reads_only=True).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _where(url: str) -> str:
    return make_url(url).database or url


def _sentence(url: str, error: OperationalError) -> str:
    reason = str(error.orig)
    if "unable to open" in reason:
        folder = Path(_where(url)).parent
        return (
            f"the database {_where(url)} cannot be opened: is the folder {folder} there and yours?"
        )
    if "locked" in reason:
        return f"the database {_where(url)} is in use by another program; try again"
    helps = _help_for(error)
    return f"the database {_where(url)} cannot be used: {reason}{f'; {helps}' if helps else ''}"
