"""Holds the machine's clock against the networks': publishing by a wrong clock is a broken promise.

Every answer of a network carries its own time. While the two differ by more than a minute
nothing is sent and an alarm is raised; what becomes too late meanwhile is missed, never sent.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from campaign.clock import Clock

TOLERANCE = timedelta(seconds=60)
TRUSTED_FOR = timedelta(hours=1)
"""How long one comparison holds; after that a network is asked before anything is sent."""


class ClockWatch:
    """The latest comparison of the machine's clock with any network's."""

    def __init__(self, clock: Clock, ticks: Callable[[], float] | None = None) -> None:
        """Watch a clock; `ticks` are seconds that nobody can set, by default the clock's own."""
        self._clock = clock
        self._ticks = ticks or (lambda: clock.now().timestamp())
        self._lock = threading.Lock()
        self._compared_at: datetime | None = None
        self._compared_tick = 0.0
        self._ahead = timedelta()
        self._times = 0

    def saw(self, date: datetime) -> None:
        """Take in what a network's clock shows, to the second."""
        now = self._clock.now()
        with self._lock:
            self._compared_at, self._ahead = now, now - date
            self._compared_tick = self._ticks()
            self._times += 1

    def needs_a_look(self) -> bool:
        """Whether the clocks were not compared lately, differed then, or one was set since."""
        with self._lock:
            at, tick = self._compared_at, self._compared_tick
        if at is None or self.alarm() is not None:
            return True
        passed = self._clock.now() - at
        was_set = abs(passed - timedelta(seconds=self._ticks() - tick)) > TOLERANCE
        return was_set or abs(passed) > TRUSTED_FOR

    @property
    def compared_at(self) -> datetime | None:
        """When the clocks were last compared, None before the first time."""
        with self._lock:
            return self._compared_at

    @property
    def times(self) -> int:
        """How often the clocks have been compared."""
        with self._lock:
            return self._times

    @property
    def ahead(self) -> timedelta | None:
        """By how much this machine's clock was ahead then; None before the first time."""
        with self._lock:
            return None if self._compared_at is None else self._ahead

    def alarm(self) -> str | None:
        """Say that the clocks differ too much to publish by, or None."""
        with self._lock:
            ahead = self._ahead
        if abs(ahead) <= TOLERANCE:
            return None
        seconds = round(abs(ahead).total_seconds())
        way = "ahead of" if ahead > timedelta() else "behind"
        return (
            f"this machine's clock is {seconds} seconds {way} the networks'; "
            f"nothing is sent until it is set right"
        )
