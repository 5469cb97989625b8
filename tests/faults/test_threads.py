"""A crash between two parts of a thread and inside one: nothing doubled, nothing lost, in order."""

import signal
from datetime import timedelta
from pathlib import Path

import pytest

from campaign.cli.on_settling import settle
from campaign.models import Delivery
from tests.faults.cells import Cell, Kind, Point, Trouble
from tests.faults.lives import Lives
from tests.faults.scene import Scene, scene_of

TEXTS = ["1. The law helps you share.", "2. It lets you act at once.", "3. Ask afterwards."]
KINDS = (Kind.LOOK_UP, Kind.KEY, Kind.RECORD)
"""X, Mastodon, Bluesky."""
WHERE = (
    (1, Point.AFTER_OUTCOME),
    (2, Point.BEFORE_CLAIM),
    (2, Point.AFTER_CLAIM),
    (2, Point.AFTER_PREPARE),
    (2, Point.AFTER_ANSWER),
    (2, Point.BEFORE_OUTCOME),
)
"""After the first part is written down, before the second is claimed, and around its one call.

Before the claim of the second is also before the outcome of the first, which is written with it.
"""
ALWAYS = ((1, Point.AFTER_OUTCOME), (2, Point.AFTER_ANSWER))
"""Played with all other tests; the rest by `make test-faults`."""
MOST_LIVES = 12


def _where() -> list[object]:
    marks = [() if one in ALWAYS else (pytest.mark.faults,) for one in WHERE]
    return [pytest.param(*one, marks=mark) for one, mark in zip(WHERE, marks, strict=True)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("part", "point"), _where())
def test_a_killed_thread_goes_on_where_it_stopped(
    kind: Kind, part: int, point: Point, tmp_path: Path, lives: Lives
) -> None:
    cell = Cell(kind, point, Trouble.NONE)
    text = "\n### next part\n".join(TEXTS)
    with scene_of(cell, tmp_path / "campaign", text=text) as scene:
        assert lives.start(scene.wanted(point, part=part)).status() == -signal.SIGKILL
        assert len(scene.posts()) <= 2
        asked = _live_on(scene, lives)
        posts, deliveries = scene.posts(), scene.deliveries()
        ids = [one.remote_id for one in posts]
        assert [one.text for one in posts] == TEXTS
        assert [one.answers for one in posts] == [None, *ids[:2]]
        assert [(one.remote_id, one.state) for one in deliveries] == [
            (one, "published") for one in ids
        ]
        assert [one.attempt for one in deliveries][::2] == [1, 1]
        assert asked == _asks_a_person(kind, point)
    assert "Traceback" not in scene.said()


def _asks_a_person(kind: Kind, point: Point) -> int:
    """Only X cannot tell that a post is not there, and only where none was sent is there none."""
    return int(kind is Kind.LOOK_UP and point in (Point.AFTER_CLAIM, Point.AFTER_PREPARE))


def _live_on(scene: Scene, lives: Lives) -> int:
    """Start lives until every part is out and nothing more happens; return who had to look."""
    asked = 0
    for _ in range(MOST_LIVES):
        waiting = [one for one in scene.deliveries() if one.state != "published"]
        if not waiting:
            break
        unclear = [one for one in waiting if one.state == "unknown" and one.not_before is None]
        if unclear:
            _a_person_looks(scene, unclear[0])
            asked += 1
            continue
        scene.clock.move_to(scene.next_life_at())
        assert lives.start(scene.wanted()).status() == 0
    scene.clock.advance(timedelta(hours=2))
    assert lives.start(scene.wanted()).status() == 0
    return asked


def _a_person_looks(scene: Scene, delivery: Delivery) -> None:
    number = scene.deliveries().index(delivery)
    seen = [one.url for one in scene.posts() if one.text == TEXTS[number]]
    url = seen[0] if seen else None
    settle(scene.place(), delivery.id, url, "ben", not_published=url is None)
