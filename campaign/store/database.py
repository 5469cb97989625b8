"""Opens the database, brings its tables up to date, and hands out transactions.

What differs between SQLite and PostgreSQL stands in `campaign.store.backends`.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import RLock

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from campaign.store.backends import SQLITE, StoreError, address_of, engine_for
from campaign.store.revisions import HEAD, refuse_if_other_version
from campaign.store.upgrading import Upgraded, Wish, bring_up_to_date
from campaign.store.whereabouts import refuse_if_elsewhere

__all__ = ["HEAD", "Store", "StoreError", "explain", "open_store"]


class DamagedError(StoreError):
    """What was stored cannot be read back as it was stored; the message is fit for a user."""


class Store:
    """The database of one campaign."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # Made once: an engine with options of its own costs more to make than a transaction.
        self._for_one = engine.execution_options(one_delivery=True)
        self._reader = engine.execution_options(reads_only=True)
        # SQLite lets whoever asks most often go first, so that among many threads one could wait
        # in vain until its patience ends, a known outcome in its hands. Here they take turns.
        one_writer = engine.dialect.name == SQLITE
        self._turn: AbstractContextManager[object] = RLock() if one_writer else nullcontext()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that may write; it commits at the end or leaves nothing behind.

        Nobody else writes in the meantime, so that what it has read stays true until its end.

        Raises:
            ElsewhereError: the campaign has been moved to another database since this was opened.
            OtherVersionError: its tables have been upgraded since.
        """
        with self._turn, self.engine.begin() as connection:
            refuse_if_other_version(connection)
            refuse_if_elsewhere(connection)
            yield connection

    @contextmanager
    def write_one(self) -> Iterator[Connection]:
        """Open a writing transaction about single deliveries, every change fenced by its row.

        Where the database can, it runs beside others of its kind, never beside `write`. It does
        not ask whether the campaign was moved: the stop that a move leaves behind bars the claim.

        Raises:
            OtherVersionError: the tables have been upgraded since this was opened.
        """
        with self._turn, self._for_one.begin() as connection:
            refuse_if_other_version(connection)
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that sees one consistent state and never waits for writers."""
        with self._reader.connect() as connection:
            yield connection

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Open the database, creating or upgrading its tables; raise `StoreError` where it cannot.

    Raises:
        ElsewhereError: the campaign is kept in another database.
    """
    store = open_wherever(url)
    try:
        with store.read() as connection:
            refuse_if_elsewhere(connection)
    except Exception:
        store.close()
        raise
    return store


def open_wherever(url: str) -> Store:
    """Open a database as `open_store` does, also one that a campaign was moved from or into."""
    return _opened(url, Wish.USE)


def open_own(file: Path) -> Store:
    """Open an SQLite file that this command alone knows; nothing is kept where it is upgraded."""
    return _opened(f"sqlite:///{file}", Wish.OWN)


def upgrade_database(url: str) -> Upgraded | None:
    """Upgrade the tables on a person's word; return what was done, None where nothing was to do."""
    with explained(url):
        engine = engine_for(address_of(url))
        try:
            return _upgrade(engine, Wish.UPGRADE)
        finally:
            engine.dispose()


def _opened(url: str, wish: Wish) -> Store:
    with explained(url):
        store = Store(engine_for(address_of(url)))
        try:
            _upgrade(store.engine, wish)
        except Exception:
            store.close()
            raise
    return store


def _upgrade(engine: Engine, wish: Wish) -> Upgraded | None:
    return bring_up_to_date(engine, wish)


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Raise `StoreError` with a sentence where a database cannot be opened."""
    try:
        yield
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


def explain(error: DBAPIError) -> str:
    """Say in a sentence what went wrong while the database was in use, and what helps."""
    helps = _help_for(error) or "try again, and ask `campaign doctor` if it stays so"
    what = f"the database could not be used ({_first_line(error)})"
    return f"{what}; nothing of this step was kept: {helps}"


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


def _first_line(error: DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines else type(error.orig).__name__


def _where(url: str) -> str:
    return make_url(url).database or url


def _sentence(url: str, error: OperationalError) -> str:
    reason = _first_line(error)
    if make_url(url).get_backend_name().startswith("postgres"):
        return (
            f"the PostgreSQL database {_where(url)} cannot be used: {reason}; is the server "
            f"running, and is CAMPAIGN_DATABASE_URL right?"
        )
    if "unable to open" in reason:
        folder = Path(_where(url)).parent
        return (
            f"the database {_where(url)} cannot be opened: is the folder {folder} there and yours?"
        )
    if "locked" in reason:
        return f"the database {_where(url)} is in use by another program; try again"
    helps = _help_for(error)
    return f"the database {_where(url)} cannot be used: {reason}{f'; {helps}' if helps else ''}"
