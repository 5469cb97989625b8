"""The copy of an SQLite database that is kept before its tables are changed.

It is marked as a copy, so that no program can publish from it: since it was made, posts may have
gone out that it knows nothing of. `campaign restore` brings it back as it does a backup.
"""

import os
import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

from sqlalchemy import create_engine, insert

from campaign.store.backends import BUSY_MS, StoreError
from campaign.store.tables import RELOCATION
from campaign.store.whereabouts import Stage

TIMES_ITS_SIZE = 3
"""Room that an upgrade may take at most: the copy, the tables built anew, and the log of both."""


def keep_copy(file: Path, revision: str, at: datetime) -> Path:
    """Copy a database that nobody writes to meanwhile, look whether all is in it, and name it.

    Raises:
        StoreError: there is no room for the upgrade, or no sound copy could be made.
    """
    check_room(file)
    for left in file.parent.glob(f"{file.name}.*.partial"):  # by one that was killed
        left.unlink()
    to = file.with_name(f"{file.name}.{revision}-{at:%Y%m%dT%H%M%SZ}")
    partial = to.with_name(f"{to.name}.partial")
    try:
        _copy(file, partial)
        _check(file, partial)
        _mark(partial, file, revision, at)
        _flush(partial)
        partial.replace(to)
        _flush(to.parent)
    except (OSError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        raise StoreError(
            f"no copy of {file} could be kept ({error}), so it was not upgraded; look at the "
            f"folder {file.parent} and its disk, and start again"
        ) from error
    return to


def check_room(file: Path) -> None:
    """Raise `StoreError` where the disk has not the room that an upgrade may take."""
    parts = (file.with_name(file.name + ending) for ending in ("", "-wal"))
    needed = TIMES_ITS_SIZE * sum(one.stat().st_size for one in parts if one.exists())
    free = shutil.disk_usage(file.parent).free
    if needed > free:
        raise StoreError(
            f"the tables of {file} have to be upgraded, which may take {_megabytes(needed)} MB on "
            f"its disk, and {_megabytes(free)} MB are free; make room and start again"
        )


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}"


def _copy(file: Path, to: Path) -> None:
    os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, file.stat().st_mode & 0o600))
    source = sqlite3.connect(file, timeout=BUSY_MS / 1000, isolation_level=None)
    try:
        source.execute("VACUUM INTO ?", (str(to),))
    finally:
        source.close()


def _check(file: Path, copy: Path) -> None:
    with sqlite3.connect(copy) as connection:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    if verdict != "ok" or _counts(copy) != _counts(file):
        message = f"it is not what it was made of: {verdict}"
        raise sqlite3.DatabaseError(message)


def _counts(file: Path) -> dict[str, int]:
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - names of tables
            for (name,) in names
        }
    finally:
        connection.close()


def _mark(copy: Path, file: Path, revision: str, at: datetime) -> None:
    engine = create_engine(f"sqlite:///{copy}")
    values = {"id": f"before the upgrade from {revision}", "stage": Stage.KEPT}
    with engine.begin() as connection:
        whose = {"other": str(file.absolute()), "person": "campaign", "at": at}
        connection.execute(insert(RELOCATION).values(**values, **whose))
    engine.dispose()


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
