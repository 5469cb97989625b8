"""A takedown whose process is killed at each point, or whose request is lost: real SIGKILLs.

In the end the post is gone, the record says so, and nothing is posted again.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from campaign.cli.on_withdrawing import Word, withdraw
from campaign.models_changes import Withdrawal
from campaign.store.database import open_store
from campaign.store.deliveries import Change
from campaign.store.withdrawals import get_withdrawal, write_withdrawal
from tests.faults.cells import Cell, Kind, Page, Point, Trouble
from tests.faults.gate import PATIENCE_S
from tests.faults.lives import Lives
from tests.faults.sample import sampled
from tests.faults.scene import DELIVERY, Scene, scene_of

MOST_LIVES = 6
ADDRESSES = {
    Kind.KEY: ("DELETE", "/api/v1/statuses/"),
    Kind.RECORD: ("POST", "/xrpc/com.atproto.repo.deleteRecord"),
    Kind.LOOK_UP: ("DELETE", "/2/tweets/"),
    Page.LINKEDIN: ("DELETE", "/rest/posts/"),
    Page.FACEBOOK: ("DELETE", "/v26.0/"),
    Page.THREADS: ("DELETE", "/v1.0/"),
}
CRASHES = (
    Point.AFTER_CLAIM,
    Point.UNDER_WAY,
    Point.AFTER_ANSWER,
    Point.BEFORE_OUTCOME,
    Point.AFTER_OUTCOME,
)
LOSSES = (Trouble.DROP_BEFORE, Trouble.DROP_AFTER, Trouble.FAIL_AFTER, Trouble.RATE_LIMIT)
EVERYWHERE = [(kind, Point.AFTER_ANSWER, Trouble.NONE) for kind in ADDRESSES]
ON_X = [
    *((Kind.LOOK_UP, point, Trouble.NONE) for point in CRASHES if point is not Point.AFTER_ANSWER),
    *((Kind.LOOK_UP, Point.NONE, trouble) for trouble in LOSSES),
]
ALWAYS = [EVERYWHERE[0], EVERYWHERE[3], (Kind.LOOK_UP, Point.NONE, Trouble.DROP_AFTER)]


@pytest.mark.parametrize(("kind", "point", "trouble"), sampled([*EVERYWHERE, *ON_X], ALWAYS))
def test_whatever_is_killed_or_lost_a_withdrawn_post_is_gone_in_the_end(
    kind: Kind | Page, point: Point, trouble: Trouble, tmp_path: Path, lives: Lives
) -> None:
    cell = Cell(kind, point, trouble)
    with scene_of(cell, tmp_path / "campaign", troubled=_deletes(kind)) as scene:
        assert lives.start(scene.wanted()).status() == 0
        assert scene.delivery().state == "published"
        _ask(scene)
        _first_life(scene, point, lives)
        for _ in range(MOST_LIVES):
            if scene.delivery().state == "withdrawn":
                break
            scene.clock.move_to(scene.next_life_at())
            assert lives.start(scene.wanted()).status() == 0
        assert (scene.delivery().state, scene.stored()) == ("withdrawn", [])
        assert _said(scene).stage == "done"
        assert scene.gate.publish_requests >= 1
        scene.clock.move_to(scene.clock.now().replace(hour=20))
        assert lives.start(scene.wanted()).status() == 0
        assert (scene.delivery().attempt, scene.stored()) == (1, [])
    assert "Traceback" not in scene.said()


def test_a_command_that_is_killed_after_its_word_is_carried_out_by_the_next_process(
    tmp_path: Path, lives: Lives
) -> None:
    cell = Cell(Kind.KEY, Point.NONE, Trouble.NONE)
    with scene_of(cell, tmp_path / "campaign") as scene:
        assert lives.start(scene.wanted()).status() == 0
        _ask(scene)  # and nothing more: the command's process is gone
        assert lives.start(scene.wanted()).status() == 0
        assert (scene.delivery().state, scene.stored()) == ("withdrawn", [])


def test_the_command_takes_down_by_itself(tmp_path: Path, lives: Lives) -> None:
    cell = Cell(Kind.KEY, Point.NONE, Trouble.NONE)
    with scene_of(cell, tmp_path / "campaign") as scene:
        assert lives.start(scene.wanted()).status() == 0
        withdraw(scene.place(), Word(deliveries=[DELIVERY], reason="a wrong number", person="ben"))
        assert (scene.delivery().state, scene.stored()) == ("withdrawn", [])


def _first_life(scene: Scene, point: Point, lives: Lives) -> None:
    life = lives.start(scene.wanted(point))
    if point is Point.UNDER_WAY:
        assert scene.gate.arrived.wait(PATIENCE_S), "the deletion never reached the network"
        os.kill(life.pid, signal.SIGKILL)
    expected = 0 if point is Point.NONE else -signal.SIGKILL
    assert life.status() == expected, f"the point {point} was not hit"
    scene.gate.release()


def _ask(scene: Scene) -> None:
    store = open_store(scene.database)
    with store.write() as connection:
        change = Change(who="ben", at=scene.clock.now(), why="a wrong number")
        write_withdrawal(connection, DELIVERY, change)
    store.close()


def _said(scene: Scene) -> Withdrawal:
    store = open_store(scene.database)
    with store.read() as connection:
        found = get_withdrawal(connection, DELIVERY)
    store.close()
    assert found is not None
    return found


def _deletes(kind: Kind | Page) -> Callable[[str, str], bool]:
    method, path = ADDRESSES[kind]
    return lambda verb, address: verb == method and urlsplit(address).path.startswith(path)
