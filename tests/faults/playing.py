"""Plays one cell of the matrix from the first life to the last, and says how it ended."""

import os
import signal
from datetime import timedelta

from tests.faults.cells import Cell, End, Point, Trouble
from tests.faults.gate import PATIENCE_S
from tests.faults.lives import Lives
from tests.faults.scene import TEXT, Scene, told_at

MOST_LIVES = 24
GIVES_UP_AFTER_S = "1"
"""The call time-out where an answer is late on purpose; elsewhere it is never the reason."""


def play(cell: Cell, scene: Scene, lives: Lives) -> End:
    """Kill the first life at the point, then start lives until nothing changes any more."""
    _first_life(cell, scene, lives)
    asked = 0
    for _ in range(MOST_LIVES):
        delivery = scene.delivery()
        if delivery.state == "published":
            break
        if delivery.state == "unknown" and delivery.not_before is None:
            scene.a_person_looks()
            asked += 1
        else:
            scene.clock.move_to(scene.next_life_at())
            _live(cell, scene, lives)
    _nothing_more_happens(cell, scene, lives)
    end = scene.delivery()
    posts = scene.stored()
    assert [text for text, _ in posts] == [TEXT] * len(posts)
    shown = [told_at(url) if end.evidence == "person" else url for _, url in posts]
    assert shown == [end.url] * len(posts)
    return End(len(posts), end.state, end.attempt, asked)


def _first_life(cell: Cell, scene: Scene, lives: Lives) -> None:
    life = lives.start(scene.wanted(cell.point, settings=_patience(cell, scene)))
    if cell.point is Point.UNDER_WAY:
        assert scene.gate.arrived.wait(PATIENCE_S), "the request never reached the network"
        os.kill(life.pid, signal.SIGKILL)
    expected = 0 if cell.point is Point.NONE else -signal.SIGKILL
    assert life.status() == expected, f"the point {cell.point} was not hit"
    scene.gate.release()


def _live(cell: Cell, scene: Scene, lives: Lives) -> None:
    assert lives.start(scene.wanted(settings=_patience(cell, scene))).status() == 0
    scene.gate.release()


def _nothing_more_happens(cell: Cell, scene: Scene, lives: Lives) -> None:
    before = scene.delivery()
    for wait in (timedelta(minutes=3), timedelta(hours=2)):
        scene.clock.advance(wait)
        _live(cell, scene, lives)
    assert scene.delivery() == before


def _patience(cell: Cell, scene: Scene) -> dict[str, str]:
    impatient = cell.trouble is Trouble.LATE and not scene.gate.publish_requests
    return {"CAMPAIGN_CALL_TIMEOUT": GIVES_UP_AFTER_S if impatient else str(int(PATIENCE_S))}
