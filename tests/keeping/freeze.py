"""Freezes what a release leaves on people's machines: `python -m tests.keeping.freeze VERSION`.

Two files in `tests/keeping/released`: the hashes of its migrations, which are never changed from
then on, and a database full of rows as that version writes it, which every later one upgrades.
"""

import hashlib
import json
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from campaign.audit.chain import seal
from campaign.clock import SteppedClock
from campaign.store import revisions
from rehearsal.server import Rehearsal
from tests.campaign.office import MONDAY, Office
from tests.moving.scene import fill

RELEASED = Path(__file__).parent / "released"


def freeze(version: str, to: Path = RELEASED) -> None:
    """Write the two files of a release; raise `FileExistsError` where it is frozen already."""
    names = {"revision": revisions.HEAD, "migrations": hashes(revisions.MIGRATIONS)}
    with (to / f"{version}.json").open("x", encoding="utf-8") as file:
        file.write(json.dumps(names, indent=2) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        database = a_full_database(Path(folder))
        (to / f"{version}.sql").write_text("\n".join(dump(database)) + "\n", encoding="utf-8")


def hashes(migrations: Path) -> dict[str, str]:
    """Return the hash of every migration, by the name of its file."""
    files = sorted((migrations / "versions").glob("*.py"))
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


def changed(released: Path, migrations: Path) -> list[str]:
    """Say which migration is not as it was released."""
    found = hashes(migrations)
    return [
        f"{name} is not as {file.stem} was released with; undo that and write a new migration"
        for file in sorted(released.glob("*.json"))
        for name, digest in json.loads(file.read_text(encoding="utf-8"))["migrations"].items()
        if found.get(name) != digest
    ]


def a_full_database(folder: Path) -> Path:
    """Let this version fill a database with something in every table, its log sealed."""
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        office = Office(folder, rehearsal, clock)
        office.apply()
        with office.desk.store.write() as connection:
            seal(connection, clock.now())
        fill(office)
        office.close()
    return folder / "campaign.db"


def dump(database: Path) -> Iterator[str]:
    """Write a database as statements."""
    with sqlite3.connect(database) as connection:
        yield from connection.iterdump()
    connection.close()


def load(statements: Path, to: Path) -> None:
    """Make a database of such statements."""
    with sqlite3.connect(to) as connection:
        connection.executescript(statements.read_text(encoding="utf-8"))
    connection.close()


if __name__ == "__main__":
    freeze(sys.argv[1])
