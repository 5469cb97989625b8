"""A crash at each point on pages, Meta's accounts, YouTube and hand-offs.

The matrix plays their kinds.
A feed is real files, a letter goes to a real mail server.
"""

from pathlib import Path

import pytest

from tests.faults.cells import Cell, End, Page, Point, Trouble
from tests.faults.lives import Lives
from tests.faults.playing import play
from tests.faults.sample import sampled
from tests.faults.scene import scene_of

ONCE, AGAIN, ASKED, TOLD = (
    End(1, "published", 1, 0),
    End(1, "published", 2, 0),
    End(1, "published", 2, 1),
    End(1, "published", 1, 1),
)
"""At the first attempt; at a second, which the network itself shows to be right; at a second, and
at the first, by a person's word."""
SHOWN_BY_ITS_ID = {
    Point.BEFORE_CLAIM: ONCE,
    Point.AFTER_CLAIM: AGAIN,
    Point.AFTER_PREPARE: AGAIN,
    Point.AFTER_ANSWER: ONCE,
    Point.BEFORE_OUTCOME: ONCE,
}
HANDED_OVER = {
    Point.BEFORE_CLAIM: ONCE,
    Point.AFTER_CLAIM: ASKED,
    Point.AFTER_PREPARE: ASKED,
    Point.UNDER_WAY: TOLD,
    Point.AFTER_ANSWER: TOLD,
    Point.BEFORE_OUTCOME: TOLD,
    Point.AFTER_OUTCOME: ONCE,
}
LINKEDIN = {
    **SHOWN_BY_ITS_ID,
    Point.AFTER_CLAIM: ASKED,
    Point.AFTER_PREPARE: ASKED,
}
YOUTUBE = {**SHOWN_BY_ITS_ID, Point.UNDER_WAY: ONCE, Point.AFTER_OUTCOME: ONCE}
FEED = {**SHOWN_BY_ITS_ID, Point.UNDER_WAY: AGAIN, Point.AFTER_OUTCOME: ONCE}
"""Under way is while it waits for its turn to write."""
EXPECTED = {
    (page, point): end
    for page, ends in {
        Page.LINKEDIN: LINKEDIN,
        Page.FACEBOOK: SHOWN_BY_ITS_ID,
        Page.INSTAGRAM: SHOWN_BY_ITS_ID,
        Page.THREADS: SHOWN_BY_ITS_ID,
        Page.YOUTUBE: YOUTUBE,
        Page.WEBHOOK: HANDED_OVER,
        Page.FEED: FEED,
        Page.EMAIL: HANDED_OVER,
    }.items()
    for point, end in ends.items()
}
ALWAYS = [
    (Page.LINKEDIN, Point.AFTER_CLAIM),
    *((page, Point.AFTER_ANSWER) for page in Page if page not in (Page.YOUTUBE, Page.EMAIL)),
]


@pytest.mark.parametrize(("page", "point"), sampled(EXPECTED, ALWAYS))
def test_a_crash_neither_doubles_nor_loses_a_post(
    page: Page, point: Point, tmp_path: Path, lives: Lives
) -> None:
    cell = Cell(page, point, Trouble.NONE)
    with scene_of(cell, tmp_path / "campaign") as scene:
        assert play(cell, scene, lives) == EXPECTED[page, point]
    assert "Traceback" not in scene.said()


@pytest.mark.faults
def test_an_upload_that_dies_under_way_goes_on_in_the_next_process(
    tmp_path: Path, lives: Lives
) -> None:
    cell = Cell(Page.YOUTUBE, Point.UNDER_WAY, Trouble.NONE)
    uploaded = []

    def is_upload(method: str, path: str) -> bool:
        uploaded.extend([method] if path.startswith("/upload/") else [])
        return method == "PUT" and path.startswith("/upload/")

    with scene_of(cell, tmp_path / "campaign", troubled=is_upload) as scene:
        assert play(cell, scene, lives) == AGAIN
    assert uploaded == ["POST", "PUT", "PUT"]  # one session; it is asked, and has the whole film
