"""When the clocks are compared anew: after an hour, after an alarm, and after one was set."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campaign.clock import SystemClock
from campaign.publishing.clockwatch import ClockWatch
from campaign.settings import Settings
from campaign.wiring import open_desk
from tests.campaign.office import MONDAY


class Machine:
    """A clock that can be set, and ticks that cannot."""

    def __init__(self) -> None:
        self.right = MONDAY
        self.ahead = timedelta()

    def now(self) -> datetime:
        return self.right + self.ahead

    def ticks(self) -> float:
        return (self.right - datetime(2027, 1, 1, tzinfo=UTC)).total_seconds()


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def watch(machine: Machine) -> ClockWatch:
    watch = ClockWatch(machine, machine.ticks)
    assert watch.needs_a_look()
    watch.saw(machine.now())
    return watch


@pytest.mark.parametrize(("minutes", "asks"), [(1, False), (60, False), (61, True)])
def test_one_comparison_holds_for_an_hour(
    watch: ClockWatch, machine: Machine, minutes: int, *, asks: bool
) -> None:
    machine.right += timedelta(minutes=minutes)
    assert watch.needs_a_look() is asks


@pytest.mark.parametrize(
    ("seconds", "asks"), [(60, False), (-60, False), (61, True), (-61, True), (1800, True)]
)
def test_a_clock_that_was_set_is_compared_at_once(
    watch: ClockWatch, machine: Machine, seconds: int, *, asks: bool
) -> None:
    machine.right += timedelta(minutes=20)
    machine.ahead += timedelta(seconds=seconds)
    assert watch.needs_a_look() is asks
    watch.saw(machine.right)
    assert (watch.alarm() is not None) is asks


def test_while_there_is_an_alarm_every_look_compares(watch: ClockWatch, machine: Machine) -> None:
    watch.saw(machine.now() + timedelta(minutes=5))
    assert watch.alarm() == (
        "this machine's clock is 300 seconds behind the networks'; "
        "nothing is sent until it is set right"
    )
    assert watch.needs_a_look()


def test_the_machines_own_clock_is_watched_by_ticks_that_nobody_sets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(folder=tmp_path, database_url=f"sqlite:///{tmp_path}/c.db")
    desk = open_desk(settings, clock=SystemClock())
    desk.watch.saw(desk.clock.now())
    assert not desk.watch.needs_a_look()
    set_forward = datetime.now(UTC) + timedelta(minutes=30)
    monkeypatch.setattr(SystemClock, "now", lambda _self: set_forward)
    assert desk.watch.needs_a_look()
    desk.close()
