"""One small campaign: from its first plan until nothing changes any more.

People plan, decide and change their minds, by the very functions that the commands call, in the
engine that plays them. Everything that is drawn comes from the seed.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random

from campaign.wiring import NETWORKS
from connectors.contract import Network, NetworkName
from simulation.campaigns import SEATS, draw_team
from simulation.cast import Cast
from simulation.engine import Engine
from simulation.history import History
from simulation.people import People
from simulation.trouble import Trouble

USED = tuple(dict.fromkeys(seat.network for seat in SEATS.values()))
"""Networks that the simulated campaigns post to."""

MOST_ROUNDS = 3000
"""A small campaign comes to rest in far fewer; going on for ever is a fault as well."""


class RestlessError(Exception):
    """A campaign that does not come to rest."""


class World(Engine):
    """The whole system, and everybody around it."""

    def __init__(
        self,
        seed: int,
        *,
        apart: int = 0,
        networks: Mapping[NetworkName, Network] = NETWORKS,
    ) -> None:
        chance = Random(seed)  # noqa: S311 - to be drawn again from the same seed
        self.team = draw_team(chance)
        self.mishaps = Trouble(chance, apart=apart)
        super().__init__(
            Cast(start_at=self.team.start_at, seats=SEATS),
            seed=seed,
            chance=chance,
            trouble=self.mishaps,
            networks=networks,
        )
        self.people = People(
            store=self.store,
            clock=self.clock,
            chance=self.chance,
            team=self.team,
            journal=self.journal,
            look=self.look,
        )

    def work(self) -> None:
        """Let everybody do what is to be done at this instant."""
        self.people_act()
        self.ring(self.chance.randrange(2))

    def go_to(self, instant: datetime) -> None:
        """Go from event to event up to an instant."""
        while self.clock.now() < instant:
            self.step(instant)
            self.work()

    def run_out(self) -> History:
        """Go on until nothing changes any more, and return the history.

        Raises:
            RestlessError: it never does.
        """
        for _ in range(MOST_ROUNDS):
            self.work()
            instant = self.next_event()
            if instant is not None:
                self.clock.move_to(max(self.clock.now(), instant))
            elif not self.people.settle():
                return self.history()
        message = f"after {MOST_ROUNDS} rounds it still goes on, at {self.clock.now()}"
        raise RestlessError(message)

    def go_wrong(self) -> None:
        """Let a network do something wrong in one of its next calls, or be out of reach."""
        network = self.chance.choice(USED)
        call, fault, times = self.mishaps.fault()
        if self.chance.random() < 0.2:
            self.do_not_reach(network, times)
        else:
            self.rehearsal.inject(network, fault, on=call, times=times)

    def set_clock_wrong(self) -> None:
        """Let somebody set the machine's clock, and set it right again some time later."""
        step = self.mishaps.clock_step()
        self.clock.set_by(step)
        wait = timedelta(minutes=self.chance.choice([1, 10, 45]))
        self.at(self.clock.now() + wait, lambda: self.clock.set_by(-step))

    def act(self) -> None:
        """Let somebody do something that people do, until their last event is over."""
        if not self.acting:
            return
        people = self.people
        acts: tuple[Callable[[], object], ...] = (
            people.edit,
            people.edit,
            people.approve_most,
            people.withdraw,
            people.take_down,
            people.take_down,
            people.throw_stop,
            people.lift_stops,
            people.decide,
            people.decide,
            people.settle,
        )
        self.chance.choice(acts)()
