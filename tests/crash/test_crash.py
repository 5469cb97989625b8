"""Real processes, real SIGKILL, real HTTP: what is left after a crash at each of the four points.

The expected end of every cell is a literal. Nothing is doubled and nothing untrue is said; where
a network can prove what happened, nobody has to be asked.
"""

import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from campaign.cli.on_settling import settle
from campaign.clock import SteppedClock
from campaign.models import Delivery
from rehearsal.server import Call, Fault, Rehearsal
from tests.crash.driver import NOWHERE
from tests.crash.scene import DUE, TEXT, Scene, make_scene
from tests.postgres import Server

PATIENCE_S = 60.0

# (network, point): (posts on the network, state, attempts) once nothing changes any more
EXPECTED = {
    ("x", "before-attempt"): (1, "published", 1),
    ("x", "after-attempt"): (0, "unknown", 1),
    ("x", "after-stored"): (1, "published", 1),
    ("x", "before-outcome"): (1, "published", 1),
    ("mastodon", "before-attempt"): (1, "published", 1),
    ("mastodon", "after-attempt"): (1, "published", 2),
    ("mastodon", "after-stored"): (1, "published", 1),
    ("mastodon", "before-outcome"): (1, "published", 1),
    ("bluesky", "before-attempt"): (1, "published", 1),
    ("bluesky", "after-attempt"): (1, "published", 2),
    ("bluesky", "after-stored"): (1, "published", 1),
    ("bluesky", "before-outcome"): (1, "published", 1),
    ("linkedin", "before-attempt"): (1, "published", 1),
    ("linkedin", "after-attempt"): (0, "unknown", 1),
    ("linkedin", "after-stored"): (1, "published", 1),
    ("linkedin", "before-outcome"): (1, "published", 1),
    ("facebook", "before-attempt"): (1, "published", 1),
    ("facebook", "after-attempt"): (1, "published", 2),
    ("facebook", "after-stored"): (1, "published", 1),
    ("facebook", "before-outcome"): (1, "published", 1),
    ("threads", "before-attempt"): (1, "published", 1),
    ("threads", "after-attempt"): (1, "published", 2),
    ("threads", "after-stored"): (1, "published", 1),
    ("threads", "before-outcome"): (1, "published", 1),
}
REST = {"threads": 271}
"""Seconds after the lease until an unknown outcome has rested, where that is longer than usual."""
LEFT_BY_DEATH = {
    "before-attempt": (0, "planned"),
    "after-attempt": (0, "sending"),
    "after-stored": (1, "sending"),
    "before-outcome": (1, "sending"),
}


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(DUE - timedelta(hours=1))


@pytest.fixture
def rehearsal(clock: SteppedClock) -> Iterator[Rehearsal]:
    with Rehearsal(now=clock.now) as networks:
        yield networks
        assert networks.pending_faults() == []


@pytest.mark.parametrize(("network", "point"), EXPECTED)
def test_a_crash_neither_doubles_nor_loses_a_post(
    rehearsal: Rehearsal, clock: SteppedClock, tmp_path: Path, network: str, point: str
) -> None:
    scene = make_scene(rehearsal, tmp_path, network, clock)
    it_ends_as_expected(rehearsal, scene, network, point)


@pytest.mark.parametrize("point", LEFT_BY_DEATH)
def test_a_crash_on_postgresql_ends_as_on_sqlite(
    rehearsal: Rehearsal, clock: SteppedClock, tmp_path: Path, postgres: Server, point: str
) -> None:
    url = postgres.new_database()
    scene = make_scene(rehearsal, tmp_path, "mastodon", clock, database=url)
    it_ends_as_expected(rehearsal, scene, "mastodon", point)


def it_ends_as_expected(rehearsal: Rehearsal, scene: Scene, network: str, point: str) -> None:
    """Kill the program at a point, start it again until nothing changes, and count."""
    kill(rehearsal, scene, network, point)
    left = scene.delivery()
    assert (len(rehearsal.posts(network)), left.state) == LEFT_BY_DEATH[point]

    end = lives_after(scene, rest=REST.get(network, 31))
    posts, state, attempts = EXPECTED[network, point]
    stored = rehearsal.posts(network)
    assert (len(stored), end.state, end.attempt) == (posts, state, attempts)
    assert [one.url for one in stored] == [end.url] * posts
    assert [one.text for one in stored] == [TEXT] * posts


def test_what_x_cannot_prove_a_person_settles_and_it_goes_out_once(
    rehearsal: Rehearsal, clock: SteppedClock, tmp_path: Path
) -> None:
    scene = make_scene(rehearsal, tmp_path, "x", clock)
    kill(rehearsal, scene, "x", "after-attempt")
    assert lives_after(scene).state == "unknown"
    settle(scene.place(), scene.delivery_id, None, "ben", not_published=True)
    end = lives_after(scene)
    assert (end.state, end.attempt) == ("published", 2)
    assert [one.text for one in rehearsal.posts("x")] == [TEXT]


def kill(rehearsal: Rehearsal, scene: Scene, network: str, point: str) -> None:
    """Start the program and see it die at the point."""
    if point == "after-stored":
        rehearsal.inject(network, Fault.SLOW, on=Call.PUBLISH, seconds=PATIENCE_S)
        process = scene.start(NOWHERE)
        deadline = time.monotonic() + PATIENCE_S
        while not rehearsal.posts(network):
            assert process.poll() is None, "it ended before the network stored anything"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.kill()
    else:
        process = scene.start(point)
    assert process.wait(PATIENCE_S) == -signal.SIGKILL


def lives_after(scene: Scene, *, rest: int = 31) -> Delivery:
    """Start it again at once, once its lease is over, and once the network has settled."""
    for seconds in (1, 90, rest, 1):
        scene.clock.advance(timedelta(seconds=seconds))
        assert scene.start(NOWHERE).wait(PATIENCE_S) == 0
    return scene.delivery()
