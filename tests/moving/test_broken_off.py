"""A move that is killed at any point: one of the two databases is in use, never both, and a
second try ends well."""

import signal
import subprocess
import sys

import pytest

from tests.crowd.crew import ROOT
from tests.moving.scene import Scene, everything

pytestmark = pytest.mark.long

NOTHING_THERE = "nothing has been applied yet"
NOT_FINISHED = r"a move from \S+ into this database was not finished; run `campaign move-database`"

POINTS = {
    "announced": ("old", NOTHING_THERE),
    "copying": ("old", NOT_FINISHED),
    "comparing": ("old", NOT_FINISHED),
    "copied": ("old", NOT_FINISHED),
    "told-the-new-one-only": ("old", NOT_FINISHED),
    "told-both": ("neither", NOT_FINISHED),
}
"""Which database is in use after a death at this point, and what the new one says."""


def break_off(scene: Scene, point: str) -> None:
    command = [sys.executable, "-m", "tests.moving.broken_off", scene.old, scene.new, point]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_one_database_at_most_is_in_use_and_a_second_try_ends_well(
    scene: Scene, point: str
) -> None:
    before = everything(scene.old)
    break_off(scene, point)
    in_use, says = POINTS[point]
    scene.refused(scene.new, says)
    if in_use == "old":
        assert everything(scene.old) == before
        scene.campaign(scene.old).fine("stop", "--reason", "as ever", "--as", "ben")
        before = everything(scene.old)
    else:
        scene.refused(scene.old, "was moved to")

    moved = scene.move()
    assert moved.code == 0, moved
    assert "number and content of each agree" in moved.out
    scene.refused(scene.old, "was moved to")
    after = everything(scene.new)
    after["stop"] = [one for one in after["stop"] if one[4] != "campaign"]
    assert after == before
    assert scene.campaign(scene.new).fine("status", "--json").json()["stopped"] is True


def test_a_campaign_that_was_half_moved_by_another_is_not_written_over(scene: Scene) -> None:
    break_off(scene, "told-both")
    before = everything(scene.new)
    other = scene.campaign(f"sqlite:///{scene.folder}/other.db")
    other.fine("apply", "--yes", "--as", "ama")
    shown = other("move-database", scene.new, "--yes", "--as", "ben")
    assert shown.code == 1
    assert "holds an unfinished move of another campaign or from another database" in shown.err
    assert everything(scene.new) == before
    assert scene.move().code == 0
