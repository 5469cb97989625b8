"""Who plays in a crisis drill, and when it is held."""

from datetime import datetime, timedelta
from random import Random

from campaign.access.people import Person, person_in
from campaign.access.rights import Action, can
from simulation.rehearse.script import Script

STANDS = timedelta(minutes=45)
"""How long the stop of a drill stands."""
AT_LATEST = timedelta(minutes=1)
"""After this the stop is thrown although no call is in flight."""


def two_people(script: Script) -> tuple[Person, Person]:
    """Return who throws the stop and who lifts it; stand-ins where the schedule names no such."""
    known = [person_in(script.schedule, name) for name in script.schedule.people]
    people = [one for one in known if one is not None]
    lifters = [one for one in people if can(one, Action.LIFT_STOP)]
    throwers = [one for one in people if can(one, Action.STOP) and one not in lifters[-1:]]
    first = throwers[0] if throwers else _stand_in("somebody")
    return first, lifters[-1] if lifters else _stand_in("somebody else")


def draw_moment(script: Script, chance: Random) -> datetime | None:
    """Draw a moment at which a post is due and others are, too; else one shortly before a post.

    So there is something to hold. None where nothing goes out by itself.
    """
    times = sorted(one.due_at for one in script.connected)
    busy = [one for one in times if sum(one <= other <= one + STANDS for other in times) > 1]
    if busy:
        return chance.choice(busy)
    return chance.choice(times) - 2 * AT_LATEST if times else None


def _stand_in(name: str) -> Person:
    return Person(id=name, name=name, roles=frozenset())
