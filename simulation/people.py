"""What people do in a simulation: they plan, decide, stop, and change their minds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from campaign.clock import Clock
from campaign.decisions import settling
from campaign.decisions.approvals import approve, reject
from campaign.decisions.stops import resume, stop
from campaign.decisions.withdrawing import withdraw
from campaign.models import Delivery
from campaign.plan import plan
from campaign.states import State
from campaign.store.barriers import active_stops
from campaign.store.database import Store
from campaign.store.deliveries import Change
from campaign.store.leaders import later_parts
from campaign.wiring import NETWORKS
from simulation.campaigns import APPROVERS, AUTHORS, LONDON, PEOPLE, SEATS, THEMES, Team
from simulation.clerk import Clerk, Look
from simulation.journal import Journal

ROLES = {name: tuple(person.roles) for name, person in PEOPLE.items()}
STANDING = (State.AWAITING_APPROVAL, State.PLANNED)


@dataclass
class People:
    """Everybody who may say something about the campaign."""

    store: Store
    clock: Clock
    chance: Random
    team: Team
    journal: Journal
    look: Look

    def __post_init__(self) -> None:
        self._clerk = Clerk(
            store=self.store,
            clock=self.clock,
            journal=self.journal,
            look=self.look,
            zone=LONDON,
        )

    def apply(self) -> None:
        """Apply the files as they stand."""
        schedule = self.team.schedule()
        planned = plan(schedule, self.team.posts(), NETWORKS)
        self._clerk.apply(schedule, planned, self.chance.choice(AUTHORS))

    def edit(self) -> None:
        """Change the files and apply them."""
        self.team.edit(self.chance, self.clock.now())
        self.apply()

    def approve_most(self) -> None:
        """Say yes to most of what waits."""
        for one in self._clerk.deliveries(State.AWAITING_APPROVAL):
            if self.chance.random() < 0.9:
                self._approve(one)

    def withdraw(self) -> None:
        """Take back the yes to one delivery."""
        one = self._one_of(*STANDING)
        change = self._change(APPROVERS, "withdrawn")
        if one is None:
            return
        thread = self._thread(one, *STANDING)
        if self._clerk.decide(lambda connection: reject(connection, one.id, change, ROLES)):
            for each in thread:
                self._clerk.withdrawn(each.id)

    def take_down(self) -> None:
        """Say that a post shall not stand; mostly of one that is out."""
        out = (State.PUBLISHED, State.PUBLISHED, State.UNKNOWN, State.PLANNED)
        one = self._one_of(self.chance.choice(out))
        if one is None:
            return
        change, schedule = self._change(APPROVERS, "it was wrong"), self.team.schedule()
        if self._clerk.decide(lambda c: withdraw(c, one.id, change, schedule).state):
            self._clerk.pulled(one.id)

    def throw_stop(self) -> None:
        """Stop everything, or a part."""
        channel = self.chance.choice(self.team.channels)
        network, partner, _ = SEATS[channel]
        scope, target = self.chance.choice(
            [
                ("all", ""),
                ("channel", channel),
                ("partner", partner),
                ("network", network),
                ("theme", self.chance.choice(THEMES)),
            ]
        )
        change = self._change(AUTHORS, "something is wrong")
        with self.store.write() as connection:
            stop(connection, scope, target, change)
        self._clerk.stopped(scope, target, on=True)

    def lift_stops(self) -> None:
        """Lift every stop; another person than who threw it."""
        with self.store.read() as connection:
            scopes = {(one.scope, one.target) for one in active_stops(connection)}
        for scope, target in sorted(scopes):
            change = self._change(APPROVERS, "all is well")
            with self.store.write() as connection:
                resume(connection, scope, target, change)
            self._clerk.stopped(scope, target, on=False)

    def decide(self) -> None:
        """Say what becomes of something held, missed or refused."""
        one = self._one_of(State.HELD, State.MISSED, State.REFUSED)
        if one is None:
            return
        if self.chance.random() < 0.2:
            change = self._change(APPROVERS, "not any more")
            if self._clerk.decide(lambda connection: settling.drop(connection, one.id, change)):
                self._clerk.dropped(one.id)
        else:
            self._move(one)

    def settle(self) -> bool:
        """Look at the network for what nobody else can settle; say whether there was anything."""
        return self._clerk.settle(lambda: self._change(APPROVERS, "looked at the network")) > 0

    def _move(self, one: Delivery) -> None:
        now = self.clock.now()
        wait = self.chance.choice([0, 0, 5, 60, 600, 1500])
        due_at = now + timedelta(minutes=wait)
        when = settling.NewTime(due_at=due_at, wall_time=f"{due_at.astimezone(LONDON):%F %H:%M}")
        person = self.chance.choice([*AUTHORS, *APPROVERS])
        change = Change(who=person, at=now, why="another time")
        with self.store.read() as connection:
            along = settling.going_along(connection, one.id)
        to = self._clerk.decide(lambda c: settling.send_at(c, one.id, change, when, ROLES))
        if to is None:
            return
        planned = {each.id for each in self._clerk.deliveries(State.PLANNED)}
        for each in (one, *along):
            self._clerk.moved(each.id, due_at)
            if each.id in planned and person in APPROVERS:
                self._clerk.approved(each, self._clerk.day(due_at))

    def _one_of(self, *states: State) -> Delivery | None:
        found = self._clerk.deliveries(*states)
        return self.chance.choice(found) if found else None

    def _change(self, people: Sequence[str], why: str) -> Change:
        return self._clerk.change(self.chance.choice(people), why)

    def _approve(self, one: Delivery) -> None:
        change = self._change(APPROVERS, "approved")
        thread = self._thread(one, State.AWAITING_APPROVAL)
        if self._clerk.decide(lambda connection: approve(connection, one.id, change, ROLES)):
            for each in thread:
                self._clerk.approved(each, self._clerk.day(each.due_at))

    def _thread(self, one: Delivery, *states: State) -> list[Delivery]:
        """Return a delivery and the later parts of its thread that a word on it is about, too."""
        with self.store.read() as connection:
            later = later_parts(connection, [one.id])
        return [one, *(each for each in later if each.state in states)]
