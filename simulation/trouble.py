"""What may go wrong in a simulation, and when: drawn from the seed, so that it can be replayed.

Between two steps of a process the process may die, stand still while the clock and everybody
else go on, or somebody may act. Networks refuse, drop and fail in their own ways besides.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random
from typing import Protocol

from rehearsal.server import Call, Fault
from simulation.disk import Step


class Crash(BaseException):
    """The process dies here, as by SIGKILL: nothing after this point is done."""


class Mishap(StrEnum):
    """What happens at a step."""

    CRASH = "crash"
    FREEZE = "freeze"
    """The process stands still; the other one and the people go on."""
    PAUSE = "pause"
    """The whole machine stands still: only the clock goes on."""
    ACT = "act"
    """Somebody changes something at this very moment."""


MISHAPS = (Mishap.CRASH, Mishap.FREEZE, Mishap.PAUSE, Mishap.ACT)
CALLS = (Step.BEFORE_CALL, Step.AFTER_CALL)

FREEZES = (1, 20, 65, 100, 200, 900, 2400)
"""Seconds; some are longer than a lease, a look-up's rest and a late limit."""

STEPS = (90, 1200, 3600, 7200)
"""Seconds by which a clock is set wrong; all of them more than publishing bears."""

FAULTS = (
    Fault.REFUSE,
    Fault.RATE_LIMIT,
    Fault.DROP_BEFORE_STORING,
    Fault.STORE_THEN_DROP,
    Fault.FAIL_BEFORE_STORING,
    Fault.STORE_THEN_FAIL,
    Fault.EXPIRED_TOKEN,
    Fault.HTML_ERROR,
    Fault.EMPTY_ERROR,
    Fault.ODD_JSON,
)
TARGETS = (Call.PUBLISH, Call.PUBLISH, Call.PUBLISH, Call.FIND, Call.MEDIA, Call.SIGN_IN)


class Troubles(Protocol):
    """Decides what happens at the steps of a process."""

    def at(self, step: Step) -> Mishap | None:
        """Return what happens at this step, mostly nothing."""
        ...

    def seconds(self) -> float:
        """Return for how long something stands still."""
        ...


@dataclass
class Trouble:
    """Draws the mishaps of one simulation, some way apart from each other."""

    chance: Random
    apart: int = 120
    """About how many steps lie between two mishaps; 0 for a calm simulation."""

    def __post_init__(self) -> None:
        self._left = self._draw()

    def at(self, step: Step) -> Mishap | None:
        """Return what happens at this step, mostly nothing."""
        if not self.apart:
            return None
        self._left -= 8 if step in CALLS else 1
        if self._left > 0:
            return None
        self._left = self._draw()
        mishap = self.chance.choice(MISHAPS)
        if step is Step.BEFORE_COMMIT:
            return Mishap.CRASH
        if step in CALLS and mishap is Mishap.ACT:
            return Mishap.FREEZE
        return mishap

    def seconds(self) -> float:
        """Return for how long something stands still, also between the last check and a call."""
        return self.chance.choice(FREEZES)

    def clock_step(self) -> timedelta:
        """Return by how much somebody sets the clock wrong."""
        return self.chance.choice((-1, 1)) * timedelta(seconds=self.chance.choice(STEPS))

    def fault(self) -> tuple[Call, Fault, int]:
        """Return what a network does wrong next, in which call, and how often."""
        return (
            self.chance.choice(TARGETS),
            self.chance.choice(FAULTS),
            self.chance.choice((1, 1, 2, 4)),
        )

    def _draw(self) -> int:
        return self.chance.randint(1, 2 * self.apart) if self.apart else 0
