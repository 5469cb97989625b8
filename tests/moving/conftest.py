from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.clock import SteppedClock
from rehearsal.server import Rehearsal
from tests.campaign.office import MONDAY, Office
from tests.moving.scene import Scene, fill
from tests.postgres import Server

WAYS = [("sqlite", "postgres"), ("postgres", "sqlite")]


def _fresh(kind: str, folder: Path, server: Server, name: str) -> str:
    """Return the address of a database of this kind with nothing in it, not even tables."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/{name}.db"
    # A password that the server does not ask for: it must be seen nowhere.
    return server.new_database("template1").replace("postgres@", "postgres:hush@")


@pytest.fixture(params=WAYS, ids="-to-".join)
def scene(request: pytest.FixtureRequest, tmp_path: Path, postgres: Server) -> Iterator[Scene]:
    """A campaign in the middle of its life, and the address of a new database."""
    kinds: tuple[str, str] = request.param
    old, new = (
        _fresh(kind, tmp_path, postgres, name)
        for kind, name in zip(kinds, ("campaign", "new"), strict=True)
    )
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        office = Office(tmp_path, rehearsal, clock, database_url=old)
        fill(office)
        yield Scene(office, old, new)
        office.close()
