import io
import json
import logging
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from campaign.cli.demo_stage import MARKER, clear
from campaign.cli.failures import Failure
from campaign.cli.on_demo import demo
from tests.connectors.pictures import png

ROOT = Path(__file__).parents[3]
DOOR = png(1200, 800)

SCHEDULE = """\
campaign: small
timezone: Europe/London
runs: {from: 2027-01-11, until: 2027-01-24}
partners:
  ico:
    name: Information Commissioner's Office
    owner: true
    logo: partners/mark.svg
    logo_permission: {from: 2027-01-11, until: 2027-01-24, given_by: Ama}
    co_branding: partner-logo
  ndna: {name: National Day Nurseries Association, consent: accept-each}
audience: {universe: 1000, source: made up}
people:
  ama: {name: Ama, roles: [author]}
  ben: {name: Ben, roles: [approver]}
  elin: {name: Elin, roles: [partner], partner: ndna}
channels:
  ico-x: {network: x, partner: ico, handle: "@ico.example"}
  ico-mastodon:
    {network: mastodon, partner: ico, handle: "@ico@social.example", server: "https://s.example"}
  ndna-facebook: {network: facebook, partner: ndna, handle: ndna.example, mode: pack}
schedule:
  - {post: hello, at: 2027-01-12 08:30, send_to: [all]}
  - {post: again, at: 2027-01-13 08:30, send_to: [all]}
"""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return make_sample(tmp_path / "sample")


def make_sample(folder: Path) -> Path:
    """Write a campaign of two weeks and two posts."""
    shown = "media: [{file: door.png, alt: A door.}]\n"
    for name, media, text in (
        ("hello", shown, "Good morning."),
        ("again", "", "Good morning once more."),
    ):
        (folder / "posts" / name).mkdir(parents=True)
        (folder / "posts" / name / "post.md").write_text(
            f"---\ntitle: {name}\ntheme: launch\n{media}---\n{text}\n", encoding="utf-8"
        )
    (folder / "posts" / "hello" / "door.png").write_bytes(DOOR)
    (folder / "partners").mkdir()
    shutil.copy(ROOT / "partners" / "ndna.svg", folder / "partners" / "mark.svg")
    (folder / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    return folder


def test_the_demo_runs_the_whole_job_and_says_that_its_numbers_are_made_up(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    level = logging.getLogger("campaign.publishing").level
    demo(out, 1, sample)
    assert logging.getLogger("campaign.publishing").level == level
    shown = capsys.readouterr()
    assert "4 deliveries went out through the connectors; the networks hold 4 posts." in shown.out
    assert "2 answers were lost on the way" in shown.out
    assert str(out / "reports" / "report-2027-W03.html") in shown.out.replace("\n", "")
    reports = sorted(path.name for path in (out / "reports").iterdir())
    kinds = ("-figures.csv", ".csv", ".html", ".json", ".pdf", ".xlsx")
    weeks = ("report-2027-W02", "report-2027-W03")
    assert [name for name in reports if "corrected" not in name] == [
        f"{week}{kind}" for week in weeks for kind in kinds
    ]
    for path in (out / "reports").iterdir():
        if path.suffix not in {".pdf", ".xlsx"}:
            assert "Made up: numbers from rehearsal networks" in path.read_text(encoding="utf-8")
    week = json.loads((out / "reports" / "report-2027-W02.json").read_text(encoding="utf-8"))
    impressions = {one["metric"]: one["net"] for one in week["totals"]}
    assert impressions["impressions"] > 0
    assert week["reach"]["universe"] == 1000
    pictures_kept(out / "pictures")
    assert f"{out / 'pictures'} (2 pictures)" in shown.out.replace("\n", "")


def pictures_kept(folder: Path) -> None:
    """Hold the two pictures that went out with the owner's logo against the one without."""
    kept = sorted(folder.iterdir())
    assert [one.name for one in kept] == [
        "hello--ico-mastodon--1--1.png",
        "hello--ico-x--1--1.png",
    ]
    for one in kept:
        with Image.open(one) as sent, Image.open(io.BytesIO(DOOR)) as before:
            assert sent.size == before.size
            assert ImageChops.difference(sent.convert("RGB"), before.convert("RGB")).getbbox()


def test_a_second_demo_starts_clean(sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    clear(out)
    (out / "left-over.txt").write_text("from the run before", encoding="utf-8")
    demo(out, 1, sample)
    assert not (out / "left-over.txt").exists()


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("mine", encoding="utf-8")
    with pytest.raises(Failure, match="was not made by a demo and is left alone"):
        clear(tmp_path)
    assert precious.read_text(encoding="utf-8") == "mine"


def test_a_file_in_the_demos_place_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "demo-output"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(Failure, match="is a file; name another place with --out"):
        clear(file)


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    clear(tmp_path / "new")
    assert (tmp_path / "new" / MARKER).is_file()
