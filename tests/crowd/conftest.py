from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rehearsal.server import Rehearsal
from tests.crowd.stage import Stage
from tests.postgres import Server


@pytest.fixture
def stage(tmp_path: Path, postgres: Server, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A campaign with the accounts that the parameter asks for, five where it asks for none."""
    accounts = getattr(request, "param", {"mastodon": 2, "bluesky": 2, "x": 1})
    with Rehearsal(now=lambda: datetime.now(UTC)) as rehearsal:
        made = Stage(tmp_path, rehearsal, postgres.new_database(), accounts)
        yield made
        made.close()
