"""A backup or a restore that is killed at any point leaves the old state or the new one."""

import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from tests.campaign.office import DUE, POST
from tests.crowd.crew import ROOT
from tests.keeping.kept import Kept
from tests.moving.scene import everything

MASTODON = "law-helps/ico-mastodon/1"
NOT_FINISHED = "a restore into this database was not finished; run the same `campaign restore`"
OLD, NEW = "as it was", "not finished"
POINTS = {
    "unpacking": OLD,
    "committing": OLD,
    "files-begun": NEW,
    "files-half": NEW,
    "finishing": NEW,
}
"""What the database is after a restore that died there."""


def break_off(kept: Kept, what: str, point: str) -> None:
    command = [sys.executable, "-m", "tests.keeping.broken_off", what]
    command += [str(kept.office.folder), kept.url, str(kept.file), point]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done


def cells() -> list[object]:
    """Return all points, those outside the sample marked."""
    sample = {"files-half"}
    return [
        pytest.param(one, marks=() if one in sample else (pytest.mark.faults,)) for one in POINTS
    ]


@pytest.mark.parametrize("point", cells())
def test_a_restore_killed_at_any_point_changes_nothing_or_has_to_be_run_again(
    kept: Kept, point: str
) -> None:
    kept.office.apply()
    kept.office.approve()
    kept.back_up()
    kept.office.publish_at(DUE)
    kept.office.write_post("law-helps", POST.replace("Data", "New data"))
    before = everything(kept.url)

    break_off(kept, "restore", point)
    if POINTS[point] == OLD:
        assert everything(kept.url) == before
        assert kept.shell.state(MASTODON) == "published"
    else:
        says = kept.shell("publish")
        assert says.code == 1
        assert NOT_FINISHED in says.err
    kept.office.clock.advance(timedelta(minutes=6))
    again = () if POINTS[point] == NEW else ("--over",)
    kept.shell.fine("restore", str(kept.file), *again, "--yes", "--as", "ben")
    assert (kept.office.folder / "posts/law-helps/post.md").read_text(encoding="utf-8") == POST
    assert list(kept.office.folder.glob(".restore-*")) == []
    kept.shell.fine("resume", "--as", "cat")
    kept.ring(2)
    assert kept.office.state(MASTODON) == "published"
    assert len(kept.on("mastodon")) == 1
    new = [
        one.read_text(encoding="utf-8")
        for one in kept.office.folder.glob("replaced-*/posts/law-helps/post.md")
    ]
    assert any("New data" in one for one in new), "what was replaced is kept"


@pytest.mark.parametrize(
    "point",
    [
        pytest.param("snapshot-taken", marks=pytest.mark.faults),
        pytest.param("zipping", marks=pytest.mark.faults),
        pytest.param("named", marks=pytest.mark.faults),
    ],
)
def test_a_backup_killed_at_any_point_leaves_no_file_of_its_name_and_can_be_made_again(
    kept: Kept, point: str
) -> None:
    kept.office.apply()
    before = everything(kept.url)
    break_off(kept, "backup", point)
    assert not kept.file.exists()
    assert everything(kept.url) == before
    kept.back_up()
    kept.shell.fine("backup", str(kept.file), "--check")
    assert list(kept.file.parent.glob(".campaign.backup*")) == []
