"""An edit of a live post whose process is killed at each point, or whose request is lost.

In the end the post has the new words, is the same post, and the record has both wordings.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from campaign.decisions.correcting import approve_correction, ask_correction, with_text
from campaign.store.corrections import corrections_of
from campaign.store.database import open_store
from campaign.store.deliveries import Change
from campaign.store.payloads import load_payload
from connectors.contract import NetworkName
from tests.faults.cells import Cell, Kind, Page, Point, Trouble
from tests.faults.gate import PATIENCE_S
from tests.faults.lives import Lives
from tests.faults.sample import sampled
from tests.faults.scene import DELIVERY, TEXT, Scene, scene_of

RIGHT = "The law helps you share information to protect a child."
ROLES = {"ama": ["author"], "ben": ["approver"]}
MOST_LIVES = 6
EDITS = {
    Kind.KEY: lambda method, path: method == "PUT" and path.startswith("/api/v1/statuses/"),
    Page.LINKEDIN: lambda method, path: method == "POST" and path.startswith("/rest/posts/"),
}
CELLS = [
    *((Page.LINKEDIN, point, Trouble.NONE) for point in (Point.AFTER_CLAIM, Point.AFTER_ANSWER)),
    *(
        (Kind.KEY, point, Trouble.NONE)
        for point in (Point.AFTER_CLAIM, Point.UNDER_WAY, Point.AFTER_ANSWER, Point.BEFORE_OUTCOME)
    ),
    (Kind.KEY, Point.NONE, Trouble.DROP_AFTER),
    (Kind.KEY, Point.NONE, Trouble.FAIL_BEFORE),
]
ALWAYS = [CELLS[1], (Kind.KEY, Point.NONE, Trouble.DROP_AFTER)]


@pytest.mark.parametrize(("kind", "point", "trouble"), sampled(CELLS, ALWAYS))
def test_whatever_is_killed_or_lost_an_approved_correction_is_made_in_the_end(
    kind: Kind | Page, point: Point, trouble: Trouble, tmp_path: Path, lives: Lives
) -> None:
    with scene_of(
        Cell(kind, point, trouble), tmp_path / "campaign", troubled=_edits(kind)
    ) as scene:
        assert lives.start(scene.wanted()).status() == 0
        ((_, url),) = scene.stored()
        _ask(scene)
        _first_life(scene, point, lives)
        for _ in range(MOST_LIVES):
            if _wordings(scene)[2] == "done":
                break
            scene.clock.move_to(scene.next_life_at())
            assert lives.start(scene.wanted()).status() == 0
        assert scene.stored() == [(RIGHT, url)]
        assert _wordings(scene) == (TEXT, RIGHT, "done")
        assert (scene.delivery().state, scene.delivery().attempt) == ("published", 1)
    assert "Traceback" not in scene.said()


def _first_life(scene: Scene, point: Point, lives: Lives) -> None:
    life = lives.start(scene.wanted(point))
    if point is Point.UNDER_WAY:
        assert scene.gate.arrived.wait(PATIENCE_S), "the edit never reached the network"
        os.kill(life.pid, signal.SIGKILL)
    expected = 0 if point is Point.NONE else -signal.SIGKILL
    assert life.status() == expected, f"the point {point} was not hit"
    scene.gate.release()


def _ask(scene: Scene) -> None:
    """Let Ama ask for it and Ben say yes; nobody makes it yet."""
    store, now = open_store(scene.database), scene.clock.now()
    network = scene.account.networks[NetworkName(scene.account.network)]
    with store.write() as connection:
        before = load_payload(connection, scene.delivery().content_hash)
        wanted = with_text(before, RIGHT)
        asked = Change(who="ama", at=now, why="the wrong law")
        ask_correction(connection, DELIVERY, wanted, asked, network)
        yes = Change(who="ben", at=now, why="approved")
        approve_correction(connection, DELIVERY, yes, ROLES, speaks_for="")
    store.close()


def _wordings(scene: Scene) -> tuple[str, str, str]:
    store = open_store(scene.database)
    with store.read() as connection:
        (kept,) = corrections_of(connection, DELIVERY)
        before = load_payload(connection, kept.before_hash).text
        after = load_payload(connection, kept.content_hash).text
    store.close()
    return before, after, kept.stage


def _edits(kind: Kind | Page) -> Callable[[str, str], bool]:
    return lambda method, address: EDITS[kind](method, urlsplit(address).path)
