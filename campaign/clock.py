"""The one source of time. Everything that asks for the hour is handed a clock."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the instant, always aware and in UTC."""

    def now(self) -> datetime:
        """Return the present instant."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)


class SteppedClock:
    """A clock that stands still until it is moved: for the demo, rehearsals and tests."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant it was last moved to."""
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Go forward to an instant; an earlier one is a mistake of the caller."""
        if instant < self._now:
            message = f"the clock stands at {self._now} and cannot go back to {instant}"
            raise ValueError(message)
        self._now = instant.astimezone(UTC)

    def advance(self, step: timedelta) -> None:
        """Go forward by a step."""
        self.move_to(self._now + step)
