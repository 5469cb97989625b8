"""A machine's clock that is set back while publishing runs, and a disk that takes its time."""

import logging
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from campaign.clock import Clock
from campaign.publishing.hands import Hands
from campaign.settings import read_settings
from campaign.wiring import Desk, open_desk
from tests.campaign.office import DUE as OFFICE_DUE
from tests.campaign.office import ENTRY, POST, Office
from tests.faults.cells import Cell, Kind, Point, Trouble
from tests.faults.lives import ALL_NETWORKS
from tests.faults.scene import TEXT, Scene, scene_of

HOUR = timedelta(hours=1)


class MachineClock:
    """Differs from the right time by what somebody set it to."""

    def __init__(self, right: Clock) -> None:
        self._right = right
        self.ahead = timedelta()

    def now(self) -> datetime:
        """Return what the machine takes for the time."""
        return self._right.now() + self.ahead


class Running:
    """One process that goes on publishing while its clock is turned."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.clock = MachineClock(scene.clock)
        settings = read_settings(scene.folder, scene.environment)
        self.desk: Desk = open_desk(settings, clock=self.clock, networks=ALL_NETWORKS)
        self.hands = Hands(self.desk.rig("running"), 2)

    def ring(self, after: timedelta = timedelta()) -> Counter[str]:
        """Let the right time go on, then publish what the machine takes for due."""
        self.scene.clock.advance(after)
        return self.hands.run_until_idle()

    def close(self) -> None:
        """End it."""
        self.hands.close()
        self.desk.close()


def test_a_clock_set_back_an_hour_sends_nothing_twice_and_is_settled_when_it_is_right(
    tmp_path: Path,
) -> None:
    cell = Cell(Kind.RECORD, Point.NONE, Trouble.DROP_AFTER)
    with scene_of(cell, tmp_path / "campaign") as scene:
        running = Running(scene)
        assert running.ring() == {"unknown": 1}
        running.clock.ahead = -HOUR
        assert running.ring(timedelta(minutes=10)) == {}
        assert running.ring(timedelta(minutes=10)) == {}
        assert (scene.delivery().state, len(scene.stored())) == ("unknown", 1)
        running.clock.ahead = timedelta()
        assert running.ring() == {"published": 1}
        assert scene.delivery().attempt == 1
        assert len(scene.stored()) == 1
        running.close()


def test_a_clock_an_hour_behind_raises_the_alarm_and_the_post_goes_out_when_it_is_right(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cell = Cell(Kind.RECORD, Point.NONE, Trouble.NONE)
    with scene_of(cell, tmp_path / "campaign") as scene:
        running = Running(scene)
        running.clock.ahead = -HOUR
        with caplog.at_level(logging.ERROR):
            assert running.ring(HOUR) == {}
        assert "this machine's clock is 3600 seconds behind the networks'" in caplog.text
        assert (scene.delivery().state, scene.stored()) == ("planned", [])
        running.clock.ahead = timedelta()
        assert running.ring(timedelta(seconds=1)) == {"published": 1}
        assert [text for text, _url in scene.stored()] == [TEXT]
        running.close()


POSTS = 6
COMMIT_TAKES_S = 0.003


def test_two_workers_on_a_disk_that_takes_three_milliseconds_a_commit_send_each_post_once(
    office: Office,
) -> None:
    entries = ""
    for number in range(POSTS):
        office.write_post(f"post-{number}", POST.replace("Data", f"Number {number}: data"))
        entries += ENTRY.replace("law-helps", f"post-{number}")
    office.write_schedule(entries)
    office.apply()
    office.approve()
    office.clock.move_to(OFFICE_DUE)
    commits = publish_slowly([office.desk, office.open()])
    assert commits > POSTS  # a channel's posts follow each other, so at least one for each of them
    assert Counter(office.states().values()) == {"published": 3 * POSTS}
    for network in ("x", "mastodon", "bluesky"):
        texts = office.texts(network)
        assert len(texts) == len(set(texts)) == POSTS


def publish_slowly(desks: list[Desk]) -> int:
    """Let all desks publish at once on the slow disk; return how often it committed."""
    slept = []

    def sleep(_connection: object) -> None:
        time.sleep(COMMIT_TAKES_S)
        slept.append(1)

    for desk in desks:
        event.listen(desk.store.engine, "commit", sleep)
    hands = [Hands(desk.rig(f"worker-{place}"), 4) for place, desk in enumerate(desks)]
    threads = [threading.Thread(target=one.run_until_idle) for one in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in hands:
        one.close()
    for desk in desks[1:]:
        desk.close()
    return len(slept)
