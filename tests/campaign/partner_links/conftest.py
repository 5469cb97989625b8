from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.store.database import Store, open_store
from tests.campaign.ledger import Ledger, open_ledger
from tests.campaign.partner_links.scene import SCHEDULE
from tests.postgres import KINDS, fresh_database


@pytest.fixture(scope="session", params=KINDS)
def ledger_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    opened = open_store(fresh_database(request, tmp_path_factory.mktemp("partners")))
    yield opened
    opened.close()


@pytest.fixture
def ledger(ledger_store: Store, tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(ledger_store, tmp_path, SCHEDULE) as opened:
        yield opened
