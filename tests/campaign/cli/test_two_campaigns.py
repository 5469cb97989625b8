"""Two campaigns on one database, of either kind: whoever comes second is refused."""

from pathlib import Path

import pytest

from tests.campaign.cli.shell import Shell
from tests.campaign.office import Office
from tests.postgres import KINDS, fresh_database

SAYS = (
    "database belongs to the campaign “think-check-share”, the schedule .*is of “another”; "
    "give each its own CAMPAIGN_DATABASE_URL"
)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind."""
    return fresh_database(request, tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        ("plan",),
        ("apply", "--yes", "--as", "ama"),
        ("run",),
        ("worker",),
        ("publish",),
        ("collect",),
        ("status",),
        ("stop", "--reason", "drill"),
        ("approve", "--all", "--yes", "--as", "ben"),
        ("doctor",),
    ],
    ids=lambda line: line[0],
)
def test_a_folder_with_another_campaign_is_refused_and_nothing_is_changed(
    office: Office, ready: Shell, line: tuple[str, ...]
) -> None:
    file = office.folder / "schedule.yaml"
    mine = file.read_text(encoding="utf-8")
    before = ready.states()
    file.write_text(mine.replace("campaign: think-check-share", "campaign: another"), "utf-8")
    ready.fails(*line, code=1, says=SAYS)
    file.write_text(mine, encoding="utf-8")
    assert ready.states() == before


def test_a_folder_without_a_schedule_or_with_a_faulty_one_publishes_what_was_applied(
    office: Office, ready: Shell
) -> None:
    file = office.folder / "schedule.yaml"
    file.write_text(f"{file.read_text(encoding='utf-8')}\nnonsense: [", encoding="utf-8")
    ready.fine("publish")
    file.write_bytes(b"\xff\xfe")
    ready.fine("publish")
    file.unlink()
    ready.fine("publish")
