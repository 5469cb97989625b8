from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.store.database import Store, open_store
from tests.campaign.ledger import Ledger, open_ledger


@pytest.fixture(scope="session")
def ledger_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('ledger')}/campaign.db")
    yield opened
    opened.close()


@pytest.fixture
def ledger(ledger_store: Store, tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(ledger_store, tmp_path) as opened:
        yield opened
