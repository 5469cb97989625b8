from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.clock import SteppedClock
from rehearsal.server import Rehearsal
from tests.campaign.office import MONDAY, Office
from tests.faults.conftest import lives
from tests.keeping.kept import Kept
from tests.postgres import fresh_database

__all__ = ["lives"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the whole matrix to `make test-faults`; a sample of it runs always."""
    if "faults" in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("faults")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.faults)])
def either_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database; on PostgreSQL in `make test-faults`, if not said here."""
    return fresh_database(request, tmp_path)


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
