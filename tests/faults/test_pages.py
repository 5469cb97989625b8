"""A crash at each point on pages and Meta's accounts; the matrix plays their kinds."""

from pathlib import Path

import pytest

from tests.faults.cells import Cell, End, Page, Point, Trouble
from tests.faults.lives import Lives
from tests.faults.playing import play
from tests.faults.sample import sampled
from tests.faults.scene import scene_of

ONCE, AGAIN, ASKED = (
    End(1, "published", 1, 0),
    End(1, "published", 2, 0),
    End(1, "published", 2, 1),
)
EXPECTED = {
    (Page.LINKEDIN, Point.BEFORE_CLAIM): ONCE,
    (Page.LINKEDIN, Point.AFTER_CLAIM): ASKED,
    (Page.LINKEDIN, Point.AFTER_PREPARE): ASKED,
    (Page.LINKEDIN, Point.AFTER_ANSWER): ONCE,
    (Page.LINKEDIN, Point.BEFORE_OUTCOME): ONCE,
    (Page.FACEBOOK, Point.BEFORE_CLAIM): ONCE,
    (Page.FACEBOOK, Point.AFTER_CLAIM): AGAIN,
    (Page.FACEBOOK, Point.AFTER_PREPARE): AGAIN,
    (Page.FACEBOOK, Point.AFTER_ANSWER): ONCE,
    (Page.FACEBOOK, Point.BEFORE_OUTCOME): ONCE,
    (Page.INSTAGRAM, Point.BEFORE_CLAIM): ONCE,
    (Page.INSTAGRAM, Point.AFTER_CLAIM): AGAIN,
    (Page.INSTAGRAM, Point.AFTER_PREPARE): AGAIN,
    (Page.INSTAGRAM, Point.AFTER_ANSWER): ONCE,
    (Page.INSTAGRAM, Point.BEFORE_OUTCOME): ONCE,
    (Page.THREADS, Point.BEFORE_CLAIM): ONCE,
    (Page.THREADS, Point.AFTER_CLAIM): AGAIN,
    (Page.THREADS, Point.AFTER_PREPARE): AGAIN,
    (Page.THREADS, Point.AFTER_ANSWER): ONCE,
    (Page.THREADS, Point.BEFORE_OUTCOME): ONCE,
}
ALWAYS = [(page, Point.AFTER_ANSWER) for page in Page] + [(Page.LINKEDIN, Point.AFTER_CLAIM)]


@pytest.mark.parametrize(("page", "point"), sampled(EXPECTED, ALWAYS))
def test_a_crash_neither_doubles_nor_loses_a_post(
    page: Page, point: Point, tmp_path: Path, lives: Lives
) -> None:
    cell = Cell(page, point, Trouble.NONE)
    with scene_of(cell, tmp_path / "campaign") as scene:
        assert play(cell, scene, lives) == EXPECTED[page, point]
    assert "Traceback" not in scene.said()
