from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import KINDS, Server, fresh_database, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, one for each process that runs tests."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=KINDS)
def either_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of either kind: each test that asks runs on both."""
    return fresh_database(request, tmp_path)
