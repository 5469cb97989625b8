"""What goes wrong in a rehearsal when asked for: drawn from the seed, so that it can be replayed.

Networks refuse, limit, drop answers and answer in odd ways; now and then one is away for an hour,
and the program itself is killed in the middle of its work and started again.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from random import Random

from campaign.plan import PlannedDelivery
from rehearsal.server import Call, Fault
from simulation.disk import Step
from simulation.engine import Engine
from simulation.rehearse.script import Script
from simulation.trouble import FAULTS, TARGETS, Mishap

OUTAGE = timedelta(hours=1)
BEFORE_DUE = (timedelta(), timedelta(minutes=5), timedelta(minutes=40), timedelta(minutes=55))
"""How long before a post is due its network goes away."""

KILLED_AT = (Step.BEFORE_COMMIT, Step.AFTER_COMMIT, Step.BEFORE_CALL, Step.AFTER_CALL)


Act = Callable[[], None]


class Level(StrEnum):
    """How much goes wrong."""

    NONE = "none"
    SOME = "some"
    MANY = "many"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """How often something goes wrong in a week."""

    faults: float
    late_answers: float
    outages: float
    kills: float


RATES = {
    Level.NONE: Rate(faults=0, late_answers=0, outages=0, kills=0),
    Level.SOME: Rate(faults=1, late_answers=0.25, outages=0.2, kills=0.25),
    Level.MANY: Rate(faults=8, late_answers=2, outages=1, kills=3),
}


@dataclass
class Killer:
    """Kills the running process at the next step of a kind, once it is told to."""

    _armed: Step | None = None

    def arm(self, step: Step) -> None:
        """Let the process die where it next takes such a step."""
        self._armed = step

    def at(self, step: Step) -> Mishap | None:
        """Return what happens at this step."""
        if step is not self._armed:
            return None
        self._armed = None
        return Mishap.CRASH

    def seconds(self) -> float:
        """Return 0: nothing stands still in a rehearsal."""
        return 0.0


@dataclass
class Ordered:
    """What was ordered, for the result to name."""

    outages: Counter[str] = field(default_factory=Counter)
    """By network: how often it went away for an hour."""
    late_answers: Counter[str] = field(default_factory=Counter)


def order_troubles(
    script: Script, engine: Engine, killer: Killer, level: Level, chance: Random
) -> Ordered:
    """Draw all troubles of a rehearsal and put them where they will happen."""
    rate, weeks, ordered = RATES[level], len(script.weeks), Ordered()
    if not script.connected:
        return ordered
    for _ in range(_number(rate.faults, weeks)):
        one, call = chance.choice(script.connected), chance.choice(TARGETS)
        fault, times = chance.choice(FAULTS), chance.choice((1, 1, 2))
        engine.at(one.due_at, _spoil(engine, one, (call, fault, times)))
    for _ in range(_number(rate.late_answers, weeks)):
        one = chance.choice(script.connected)
        ordered.late_answers[one.network] += 1
        engine.at(one.due_at, _delay(engine, one))
    for _ in range(_number(rate.outages, weeks)):
        one = chance.choice(script.connected)
        ordered.outages[one.network] += 1
        begins_at = max(one.due_at - chance.choice(BEFORE_DUE), script.starts_at)
        engine.at(begins_at, _go_away(engine, one))
    for _ in range(_number(rate.kills, weeks)):
        one, step = chance.choice(script.connected), chance.choice(KILLED_AT)
        engine.at(one.due_at, _kill(killer, step))
    return ordered


def _number(a_week: float, weeks: int) -> int:
    """Return how many in all: at least one of each kind where there are any."""
    return max(1, round(a_week * weeks)) if a_week else 0


def _spoil(engine: Engine, one: PlannedDelivery, what: tuple[Call, Fault, int]) -> Act:
    call, fault, times = what
    return lambda: engine.rehearsal.inject(one.network, fault, on=call, times=times)


def _delay(engine: Engine, one: PlannedDelivery) -> Act:
    return lambda: engine.answer_too_late(one.network)


def _go_away(engine: Engine, one: PlannedDelivery) -> Act:
    return lambda: engine.away(one.network, OUTAGE)


def _kill(killer: Killer, step: Step) -> Act:
    return lambda: killer.arm(step)
