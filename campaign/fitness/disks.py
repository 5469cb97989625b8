"""Whether there is room on the disks that publishing writes to, and for how long."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from campaign.fitness.finding import Finding
from campaign.store.backends import SQLITE
from campaign.store.database import Store
from campaign.store.tables import MOVE

LEAST_FREE = 200 * 1024 * 1024
"""Bytes. Below this the disk is called full: a commit that fails is a post that waits."""
LEAST_LEFT = timedelta(days=14)
"""How soon it may be full, at the pace so far, before somebody has to hear of it."""
NOT_TOLD = timedelta(days=365)
"""A disk that lasts longer than this is told of without a number of days."""
A_MEGABYTE = 1024 * 1024


def database_file(store: Store) -> Path | None:
    """Return the file that the database is; None where a server keeps it."""
    name = store.engine.url.database
    return Path(name) if store.engine.dialect.name == SQLITE and name else None


def disks(folder: Path, store: Store, now: datetime) -> Iterator[Finding]:
    """Look at the campaign's folder, and at the database's where that is another."""
    file = database_file(store)
    if file is None or file.parent.resolve() == folder.resolve():
        yield _disk("disk", folder, _growth(store, now))
        return
    yield _disk("disk", folder, None)
    yield _disk("disk of the database", file.parent, _growth(store, now))


def _disk(what: str, folder: Path, a_day: float | None) -> Finding:
    free = shutil.disk_usage(folder).free
    words = f"{free // A_MEGABYTE} MB free"
    if free <= LEAST_FREE:
        return Finding(what=what, fine=False, words=f"{words}; make room, or nothing can be sent")
    days = free / a_day if a_day else None
    if days is None or days > NOT_TOLD.days:
        return Finding(what=what, fine=True, words=words)
    words = f"{words}, which lasts {int(days)} days at the pace so far"
    fine = days >= LEAST_LEFT.days
    return Finding(what=what, fine=fine, words=words if fine else f"{words}; make room")


def _growth(store: Store, now: datetime) -> float | None:
    """Return how many bytes the file has grown by in a day, from its first move until now."""
    file = database_file(store)
    with store.read() as connection:
        begun = connection.execute(select(func.min(MOVE.c.at))).scalar()
    if file is None or begun is None or now - begun < timedelta(days=1):
        return None
    days: float = (now - begun) / timedelta(days=1)
    return file.stat().st_size / days
