from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import KINDS, Server, fresh_database, postgres_server

NOT_ASKED = "takes long, with real processes on PostgreSQL: run `make test-postgres`"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked `crowd` unless `-m crowd` asks for it."""
    if "crowd" not in config.option.markexpr:
        for item in items:
            if item.get_closest_marker("crowd") is not None:
                item.add_marker(pytest.mark.skip(reason=NOT_ASKED))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, one for each process that runs tests."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=KINDS)
def either_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of either kind: each test that asks runs on both."""
    return fresh_database(request, tmp_path)
