"""A machine without Pango: no PDF, one sentence that says what to install, and everything else."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.campaign.cli.conftest import open_office, shell_of
from tests.campaign.cli.test_demo import make_sample
from tests.campaign.cli.test_numbers import live_through_the_week

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]
TUESDAY = datetime(2027, 1, 19, 9, 0, tzinfo=UTC)
REMEDY = (
    "PDF files need the library Pango, which is not installed (on Debian: apt install "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; on a Mac: brew install pango)"
)
ABSENT = """
import json, sys
from datetime import datetime
from pathlib import Path
import cffi

def absent(self, name, flags=0):
    raise OSError(f"cannot load library '{name}'")

cffi.FFI.dlopen = absent
"""
DEMO = """
from campaign.cli.failures import guarded
from campaign.cli.on_demo import demo

out, sample = json.loads(sys.argv[1])
sys.exit(guarded(lambda: demo(Path(out), 1, Path(sample))))
"""
COMMAND = """
from campaign.cli.app import app
from campaign.cli.failures import guarded
from campaign.cli.place import Place
from campaign.clock import SteppedClock

instant, *line = json.loads(sys.argv[1])
clock = SteppedClock(datetime.fromisoformat(instant))
place = Place(folder=Path(line[1]), clock=clock, environment={})
sys.exit(guarded(lambda: app(line, obj=place, prog_name="campaign")))
"""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("week")
    with open_office(folder) as office:
        live_through_the_week(office, shell_of(office))
    return folder


@pytest.fixture
def folder(lived: Path, tmp_path: Path) -> Path:
    return shutil.copytree(lived, tmp_path / "week")


def run(folder: Path, *line: str) -> "subprocess.CompletedProcess[str]":
    return child(COMMAND, [TUESDAY.isoformat(), "--dir", str(folder), *line])


def child(script: str, told: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", ABSENT + script, json.dumps(told)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_other_format_is_written_and_the_command_fails_with_the_remedy(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "reports"
    ended = run(folder, "report", "--format", "html,pdf,csv,xlsx,json", "--out", str(out))
    assert ended.returncode == 1
    assert ended.stderr == f"no PDF was written: {REMEDY}\n"
    listed = [str(out / one) for one in sorted(path.name for path in out.iterdir())]
    assert sorted(ended.stdout.splitlines()) == listed
    assert sorted(path.suffix for path in out.iterdir()) == [
        *(".csv", ".csv", ".html", ".json", ".png", ".png", ".xlsx"),
    ]


def test_a_report_is_released_without_it_and_the_person_is_told(folder: Path) -> None:
    learnt = ("--as", "ama", "--learning", "Ask partners for numbers by Monday.")
    ended = run(folder, "send-report", *learnt, "--file-only")
    assert ended.returncode == 0, ended
    assert f"The report has no PDF: {REMEDY}" in ended.stderr
    kept = sorted(path.suffix for path in (folder / "reports" / "sent").iterdir())
    assert kept == [".csv", ".csv", ".html", ".json", ".xlsx"]


def test_the_demo_does_its_whole_job_and_says_at_its_end_what_is_absent(tmp_path: Path) -> None:
    ended = child(DEMO, [str(tmp_path / "out"), str(make_sample(tmp_path / "sample"))])
    assert ended.returncode == 0, ended
    assert ended.stderr.count("Pango") == 1
    assert f"No report has a PDF: {REMEDY}" in ended.stderr.replace("\n", " ")
    kinds = {path.suffix for path in (tmp_path / "out" / "reports").iterdir()}
    assert kinds == {".csv", ".html", ".json", ".xlsx"}
