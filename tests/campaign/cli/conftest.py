from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from campaign.cli.place import Place
from campaign.clock import SteppedClock
from rehearsal.server import Rehearsal
from tests.campaign.cli.running import HANDLE, Hour, Scene
from tests.campaign.cli.shell import Shell
from tests.campaign.office import MONDAY, Office


@contextmanager
def open_office(folder: Path, database_url: str = "") -> Iterator[Office]:
    """Open the office of the neighbouring tests in a folder."""
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        place = Office(folder, rehearsal, clock, database_url=database_url)
        yield place
        place.close()
        assert rehearsal.pending_faults() == [], "a fault that was ordered did not happen"


def shell_of(office: Office) -> Shell:
    """Return `campaign ARGS` in the office's folder, by its clock and with its credentials."""
    environment = {**office.environment, "CAMPAIGN_CALL_TIMEOUT": "2"}
    if office.database_url:
        environment["CAMPAIGN_DATABASE_URL"] = office.database_url
    return Shell(Place(folder=office.folder, clock=office.clock, environment=environment))


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    with open_office(tmp_path, database_url) as opened:
        yield opened


@pytest.fixture
def campaign(office: Office) -> Shell:
    return shell_of(office)


@pytest.fixture
def ready(campaign: Shell) -> Shell:
    """The same, applied by Ama and approved by Ben: three deliveries wait for Tuesday 08:30."""
    campaign.fine("apply", "--yes", "--as", "ama")
    campaign.fine("approve", "--all", "--yes", "--as", "ben")
    return campaign


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    hour = Hour()
    with Rehearsal(now=hour.now) as rehearsal:
        secrets = rehearsal.add_account("mastodon", HANDLE)
        environment = {f"CAMPAIGN__ICO_MASTODON__{name}": one for name, one in secrets.items()}
        environment["CAMPAIGN_CALL_TIMEOUT"] = "5"
        made = Scene(tmp_path, rehearsal, hour, environment)
        yield made
        made.kill()
