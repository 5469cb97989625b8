from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rehearsal.server import Rehearsal
from tests.crowd.stage import Stage
from tests.postgres import Server

NOT_ASKED = "takes minutes: run `make test-postgres`"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked `crowd` unless `-m crowd` asks for it."""
    if "crowd" not in config.option.markexpr:
        for item in items:
            if item.get_closest_marker("crowd") is not None:
                item.add_marker(pytest.mark.skip(reason=NOT_ASKED))


@pytest.fixture
def stage(tmp_path: Path, postgres: Server) -> Iterator[Stage]:
    with Rehearsal(now=lambda: datetime.now(UTC)) as rehearsal:
        made = Stage(tmp_path, rehearsal, postgres.new_database())
        yield made
        made.kill_all()
