"""Every story between a backup and a restore on every kind of network, with literals.

`make test-faults` plays all of it; a sample runs with all other tests.
"""

from pathlib import Path

import pytest

from tests.faults.cells import Cell, Kind, Page, Point, Trouble
from tests.faults.lives import Lives
from tests.faults.scene import scene_of
from tests.keeping.stories import BACKED_UP_AT, KINDS, End, Play, Story

PROVES = {Kind.KEY, Kind.RECORD, Page.FEED}
"""A look at the account shows that a post is out, and that it is not."""
SHOWS = {Kind.LOOK_UP, Page.LINKEDIN, Page.INSTAGRAM, Page.THREADS}
"""A look shows that a post is out, and never proves that it is not."""
TELLS_NOTHING = {
    Kind.CONTAINER,
    Kind.NOTHING,
    Page.EMAIL,
    Page.FACEBOOK,
    Page.WEBHOOK,
    Page.YOUTUBE,
}
"""Nobody can look for a post whose id was lost."""

MISSED = End(0, "missed", 0)
FOUND = End(1, "published", 0)
SAID = End(1, "published", 1)
ON_HOLD = End(0, "held", 1)
"""A person said that it is not out; its time fell under the stop, so a person has to decide."""

EXPECTED = {
    Story.NOT_SENT: (MISSED, ON_HOLD, ON_HOLD),
    Story.SENT: (FOUND, FOUND, SAID),
    Story.STORED: (FOUND, FOUND, SAID),
    Story.UNSTORED: (MISSED, ON_HOLD, ON_HOLD),
    Story.EDITED: (End(1, "missed", 0), SAID, SAID),
    Story.MOVED: (FOUND, FOUND, SAID),
    Story.LATER: (FOUND, FOUND, SAID),
}
"""By what a look there proves: all, presence only, nothing."""

SAMPLE = {(Kind.RECORD, Story.STORED), (Page.FACEBOOK, Story.MOVED)}


def cells() -> list[object]:
    """Return all cells, those outside the sample marked."""
    found = [(kind, story) for kind in KINDS for story in Story]
    return [
        pytest.param(*one, marks=() if one in SAMPLE else (pytest.mark.faults,), id="/".join(one))
        for one in found
    ]


@pytest.mark.parametrize(("kind", "story"), cells())
def test_a_story_ends_as_the_literal_says(
    kind: Kind | Page, story: Story, tmp_path: Path, lives: Lives
) -> None:
    column = [kind in one for one in (PROVES, SHOWS, TELLS_NOTHING)].index(True)
    cell, folder = Cell(kind, Point.NONE, Trouble.NONE), tmp_path / "campaign"
    with scene_of(cell, folder, until=BACKED_UP_AT) as scene:
        assert Play(scene, lives).play(story) == EXPECTED[story][column]


def test_no_literal_says_that_a_post_is_doubled_or_lost() -> None:
    ends = {end for row in EXPECTED.values() for end in row}
    assert max(one.posts for one in ends) == 1
    waits = {one.state for one in ends if one.posts == 0}
    assert waits == {"missed", "held"}, "a person is shown each of these"
    assert set(KINDS) == PROVES | SHOWS | TELLS_NOTHING
