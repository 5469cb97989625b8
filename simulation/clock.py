"""The machine's clock in a simulation: it steps from event to event, and somebody may set it."""

from datetime import datetime, timedelta

from campaign.clock import SteppedClock


class SetClock(SteppedClock):
    """A stepped clock that can be set wrong; the networks' own clocks are always right."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.ahead = timedelta()
        """By how much it is ahead of the right time."""

    def set_by(self, step: timedelta) -> None:
        """Set it forward or back without any time going by."""
        self._now += step
        self.ahead += step

    def right(self) -> datetime:
        """Return the right time."""
        return self._now - self.ahead

    def ticks(self) -> float:
        """Return seconds that nobody can set."""
        return self.right().timestamp()
