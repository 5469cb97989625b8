"""Two clocks and several workers on one database, killed and started again at random.

Real processes, real SIGKILL, real HTTP, the machine's own clock. What the networks hold in the
end is compared with what the rows say: every post once.
"""

import random
import time
from collections import Counter
from datetime import timedelta

import pytest

from tests.crowd.stage import CHANNELS, PROVABLE, Stage
from tests.postgres import Server

LONGEST_WAIT_S = 120.0


def everything_went_out_once(stage: Stage, posts: int) -> None:
    wanted = Counter({f"Post {number}.": 1 for number in range(posts)})
    states = stage.states()
    for channel in PROVABLE:
        assert stage.texts(channel) == wanted
        assert states[channel, "published"] == posts
    # X can prove that a post is out and never that it is not: some may wait for a person.
    for channel in set(CHANNELS) - set(PROVABLE):
        found = stage.texts(channel)
        assert found <= wanted
        assert states[channel, "published"] + states[channel, "unknown"] == posts
        assert states[channel, "published"] <= found.total()


def test_two_clocks_and_three_workers_killed_at_random_send_each_post_once(
    stage: Stage, postgres: Server
) -> None:
    posts, chance = 40, random.Random(3)
    stage.plan(posts, timedelta(seconds=15))
    stage.start_all(clocks=2, workers=3)
    stage.wait_until_ready()
    for deaths in (3, 6):
        while stage.deaths < deaths:
            time.sleep(chance.uniform(0.5, 1.5))
            stage.kill_one(chance)
        if deaths == 3:
            postgres.stop()
            time.sleep(0.5)
            postgres.start()
    stage.wait_until_settled(LONGEST_WAIT_S)
    stage.wait_until_ready()
    codes = stage.stop_all()
    everything_went_out_once(stage, posts)
    assert set(codes.values()) == {0}, codes


@pytest.mark.crowd
def test_two_clocks_and_eight_workers_killed_for_minutes_send_each_post_once(
    stage: Stage, postgres: Server
) -> None:
    posts, minutes, chance = 800, 4, random.Random(8)
    stage.plan(posts, timedelta(minutes=minutes))
    stage.start_all(clocks=2, workers=8)
    stage.wait_until_ready()
    end = time.monotonic() + minutes * 60
    restarts = [end - 150, end - 60]
    while time.monotonic() < end:
        time.sleep(chance.uniform(0.5, 3.0))
        stage.kill_one(chance)
        if restarts and time.monotonic() > restarts[0]:
            restarts.pop(0)
            postgres.stop()
            time.sleep(chance.uniform(0.5, 3.0))
            postgres.start()
    assert stage.deaths > 30
    stage.wait_until_settled(LONGEST_WAIT_S)
    stage.wait_until_ready()
    codes = stage.stop_all()
    everything_went_out_once(stage, posts)
    assert set(codes.values()) == {0}, codes
