"""What came of a crisis drill, and by what it is judged."""

from dataclasses import dataclass
from datetime import datetime, timedelta

PROMISED = timedelta(seconds=5)
"""How long after a stop a call may still leave: `campaign stop` says so."""
READ_FOR = timedelta(minutes=10)
"""How long the one who lifted it reads before deciding: nothing may leave by itself meanwhile."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """What became of one delivery that the stop held."""

    delivery: str
    wall_time: str
    """When it had been due."""
    decided: str
    """What the reviewer decided, in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Drill:
    """A drill that was held."""

    thrown_at: datetime
    thrown_by: str
    in_flight: bool
    """Whether a call was being made when the stop was thrown; it ends."""
    calls_after: int
    """Calls that left after that, because the last look at the stop was less than a second old."""
    last_call_s: float
    """Seconds from the stop to the start of the last call; 0 where none left after it."""
    refused: str
    """What the thrower was told who wanted to lift it."""
    lifted_at: datetime
    lifted_by: str
    held: tuple[Decided, ...]
    sent_by_lifting: int
    """Of what was held: how many had moved before anybody decided on them. Has to be none."""

    @property
    def in_time(self) -> bool:
        """Whether the last call left within the time that is promised."""
        return self.last_call_s <= PROMISED.total_seconds()

    @property
    def holds(self) -> bool:
        """Whether everything was as it is promised."""
        return self.in_time and self.sent_by_lifting == 0
