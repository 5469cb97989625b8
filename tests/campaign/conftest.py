from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.clock import SteppedClock
from campaign.store.database import Store, open_store
from rehearsal.server import Rehearsal
from tests.campaign.ledger import Ledger, open_ledger
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


@pytest.fixture(scope="session")
def ledger_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('ledger')}/campaign.db")
    yield opened
    opened.close()


@pytest.fixture
def ledger(ledger_store: Store, tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(ledger_store, tmp_path) as opened:
        yield opened
