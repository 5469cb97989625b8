"""Whether the database is set so that what was committed stays, and its server's clock agrees."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from campaign.fitness.disks import database_file
from campaign.fitness.finding import Finding, found
from campaign.store.backends import SQLITE
from campaign.store.database import Store

CLOCKS_APART = timedelta(seconds=5)
FULL = 2
"""What SQLite calls `synchronous=FULL`."""
ON_A_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph"})
"""File systems that do not lock as SQLite needs it (sqlite.org/faq.html, question 5)."""


def database_settings(store: Store, now: datetime) -> Finding:
    """Look at how the database keeps what it was given."""
    with store.read() as connection:
        if connection.dialect.name == SQLITE:
            wrong = list(_sqlite(connection, database_file(store)))
        else:
            wrong = list(_postgresql(connection, now))
    return found("database settings", "; ".join(wrong) or None, "as they have to be")


def _sqlite(connection: Connection, file: Path | None) -> Iterator[str]:
    if connection.execute(text("PRAGMA journal_mode")).scalar() != "wal":
        yield "the file is not in WAL mode; keep it on a local disk that this user may write"
    if connection.execute(text("PRAGMA synchronous")).scalar() != FULL:
        yield "synchronous is not FULL: a power cut could make it forget what was sent"
    kind = None if file is None else file_system(file)
    if kind in ON_A_NETWORK:
        yield f"the file lies on {kind}, which does not lock; move it to a local disk"


def _postgresql(connection: Connection, now: datetime) -> Iterator[str]:
    def shown(name: str) -> object:
        return connection.execute(text(f"SHOW {name}")).scalar()

    if shown("full_page_writes") != "on":
        yield "full_page_writes is off: a power cut could damage it; set it on in postgresql.conf"
    theirs: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    apart = abs(theirs - now)
    if apart > CLOCKS_APART:
        seconds = round(apart.total_seconds())
        yield f"the server's clock is {seconds} seconds from this machine's; set both by NTP"


def file_system(file: Path, mounts: Path = Path("/proc/mounts")) -> str | None:
    """Return the kind of file system that a file lies on, where the machine says so (Linux)."""
    try:
        lines = [one.split() for one in mounts.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return None
    place = file.resolve()
    below = [one for one in lines if len(one) > 2 and place.is_relative_to(one[1])]
    return max(below, key=lambda one: len(one[1]))[2] if below else None
