from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.clock import SteppedClock
from rehearsal.server import Rehearsal
from tests.campaign.office import MONDAY, Office


@pytest.fixture
def database_url() -> str:
    """Where the office keeps its campaign; folders whose tests run on both kinds override it."""
    return ""


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        place = Office(tmp_path, rehearsal, clock, database_url=database_url)
        yield place
        place.close()
        assert rehearsal.pending_faults() == [], "a fault that was ordered did not happen"
