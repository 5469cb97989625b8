"""Rehearsals in which networks fail and the program is killed: what came of it is told."""

from pathlib import Path
from typing import Any

import pytest

from tests.campaign.cli.test_rehearse import SCHEDULE, rehearse, shell_in, write_folder

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    entry = "  - {post: daily, at: 2027-03-22 12:00, every: 1 day, until: 2027-04-04,"
    schedule = f"{SCHEDULE}{entry} send_to: [ico-mastodon, ndna-bluesky]}}\n"
    folder = write_folder(tmp_path_factory.mktemp("campaign"), schedule)
    (folder / "posts" / "daily").mkdir()
    text = "---\ntitle: Daily\n---\nThe same every day.\n"
    (folder / "posts" / "daily" / "post.md").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("seed", ["1", "2"])
def test_whatever_goes_wrong_nothing_is_doubled_and_nothing_lost(
    folder: Path, tmp_path: Path, seed: str
) -> None:
    found = rehearse(shell_in(folder), tmp_path / "out", "--faults", "many", "--seed", seed)
    assert found["proof"]["violations"] == []
    wrong = found["went_wrong"]
    assert len(wrong["faults"]) > 3
    assert sum(wrong["outages"].values()) == 2
    assert wrong["killed"] > 0
    published = sum(_by_itself(one) for one in found["deliveries"])
    assert published == found["proof"]["posts_on_networks"] > 10
    page = (tmp_path / "out" / "rehearsal.html").read_text(encoding="utf-8")
    assert "What went wrong, and what came of it" in page
    assert "The program was killed" in page


def test_a_few_faults_leave_most_of_the_campaign_as_it_is(folder: Path, tmp_path: Path) -> None:
    result = shell_in(folder).fine("rehearse", "--faults", "some", "--out", str(tmp_path / "out"))
    assert any("had 1 outage of an hour." in line for line in result.lines)
    assert any("came after the time-out." in line for line in result.lines)
    assert any(line.startswith("Checked for this run:") for line in result.lines)


def test_a_series_that_says_the_same_every_day_is_told_apart(folder: Path, tmp_path: Path) -> None:
    found = rehearse(shell_in(folder), tmp_path / "out", "--until", "2027-03-25")
    assert found["proof"]["violations"] == []
    assert found["proof"]["posts_on_networks"] == 3 + 2 * 4


def test_runs_that_a_holiday_moves_onto_each_other_are_named(folder: Path, tmp_path: Path) -> None:
    found = rehearse(shell_in(folder), tmp_path / "out", "--until", "2027-03-27")
    assert found["proof"]["violations"] == []
    twice = [one["what"] for one in found["to_fix"] if "would say the same" in one["what"]]
    assert "ico-mastodon would say the same at 2027-03-27 12:00 and 2027-03-27 12:00" in twice


def _by_itself(one: dict[str, Any]) -> bool:
    return one["state"] == "published" and not one["by_hand"]
