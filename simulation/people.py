"""What people do in a simulation, by the functions that the commands call, written down as done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy import Connection

from campaign.apply import apply, difference
from campaign.clock import Clock
from campaign.decisions import settling
from campaign.decisions.approvals import CannotDecideError, approve, reject
from campaign.decisions.stops import resume, stop
from campaign.diff import Difference, Kind, Line
from campaign.models import Delivery
from campaign.people import NotAllowedError
from campaign.plan import plan
from campaign.schedule.model import Schedule
from campaign.states import CHANGEABLE, State
from campaign.store.barriers import active_stops
from campaign.store.database import Store
from campaign.store.deliveries import Change, list_deliveries
from campaign.store.payloads import load_payload
from campaign.wiring import NETWORKS
from connectors.contract import NetworkName
from simulation.campaigns import APPROVERS, AUTHORS, CHANNELS, LONDON, PEOPLE, Team
from simulation.history import Applied, Approved, Dropped, Moved, Quiet, Stopped, Windows, Withdrawn
from simulation.journal import Journal

ROLES = {name: tuple(person.roles) for name, person in PEOPLE.items()}
STANDING = (State.AWAITING_APPROVAL, State.PLANNED)

Look = Callable[[str, str], str | None]
"""From a channel and a text: the address at which somebody sees that post, if it is there."""


@dataclass
class People:
    """Everybody who may say something about the campaign."""

    store: Store
    clock: Clock
    chance: Random
    team: Team
    journal: Journal
    look: Look

    def apply(self) -> None:
        """Apply the files as they stand."""
        schedule = self.team.schedule()
        planned = plan(schedule, self.team.posts(), NETWORKS)
        change = self._change(AUTHORS, "applied")
        with self.store.write() as connection:
            fresh = difference(connection, schedule, planned, change.at)
            apply(connection, schedule, fresh, fresh, change)
        self._note_windows(schedule)
        for line in fresh.lines:
            self._note(line, fresh)

    def edit(self) -> None:
        """Change the files and apply them."""
        self.team.edit(self.chance, self.clock.now())
        self.apply()

    def approve_most(self) -> None:
        """Say yes to most of what waits."""
        for one in self._in(State.AWAITING_APPROVAL):
            if self.chance.random() < 0.9:
                self._approve(one)

    def withdraw(self) -> None:
        """Take back the yes to one delivery."""
        one = self._one_of(*STANDING)
        change = self._change(APPROVERS, "withdrawn")
        if one and self._try(lambda connection: reject(connection, one.id, change, ROLES)):
            self.journal.acts.append(Withdrawn(order=self.journal.tick(), delivery=one.id))

    def throw_stop(self) -> None:
        """Stop everything, or a part."""
        channel = self.chance.choice(self.team.channels)
        network, partner, _ = CHANNELS[channel]
        scope, target = self.chance.choice(
            [("all", ""), ("channel", channel), ("partner", partner), ("network", network)]
        )
        change = self._change(AUTHORS, "something is wrong")
        with self.store.write() as connection:
            stop(connection, scope, target, change)
        self._stop_noted(scope, target, on=True)

    def lift_stops(self) -> None:
        """Lift every stop; another person than who threw it."""
        with self.store.read() as connection:
            scopes = {(one.scope, one.target) for one in active_stops(connection)}
        for scope, target in sorted(scopes):
            change = self._change(APPROVERS, "all is well")
            with self.store.write() as connection:
                resume(connection, scope, target, change)
            self._stop_noted(scope, target, on=False)

    def decide(self) -> None:
        """Say what becomes of something held, missed or refused."""
        one = self._one_of(State.HELD, State.MISSED, State.REFUSED)
        if one is None:
            return
        if self.chance.random() < 0.2:
            change = self._change(APPROVERS, "not any more")
            if self._try(lambda connection: settling.drop(connection, one.id, change)):
                self._dropped(one.id)
        else:
            self._move(one)

    def settle(self) -> bool:
        """Look at the network for what nobody else can settle; say whether there was anything."""
        open_ones = [one for one in self._in(State.UNKNOWN) if one.not_before is None]
        for one in open_ones:
            self._settle(one)
        return bool(open_ones)

    def _settle(self, one: Delivery) -> None:
        with self.store.read() as connection:
            text = load_payload(connection, one.content_hash).text
        url = self.look(one.channel, text)
        change = self._change(APPROVERS, "looked at the network")
        network = NETWORKS[NetworkName(one.network)]
        with self.store.write() as connection:
            if url is None:
                settling.settle_not_published(connection, one.id, change)
            else:
                seen = settling.Seen(url=url, published_at=change.at, read_due_at=None)
                settling.settle_published(connection, one.id, change, network, seen)

    def _move(self, one: Delivery) -> None:
        now = self.clock.now()
        wait = self.chance.choice([0, 0, 5, 60, 600, 1500])
        due_at = now + timedelta(minutes=wait)
        when = settling.NewTime(due_at=due_at, wall_time=f"{due_at.astimezone(LONDON):%F %H:%M}")
        person = self.chance.choice([*AUTHORS, *APPROVERS])
        change = Change(who=person, at=now, why="another time")
        to = self._try(lambda c: settling.send_at(c, one.id, change, when, ROLES))
        if to is None:
            return
        order = self.journal.tick()
        day = _day(due_at)
        self.journal.acts.append(Moved(order=order, delivery=one.id, due_at=due_at, day=day))
        if to == State.PLANNED and person in APPROVERS:
            self._approved(one, day)

    def _in(self, *states: State) -> list[Delivery]:
        with self.store.read() as connection:
            return [one for one in list_deliveries(connection) if one.state in states]

    def _one_of(self, *states: State) -> Delivery | None:
        found = self._in(*states)
        return self.chance.choice(found) if found else None

    def _change(self, people: Sequence[str], why: str) -> Change:
        return Change(who=self.chance.choice(people), at=self.clock.now(), why=why)

    def _approve(self, one: Delivery) -> None:
        change = self._change(APPROVERS, "approved")
        if self._try(lambda connection: approve(connection, one.id, change, ROLES)):
            self._approved(one, _day(one.due_at))

    def _try(self, act: Callable[[Connection], State]) -> State | None:
        """Do what a person asks; None where the program says no, as it may."""
        try:
            with self.store.write() as connection:
                return act(connection)
        except (CannotDecideError, NotAllowedError):
            return None

    def _note(self, line: Line, fresh: Difference) -> None:
        if line.kind is Kind.CANCEL:
            self._dropped(line.delivery)
            return
        one = fresh.wanted[line.delivery]
        timed = line.kind is Kind.ADD or State(line.state) in CHANGEABLE
        self.journal.acts.append(
            Applied(
                order=self.journal.tick(),
                delivery=one.id,
                content=one.payload.content_hash,
                due_at=one.due_at if timed else None,
                late_limit=one.late_limit,
                day=_day(one.due_at),
            )
        )

    def _note_windows(self, schedule: Schedule) -> None:
        windows = []
        for one in schedule.rules.windows:
            from_at = datetime.combine(one.from_on, time(), tzinfo=LONDON)
            until_at = datetime.combine(one.until_on + timedelta(days=1), time(), tzinfo=LONDON)
            partner = one.partners[0] if one.partners else None
            windows.append(Quiet(from_at=from_at, until_at=until_at, partner=partner))
        order = self.journal.tick()
        self.journal.acts.append(Windows(order=order, windows=tuple(windows)))

    def _approved(self, one: Delivery, day: str) -> None:
        order = self.journal.tick()
        act = Approved(order=order, delivery=one.id, content=one.content_hash, day=day)
        self.journal.acts.append(act)

    def _dropped(self, delivery: str) -> None:
        self.journal.acts.append(Dropped(order=self.journal.tick(), delivery=delivery))

    def _stop_noted(self, scope: str, target: str, *, on: bool) -> None:
        order = self.journal.tick()
        self.journal.acts.append(Stopped(order=order, scope=scope, target=target, on=on))


def _day(instant: datetime) -> str:
    return instant.astimezone(LONDON).date().isoformat()
