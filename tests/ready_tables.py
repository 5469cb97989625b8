"""Gives tests of other things a new SQLite database with its tables, made once a process.

To make sixty tables by migration takes a tenth of a second, and thousands of tests want them. The
first database of each process is made as the program makes it; later ones are copies of its file.
Processes that tests start, and the tests of the migration itself, make theirs the program's way.
"""

import sqlite3
from pathlib import Path

from sqlalchemy import Engine

from campaign.store import database
from campaign.store.upgrading import Upgraded, Wish

IN_MEMORY = ":memory:"
_migrate = database._upgrade
_ready: dict[str, bytes] = {}


def upgrade(engine: Engine, wish: Wish) -> Upgraded | None:
    """Bring a database up to date; a new file becomes a copy of the one that was made first."""
    file = Path(engine.url.database or IN_MEMORY)
    is_file = engine.dialect.name == "sqlite" and file.name != IN_MEMORY
    is_new = is_file and not file.exists() and file.parent.is_dir()
    if is_new and database.HEAD in _ready:
        file.write_bytes(_ready[database.HEAD])
    done = _migrate(engine, wish)
    if is_new and database.HEAD not in _ready and file.exists():
        _ready[database.HEAD] = _whole(engine, file)
    return done


def _whole(engine: Engine, file: Path) -> bytes:
    engine.dispose()
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return file.read_bytes()
