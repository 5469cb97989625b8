from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from campaign.store import database
from tests import ready_tables
from tests.postgres import KINDS, Server, fresh_database, postgres_server

# The same commit draws the same examples and gets the same answer; `make explore` draws others.
settings.register_profile("same", derandomize=True, max_examples=50)
settings.register_profile("drawn", max_examples=300, print_blob=True)
settings.load_profile("same")

NOT_ASKED = {
    "faults": "takes long, with the rest of its kind: run `make test-faults`",
    "crowd": "takes long, with real processes on PostgreSQL: run `make test-postgres`",
    "large": "publishes films of 300 MB: run `make test-large`",
    "long": "takes some seconds of its own: run `make test-long`",
    "fuzz": "draws input for as long as it is let: run `make fuzz`",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes long by its nature unless `-m` asks for it."""
    for mark, why in NOT_ASKED.items():
        if mark not in config.option.markexpr:
            for item in items:
                if item.get_closest_marker(mark) is not None:
                    item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(scope="session", autouse=True)
def _ready_tables() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_upgrade", ready_tables.upgrade)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, one for each process that runs tests."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=KINDS)
def either_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of either kind: each test that asks runs on both."""
    return fresh_database(request, tmp_path)
