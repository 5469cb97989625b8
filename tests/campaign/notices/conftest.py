from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.store.database import Store, open_store
from tests.campaign.ledger import open_ledger
from tests.campaign.notices.team import TEAM, Team
from tests.postgres import KINDS, fresh_database


@pytest.fixture(scope="session", params=KINDS)
def team_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    opened = open_store(fresh_database(request, tmp_path_factory.mktemp("ledger")))
    yield opened
    opened.close()


@pytest.fixture
def team(team_store: Store, tmp_path: Path) -> Iterator[Team]:
    """Ama applies, Ben and Cat approve, Leo is legal; Dee has no address."""
    with open_ledger(team_store, tmp_path, TEAM) as ledger:
        yield Team(ledger)
