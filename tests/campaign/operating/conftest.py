from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from campaign.operating.pulse import RUN
from campaign.store.database import open_store
from campaign.web.probes import make_probe_app
from rehearsal.server import Rehearsal
from tests.campaign.cli.conftest import open_office
from tests.campaign.cli.running import HANDLE, Hour, Scene
from tests.campaign.office import Office


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    with open_office(tmp_path, database_url) as opened:
        yield opened


@pytest.fixture
def prober(office: Office) -> TestClient:
    """Asks a process that publishes for the office, and has just done so."""
    office.apply()
    office.desk.pulse.begin(RUN, "clock", "minder")
    office.desk.pulse.worked(office.clock.now())
    return TestClient(make_probe_app(office.desk))


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    open_store(f"sqlite:///{tmp_path}/campaign.db").close()  # quicker than its process would
    hour = Hour()
    with Rehearsal(now=hour.now) as rehearsal:
        secrets = rehearsal.add_account("mastodon", HANDLE)
        environment = {f"CAMPAIGN__ICO_MASTODON__{name}": one for name, one in secrets.items()}
        environment |= {"CAMPAIGN_CALL_TIMEOUT": "5", "CAMPAIGN_LISTEN": "off"}
        made = Scene(tmp_path, rehearsal, hour, environment)
        yield made
        made.kill()
