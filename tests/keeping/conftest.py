from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.clock import SteppedClock
from rehearsal.server import Rehearsal
from tests.campaign.office import MONDAY, Office
from tests.keeping.kept import Kept


@pytest.fixture
def kept(tmp_path: Path, either_database: str) -> Iterator[Kept]:
    """A campaign that is backed up and restored, on either kind of database."""
    folder = tmp_path / "campaign"
    folder.mkdir()
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        office = Office(folder, rehearsal, clock, database_url=either_database)
        yield Kept(office, either_database, tmp_path / "campaign.backup")
        office.close()
