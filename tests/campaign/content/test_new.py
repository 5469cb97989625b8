from datetime import date, timedelta
from pathlib import Path

import pytest

from campaign.checks.report import check
from campaign.content.new import FolderNotEmptyError, new_campaign
from connectors.registry import NETWORKS


@pytest.mark.parametrize("days", range(7))
def test_a_new_campaign_passes_check_whatever_the_day(tmp_path: Path, days: int) -> None:
    folder = tmp_path / "fresh" / "campaign"
    new_campaign(folder, starts_on=date(2026, 12, 21) + timedelta(days=days))
    report = check(folder, NETWORKS)
    assert report.faults == ()
    assert report.warnings == ()
    assert [one.channel for one in report.deliveries] == ["our-mastodon", "our-linkedin"]


def test_a_new_campaign_starts_on_the_next_monday(tmp_path: Path) -> None:
    new_campaign(tmp_path / "one", starts_on=date(2027, 1, 11))
    text = (tmp_path / "one" / "schedule.yaml").read_text(encoding="utf-8")
    assert "runs: {from: 2027-01-18, until: 2027-04-11}" in text
    assert "at: 2027-01-19 09:30" in text


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear", encoding="utf-8")
    with pytest.raises(FolderNotEmptyError, match="is not empty; name a new or an empty folder"):
        new_campaign(tmp_path, starts_on=date(2027, 1, 11))
    with pytest.raises(FolderNotEmptyError):
        new_campaign(tmp_path / "letter.txt", starts_on=date(2027, 1, 11))
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]
