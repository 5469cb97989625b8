"""The jobs of `campaign run`, at moments that a whole process cannot be made to meet."""

import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from apscheduler.schedulers.base import STATE_STOPPED

from campaign.audit.chain import verify
from campaign.cli.on_running import Clockwork
from campaign.cli.place import Place
from campaign.cli.session import open_session
from campaign.clock import SteppedClock
from campaign.store.deeds import note_deeds
from campaign.store.deliveries import Change
from tests.campaign.cli.running import PATIENCE_S, Scene, next_second


class SlowBell:
    """Rings for as long as it takes until the scheduler has been told to end."""

    def __init__(self, told: threading.Event) -> None:
        self.told = told
        self.clockwork: Clockwork | None = None

    def ring(self) -> None:
        """Have the process told to end, and go on when the scheduler knows."""
        self.told.set()
        deadline = time.monotonic() + PATIENCE_S
        while self.clockwork is None or self.clockwork._scheduler.state != STATE_STOPPED:
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def take_results(self) -> Counter[str]:
        """Say that nothing was sent."""
        return Counter()

    def close(self) -> None:
        """Nothing is in flight."""


def test_told_to_stop_while_it_sets_the_next_ring_it_ends(
    scene: Scene, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    due_at = next_second(60)
    scene.plan(due_at)
    clock = SteppedClock(due_at - timedelta(milliseconds=500))
    place = Place(folder=tmp_path, clock=clock, environment=scene.environment)
    told = threading.Event()
    with open_session(place) as session:
        bell = SlowBell(told)
        bell.clockwork = Clockwork(session, bell)
        running = threading.Thread(target=bell.clockwork.run_until, args=(told.wait,), daemon=True)
        running.start()
        running.join(PATIENCE_S)
        assert not running.is_alive(), "it waits for a job that waits for it"
    assert "Traceback" not in caplog.text


def test_everything_that_is_behind_is_sealed_though_only_a_little_at_a_time(
    scene: Scene, tmp_path: Path
) -> None:
    scene.plan(next_second(60))
    change = Change(who="ama", at=next_second(0), why="a drill")
    with open_session(Place(folder=tmp_path, environment=scene.environment)) as session:
        with session.desk.store.write() as connection:
            note_deeds(connection, change, "tried", map(str, range(1_200)))
        Clockwork(session, SlowBell(threading.Event()))._seal()
        with session.desk.store.read() as connection:
            found = verify(connection)
    assert (found.lines >= 1_200, found.unsealed, found.broken) == (True, 0, None)
