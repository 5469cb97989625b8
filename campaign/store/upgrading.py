"""Brings a database's tables to the revision of this program: all of it or nothing.

One transaction holds the database alone from the first look to the last trigger, so a process that
is killed leaves the old tables, and a second one that starts meanwhile waits and finds the new. Of
an SQLite file a copy is kept first. A PostgreSQL database with rows waits for a person's word:
dumps of it are its owner's, and several machines may use it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from sqlalchemy import Connection, Engine

from campaign.clock import SystemClock
from campaign.log_words import Said
from campaign.store.backends import BUSY_MS, SQLITE, StoreError
from campaign.store.guards import guard, unguard
from campaign.store.kept_copy import keep_copy
from campaign.store.revisions import HEAD, MIGRATIONS, revision_of

log = logging.getLogger("campaign")

PATIENCE_S = 600
"""How long one process waits for another that upgrades."""


class Wish(Enum):
    """Why a database is opened, which says what may be done to its tables."""

    USE = auto()
    """To work with it."""
    UPGRADE = auto()
    """A person has said yes to changing its tables."""
    OWN = auto()
    """It is a file of this command's own, so nothing has to be kept."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What was done to a database that had tables already."""

    before: str
    after: str
    copy: Path | None
    """The database as it was; None where its server's owner keeps it."""


def bring_up_to_date(engine: Engine, wish: Wish) -> Upgraded | None:
    """Create or upgrade the tables; return what an upgrade did, None where there was none to do.

    Raises:
        StoreError: the database is newer than this program, waits for a person's word, or has no
            room for it. Nothing was changed.
    """
    with engine.execution_options(reads_only=True).connect() as connection:
        found = revision_of(connection)
    if found == HEAD:
        return None
    _check_wish(engine, found, wish)
    with _alone(engine) as connection:
        found = revision_of(connection)
        if found == HEAD:  # somebody else did it while this one waited
            return None
        migrations = _known(engine, found)
        copy = _copy(engine, found, wish)
        if found is not None:
            unguard(connection)
        migrations.upgrade(connection)
        guard(connection)
        _check_keys(connection)
    return None if found is None or wish is Wish.OWN else _told(Upgraded(found, HEAD, copy))


def _check_wish(engine: Engine, found: str | None, wish: Wish) -> None:
    if found is None or engine.dialect.name == SQLITE or wish is not Wish.USE:
        return
    _known(engine, found)
    raise StoreError(
        f"the tables of {engine.url.database} are at revision {found} and this Campaign Desk needs "
        f"{HEAD}; end every process, take a dump, then run `campaign upgrade-database`"
    )


class _Migrations:
    """The migrations of this program.

    Alembic, which runs them, takes a third of a second to load; most starts do without.
    """

    def __init__(self) -> None:
        from alembic.config import Config  # noqa: PLC0415 - see above
        from alembic.script import ScriptDirectory  # noqa: PLC0415 - see above

        self._config = Config()
        self._config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        self._config.set_main_option("path_separator", "os")
        scripts = ScriptDirectory.from_config(self._config)
        self.revisions = {one.revision for one in scripts.walk_revisions()}

    def upgrade(self, connection: Connection) -> None:
        from alembic import command  # noqa: PLC0415 - see above

        self._config.attributes["connection"] = connection
        command.upgrade(self._config, HEAD)


def _known(engine: Engine, found: str | None) -> _Migrations:
    migrations = _Migrations()
    if found is not None and found not in migrations.revisions:
        raise StoreError(
            f"{engine.url.database or engine.url} was written by a newer Campaign Desk "
            f"(its tables are at revision {found}); upgrade the program"
        )
    return migrations


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Open a transaction beside which nobody writes; whoever comes second waits for its end."""
    on_sqlite = engine.dialect.name == SQLITE
    with engine.connect() as connection:
        _say(connection, _BEFORE_ON_SQLITE if on_sqlite else _BEFORE_ON_POSTGRESQL)
        try:
            with connection.begin():
                yield connection
        finally:
            if on_sqlite:
                _say(connection, _AFTER_ON_SQLITE)
            else:
                connection.invalidate()


# A table that others point to is changed by building it anew. SQLite's makers want keys unenforced
# meanwhile and looked at before the end (sqlite.org/lang_altertable.html, section 7): dropping the
# old one would take the rows with it that point there.
_BEFORE_ON_SQLITE = (f"PRAGMA busy_timeout={PATIENCE_S * 1000}", "PRAGMA foreign_keys=OFF")
_AFTER_ON_SQLITE = (f"PRAGMA busy_timeout={BUSY_MS}", "PRAGMA foreign_keys=ON")
_BEFORE_ON_POSTGRESQL = (
    f"SET lock_timeout = '{PATIENCE_S}s'",
    "SET idle_in_transaction_session_timeout = 0",
)


def _say(connection: Connection, statements: tuple[str, ...]) -> None:
    """Set how a connection behaves, before its transaction begins."""
    cursor = connection.connection.cursor()
    for one in statements:
        cursor.execute(one)
    cursor.close()


def _copy(engine: Engine, found: str | None, wish: Wish) -> Path | None:
    file = engine.url.database
    if found is None or wish is Wish.OWN or engine.dialect.name != SQLITE or not file:
        return None
    return keep_copy(Path(file), found, SystemClock().now())


def _check_keys(connection: Connection) -> None:
    if connection.dialect.name != SQLITE:
        return
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if lost is not None:
        raise StoreError(
            f"the upgrade would have left a row of “{lost[0]}” that points nowhere; nothing was "
            f"changed, go on with the version before and tell whoever looks after Campaign Desk"
        )


def _told(done: Upgraded) -> Upgraded:
    kept = f"; as it was it is kept in {done.copy}" if done.copy else ""
    words = f"the database was upgraded from revision {done.before} to {done.after}{kept}"
    log.warning("%s", Said(words))
    return done
