"""One consistent state of the whole database as an SQLite file, while everything goes on.

SQLite makes it itself (`VACUUM INTO`): a reader keeps nobody from writing, and no deleted row stays
behind in unused pages. Of PostgreSQL every row is copied inside one repeatable-read transaction.
"""

import sqlite3
from pathlib import Path

from campaign.store.backends import BUSY_MS, SQLITE
from campaign.store.copying import be_patient, copy_rows, count_rows, differing, fingerprints
from campaign.store.database import Store, StoreError, open_own


def take_snapshot(store: Store, file: Path) -> dict[str, int]:
    """Write the state of this instant into a new file; return the number of rows by table."""
    if store.engine.dialect.name == SQLITE:
        _vacuum(str(store.engine.url.database), file)
    else:
        _copy(store, file)
    snapshot = open_own(file)
    try:
        with snapshot.read() as connection:
            return count_rows(connection)
    finally:
        close_whole(snapshot)


def close_whole(snapshot: Store) -> None:
    """Close a database so that all of it is in its one file."""
    snapshot.close()
    with sqlite3.connect(str(snapshot.engine.url.database), isolation_level=None) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()


def _vacuum(database: str, file: Path) -> None:
    connection = sqlite3.connect(database, timeout=BUSY_MS / 1000, isolation_level=None)
    try:
        connection.execute("VACUUM INTO ?", (str(file),))
    finally:
        connection.close()


def _copy(store: Store, file: Path) -> None:
    target = open_own(file)
    try:
        with store.read() as old, target.engine.begin() as new:
            be_patient(old)
            sent = copy_rows(old, new, lambda _rows: None)
            wrong = differing(sent, fingerprints(new))
        if wrong:
            raise StoreError(f"{wrong}; no backup was made")
    finally:
        target.close()
