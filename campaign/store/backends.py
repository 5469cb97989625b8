"""The two kinds of database, and everything in which they differ.

SQLite is the embedded default: WAL, `synchronous=FULL` (a committed attempt survives a power
cut), and `BEGIN IMMEDIATE` for every writer, because an upgrade from reader to writer in
mid-transaction is where SQLite answers "database is locked". One writer at a time is the rule
there, and the code was written for it.

PostgreSQL gets the same rule from one advisory lock: whoever writes holds it alone, and only the
transactions of a worker about one delivery, which are fenced by its row, hold it together.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url

SQLITE, POSTGRESQL = "sqlite", "postgresql"

BUSY_MS = 10_000

CAMPAIGN_LOCK = 7_241_130_905_218_604_033
"""The number of the advisory lock; any number does that nobody else uses in this database."""

POSTGRES_LIMITS = {
    # A worker that freezes in mid-transaction must not keep the others from their work.
    "idle_in_transaction_session_timeout": "10s",
    "lock_timeout": "30s",
}

POSTGRES_MUSTS = {
    "timezone": "UTC",
    # A committed attempt has to survive a power cut, whatever the server's default is.
    "synchronous_commit": "on",
}

POSTGRES_PATIENCE = {
    "connect_timeout": 10,
    # A partition shows as an error within seconds, not after the hours that TCP allows.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


class StoreError(Exception):
    """The database cannot be used; the message says why and what to do."""


def address_of(url: str) -> URL:
    """Read a database address; PostgreSQL ones may leave the driver out."""
    address = make_url(url)
    if address.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != SQLITE:
        message = (
            f"CAMPAIGN_DATABASE_URL begins with “{address.drivername}”; "
            f"a campaign is kept in sqlite:///FILE or in postgresql://USER@HOST/DATABASE"
        )
        raise StoreError(message)
    return address


def shown_address(url: str) -> str:
    """Write a database's address so that it can be found, and nothing that is secret."""
    address = address_of(url)
    if address.get_backend_name() == SQLITE:
        return f"sqlite:///{Path(address.database or '').absolute()}"
    where = {name: one for name, one in address.query.items() if name in ("host", "port")}
    return URL.create(
        POSTGRESQL,
        username=address.username,
        host=address.host,
        port=address.port,
        database=address.database,
        query=where,
    ).render_as_string()


def engine_for(address: URL) -> Engine:
    """Make the engine for an address; raise `StoreError` where its driver is not installed."""
    if address.get_backend_name() == SQLITE:
        return _sqlite_engine(address)
    try:
        return _postgres_engine(address)
    except ModuleNotFoundError as error:
        message = (
            "PostgreSQL needs packages that are not installed; install them with "
            "`make install-postgres`, or take an sqlite:/// address"
        )
        raise StoreError(message) from error


def insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return the connection's own insert, which knows `on_conflict_do_nothing` and `_do_update`."""
    if connection.dialect.name == POSTGRESQL:
        return postgresql.insert(table)
    return sqlite.insert(table)


def fault_of(connection: Connection) -> str | None:
    """Say what makes a database unfit to keep promises; None where nothing does."""
    if connection.dialect.name == SQLITE:
        verdict = connection.execute(text("PRAGMA quick_check")).scalar()
        return None if verdict == "ok" else str(verdict)
    if connection.execute(text("SHOW fsync")).scalar() != "on":
        return "the server runs with fsync off: a power cut could make it forget what was sent"
    return None


def _sqlite_engine(address: URL) -> Engine:
    # The connection that wrote last still holds the pages; every other one reads them anew.
    last_first = {"pool_use_lifo": True} if address.database else {}
    engine = create_engine(
        address, connect_args={"timeout": BUSY_MS / 1000}, pool_size=16, **last_first
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: `_begin_sqlite` does, with the right word.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def _postgres_engine(address: URL) -> Engine:
    arguments = {k: one for k, one in POSTGRES_PATIENCE.items() if k not in address.query}
    engine = create_engine(
        address,
        connect_args={**arguments, "options": _options(str(address.query.get("options", "")))},
        pool_size=16,
        # Connections that a restarted server has closed are replaced instead of handed out.
        pool_pre_ping=True,
    )
    event.listen(engine, "begin", _begin_postgres)
    return engine


def _options(given: str) -> str:
    """Put an address's own options where they override our limits, but not what must be."""

    def words(settings: dict[str, str]) -> str:
        return " ".join(f"-c {name}={value}" for name, value in settings.items())

    return f"{words(POSTGRES_LIMITS)} {given} {words(POSTGRES_MUSTS)}"


def _begin_postgres(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("reads_only", False):
        statement = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
    elif options.get("one_delivery", False):
        statement = f"SELECT pg_advisory_xact_lock_shared({CAMPAIGN_LOCK})"
    else:
        statement = f"SELECT pg_advisory_xact_lock({CAMPAIGN_LOCK})"
    connection.exec_driver_sql(statement)
