"""One seed, one campaign, one verdict."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from campaign.wiring import NETWORKS
from connectors.contract import Network, NetworkName
from simulation.checker import check, out_twice
from simulation.history import History, Violation, is_late
from simulation.world import RestlessError, World

APART = (0, 40, 120)
"""Steps between two mishaps; a third of the campaigns knows none."""

CLOCK_IS_SET = 0.2
"""How often somebody sets the clock wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What came of one seed."""

    seed: int
    violations: tuple[Violation, ...]
    states: Mapping[str, int]
    """How many deliveries came to rest in which state."""
    posts: int
    """How many posts the networks hold."""
    late: int = 0
    """How many of them left so long after the last check that others may have taken over."""
    twice: int = 0
    """How many deliveries are out twice, which only that window allows."""


def try_seed(seed: int, networks: Mapping[NetworkName, Network] = NETWORKS) -> Verdict:
    """Play one small campaign, with all its troubles, and check its history."""
    world = World(seed, apart=APART[seed % len(APART)], networks=networks)
    try:
        history = play(world)
    except RestlessError as error:
        restless = Violation(kind="lost", delivery="", why=str(error))
        return Verdict(seed=seed, violations=(restless,), states={}, posts=0)
    return Verdict(
        seed=seed,
        violations=tuple(check(history)),
        states=Counter(one.state for one in history.said),
        posts=len(history.stored),
        late=sum(is_late(one.asked_at, one.called_at) for one in history.stored),
        twice=out_twice(history),
    )


def play(world: World) -> History:
    """Let people plan, approve and change their minds, and networks fail, until all is quiet."""
    chance, ends_at = world.chance, world.team.ends_at
    world.people.apply()
    world.people.approve_most()
    span = ends_at - world.clock.now()
    for _ in range(chance.randint(0, 8)):
        world.at(world.clock.now() + span * chance.random(), world.act)
    for _ in range(chance.randint(0, 5)):
        world.at(world.clock.now() + span * chance.random(), world.go_wrong)
    if chance.random() < CLOCK_IS_SET:
        world.at(world.clock.now() + span * chance.random(), world.set_clock_wrong)
    world.at(world.clock.now() + span * chance.random(), world.collect)
    world.at(ends_at + timedelta(hours=1), world.people.lift_stops)
    return world.run_out()
