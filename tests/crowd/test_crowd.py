"""Two clocks and several workers on one database, killed and started again at random.

Real processes, real SIGKILL, real HTTP, the machine's own clock. What the networks hold in the
end is compared with what the rows say: every post once.
"""

import os
import random
import time
from datetime import timedelta

import pytest

from tests.crowd.stage import Stage
from tests.crowd.verdict import faults
from tests.postgres import Server

LONGEST_WAIT_S = 120.0
MINUTES = float(os.environ.get("CROWD_MINUTES", "3"))
POSTS = int(os.environ.get("CROWD_POSTS", "60"))
"""`make crowd` asks for 1,000 of them, which are 20,000 deliveries, in ten minutes."""

MANY = {"bluesky": 5, "mastodon": 73, "x": 5}
"""Few on Bluesky: a server there takes 3,000 posts in five minutes from one address, all accounts
together, and what finds no room waits for the next five."""


def everything_went_out_once(stage: Stage) -> None:
    states = stage.states()
    for channel, wanted in stage.wanted.items():
        found = stage.texts(channel)
        if channel in stage.provable:
            assert found == wanted
            assert states[channel, "published"] == wanted.total()
        else:  # some may wait for a person
            assert found <= wanted
            assert states[channel, "published"] + states[channel, "unknown"] == wanted.total()
    assert faults(stage) == []


def torment(stage: Stage, postgres: Server, seconds: float, chance: random.Random) -> None:
    """Kill for so long, and restart the server twice in the meantime."""
    start = time.monotonic()
    restarts = [start + seconds * 0.4, start + seconds * 0.8]
    while time.monotonic() < start + seconds:
        time.sleep(chance.uniform(0.5, 3.0))
        stage.crew.kill_one(chance)
        if restarts and time.monotonic() > restarts[0]:
            restarts.pop(0)
            postgres.stop()
            time.sleep(chance.uniform(0.5, 3.0))
            postgres.start()


@pytest.mark.crowd
def test_two_clocks_and_three_workers_killed_at_random_send_each_post_once(
    stage: Stage, postgres: Server
) -> None:
    posts, chance = 40, random.Random(3)
    stage.plan(posts, timedelta(seconds=15))
    stage.crew.start_all(clocks=2, workers=3)
    for deaths in (3, 6):
        while stage.crew.deaths < deaths:
            time.sleep(chance.uniform(0.5, 1.5))
            stage.crew.kill_one(chance)
        if deaths == 3:
            postgres.stop()
            time.sleep(0.5)
            postgres.start()
    stage.wait_until_settled(LONGEST_WAIT_S, stage.crew.start_again)
    stage.crew.wait_until_ready()  # told to stop before it listens, a process ends by the signal
    codes = stage.crew.stop_all()
    everything_went_out_once(stage)
    assert set(codes.values()) == {0}, codes


@pytest.mark.crowd
@pytest.mark.parametrize("stage", [MANY], indirect=True)
def test_two_clocks_and_eight_workers_killed_for_minutes_send_each_post_once(
    stage: Stage, postgres: Server
) -> None:
    stage.plan(POSTS, timedelta(minutes=MINUTES))
    stage.crew.start_all(clocks=2, workers=8)
    torment(stage, postgres, MINUTES * 60, random.Random(8))
    stage.wait_until_settled(LONGEST_WAIT_S + MINUTES * 60, stage.crew.start_again)
    stage.crew.wait_until_ready()  # told to stop before it listens, a process ends by the signal
    codes = stage.crew.stop_all()
    everything_went_out_once(stage)
    assert set(codes.values()) == {0}, codes
    assert stage.crew.deaths > MINUTES * 4
