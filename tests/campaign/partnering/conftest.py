from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.store.database import Store, open_store
from tests.campaign.ledger import SCHEDULE, Ledger, open_ledger
from tests.postgres import KINDS, fresh_database

CONTACTS = (
    "contacts: [{name: Noor Pace, email: noor@npcc.example}, {name: Sam, email: Sam@npcc.example}]"
)
AGREED = SCHEDULE.replace(
    "consent: accept-each}", f"consent: accept-each, answer_within: 12h, {CONTACTS}}}"
)


@pytest.fixture(scope="session", params=KINDS)
def ledger_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    opened = open_store(fresh_database(request, tmp_path_factory.mktemp("ledger")))
    yield opened
    opened.close()


@pytest.fixture
def ledger(ledger_store: Store, tmp_path: Path) -> Iterator[Ledger]:
    """The Chiefs accept each post within twelve hours, and two people there are written to."""
    with open_ledger(ledger_store, tmp_path, AGREED) as opened:
        yield opened
