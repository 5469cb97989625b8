"""One campaign in one process on one thread: from its first plan until nothing changes any more.

Planning, deciding, publishing, recovery, connectors and collection are production's; the clock is
stepped from event to event, the networks are the rehearsal's without sockets, and the database is
in memory. Two processes share it. Everything that is drawn comes from the seed. There can be one
world at a time, since all of them use the same memory.
"""

import heapq
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import requests

from analytics.collection import collect_due
from campaign.publishing.clockwatch import ClockWatch
from campaign.publishing.due import due_ids, next_instant, unknown_ids
from campaign.publishing.hands import Hands
from campaign.schedule.clashes import environment_name
from campaign.settings import Settings
from campaign.wiring import NETWORKS, Desk
from connectors.contract import Network, NetworkName
from rehearsal.server import Call, Fault, Rehearsal
from rehearsal.world import SERVED
from simulation.campaigns import CHANNEL_OF, CHANNELS, draw_team
from simulation.clock import SetClock
from simulation.disk import MemoryStore, Step
from simulation.history import Called, History, is_late
from simulation.journal import Journal, Sent
from simulation.people import People
from simulation.said import posts_of, read_history
from simulation.serial import SerialExecutor
from simulation.transport import Wire, unreachable
from simulation.trouble import CALLS, Crash, Mishap, Trouble

MOST_ROUNDS = 3000
"""A small campaign comes to rest in far fewer; going on for ever is a fault as well."""

COMMITS = 2
"""Transactions that write an outcome: the ordinary one, and that of a late answer."""

AFTER_DEATH, LEFT = timedelta(seconds=10), timedelta(minutes=1)
"""When a process looks again at what it left undone: it died, or the clocks differed."""


class RestlessError(Exception):
    """A campaign that does not come to rest."""


class World:
    """The whole system, and everybody around it."""

    def __init__(
        self,
        seed: int,
        *,
        apart: int = 0,
        networks: Mapping[NetworkName, Network] = NETWORKS,
    ) -> None:
        self.chance = Random(seed)  # noqa: S311 - to be drawn again from the same seed
        self.team = draw_team(self.chance)
        self.clock = SetClock(self.team.start_at)
        self.journal = Journal()
        self.trouble = Trouble(self.chance, apart=apart)
        self._networks = networks
        self._quiet = True
        self._again: timedelta | None = None
        self._asked = (0, self.clock.now())
        self._clock_off = timedelta()
        self._open: list[Sent] = []
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._outages = dict.fromkeys(SERVED, 0)
        self.store = MemoryStore(self._reach)
        self.rehearsal = Rehearsal(now=self.clock.right, seed=seed)
        self._settings = self._open_accounts()
        self._wire = Wire(
            {name: self.rehearsal.application_of(name) for name in SERVED},
            date_of=self.rehearsal.date_of,
            carry=self._carry,
        )
        self._running = 0
        self._desks = [self._open_desk(), self._open_desk()]
        self._hands = [self._start(number) for number in (0, 1)]
        self.people = People(
            store=self.store,
            clock=self.clock,
            chance=self.chance,
            team=self.team,
            journal=self.journal,
            look=self._look,
        )

    def at(self, instant: datetime, act: Callable[[], None]) -> None:
        """Let somebody act at an instant."""
        heapq.heappush(self._events, (instant, len(self._events) + self.journal.tick(), act))

    def work(self) -> None:
        """Let everybody do what is to be done at this instant."""
        self._people_act()
        self.ring(self.chance.randrange(2))

    def go_to(self, instant: datetime) -> None:
        """Go from event to event up to an instant."""
        while self.clock.now() < instant:
            self._step(instant)
            self.work()

    def run_out(self) -> History:
        """Go on until nothing changes any more, and return the history.

        Raises:
            RestlessError: it never does.
        """
        for _ in range(MOST_ROUNDS):
            self.work()
            instant = self._next_event()
            if instant is not None:
                self.clock.move_to(max(self.clock.now(), instant))
            elif not self.people.settle():
                return self.history()
        message = f"after {MOST_ROUNDS} rounds it still goes on, at {self.clock.now()}"
        raise RestlessError(message)

    def history(self) -> History:
        """Return what there is to be checked."""
        return read_history(self.store, self.rehearsal, self.journal, self.clock.now())

    def ring(self, number: int) -> None:
        """Let one process do all it can; where it dies, start another in its place."""
        self._running, self._quiet, self._again = number, False, None
        self._begin()
        try:
            self._hands[number].run_until_idle()
        except Crash:
            for sent in self._open:
                sent.fate = "died"
            self.restart(number)
            self._again = AFTER_DEATH
        finally:
            self._quiet = True

    def restart(self, number: int) -> None:
        """Put a new process in the place of one that is gone; it knows only the database."""
        self._desks[number] = self._open_desk()
        self._hands[number] = self._start(number)

    def collect(self) -> None:
        """Read the counts that are due."""
        collect_due(self.store, clock=self.clock, connector_for=self._desks[0].connector_for)

    def go_wrong(self) -> None:
        """Let a network do something wrong in one of its next calls, or be out of reach."""
        network = self.chance.choice(SERVED)
        call, fault, times = self.trouble.fault()
        if self.chance.random() < 0.2:
            self.cut_off(network, times)
        else:
            self.rehearsal.inject(network, fault, on=call, times=times)

    def cut_off(self, network: str, times: int) -> None:
        """Let the next calls of a network not reach it."""
        self._outages[network] = times

    def set_clock_wrong(self) -> None:
        """Let somebody set the machine's clock, and set it right again some time later."""
        step = self.trouble.clock_step()
        self.clock.set_by(step)
        wait = timedelta(minutes=self.chance.choice([1, 10, 45]))
        self.at(self.clock.now() + wait, lambda: self.clock.set_by(-step))

    def act(self) -> None:
        """Let somebody do something that people do, until their last event is over."""
        if not self._events:
            return
        people = self.people
        acts: tuple[Callable[[], object], ...] = (
            people.edit,
            people.edit,
            people.approve_most,
            people.withdraw,
            people.throw_stop,
            people.lift_stops,
            people.decide,
            people.decide,
            people.settle,
        )
        self.chance.choice(acts)()

    def _open_accounts(self) -> Settings:
        environment = {}
        for channel, (network, _, handle) in CHANNELS.items():
            for name, value in self.rehearsal.add_account(network, handle).items():
                environment[f"CAMPAIGN__{environment_name(channel)}__{name}"] = value
        return Settings(folder=Path(), database_url="sqlite://", environment=environment)

    def _open_desk(self) -> Desk:
        return Desk(
            settings=self._settings,
            store=self.store,
            clock=self.clock,
            networks=self._networks,
            watch=ClockWatch(self.clock, self.clock.ticks),
            transport=self._wire,
        )

    def _start(self, number: int) -> Hands:
        return Hands(self._desks[number].rig(f"process-{number}"), 1, pool=SerialExecutor())

    def _begin(self) -> None:
        """Let a process look about it: what it knows of the clock, it knows from now on."""
        self._clock_off, self._open = abs(self.clock.ahead), []

    def _people_act(self) -> None:
        while self._events and self._events[0][0] <= self.clock.now():
            heapq.heappop(self._events)[2]()

    def _next_event(self) -> datetime | None:
        now = self.clock.now()
        with self.store.read() as connection:
            publishing = next_instant(connection, now)
            left = unknown_ids(connection, now) or due_ids(connection, now, at_most=1)
        acting = self._events[0][0] if self._events else None
        wait = self._again or (LEFT if left else None)
        return min((one for one in (publishing, acting, wait and now + wait) if one), default=None)

    def _step(self, at_most: datetime) -> None:
        instant = self._next_event() or at_most
        self.clock.move_to(max(self.clock.now(), min(instant, at_most)))

    def _reach(self, step: Step) -> None:
        """Let happen what happens here; then remember that the database is asked now."""
        mishap = None if self._quiet else self.trouble.at(step)
        if step is Step.AFTER_COMMIT:
            self._committed()
        if mishap is Mishap.CRASH:
            raise Crash
        if mishap and not self.store.busy:
            self._befall(mishap)
        if step not in CALLS:
            self._asked = (self.journal.tick(), self.clock.now())

    def _committed(self) -> None:
        """Count what is committed after a call: the second time, its outcome is written."""
        for sent in self._open:
            sent.commits += 1
        self._open = [sent for sent in self._open if sent.commits < COMMITS]

    def _befall(self, mishap: Mishap) -> None:
        asked, running, self._quiet = self._asked, self._running, True
        mine = self._clock_off, self._open
        seconds = self.trouble.seconds()
        try:
            if mishap is Mishap.ACT:
                self.act()
            elif mishap is Mishap.PAUSE:
                self.clock.advance(timedelta(seconds=seconds))
            else:
                self._freeze(1 - running, seconds)
        finally:
            self._asked, self._running, self._quiet = asked, running, False
            self._clock_off, self._open = mine

    def _freeze(self, other: int, seconds: float) -> None:
        ends_at = self.clock.now() + timedelta(seconds=seconds)
        while self.clock.now() < ends_at:
            self._step(ends_at)
            self._people_act()
            self._begin()
            self._hands[other].run_until_idle()

    def _carry(self, network: str, call: Callable[[], requests.Response]) -> requests.Response:
        self._reach(Step.BEFORE_CALL)
        if self._outages[network]:
            self._outages[network] -= 1
            raise unreachable(network)
        try:
            response = call()
        finally:
            self._write_down(network)
        self._reach(Step.AFTER_CALL)
        return response

    def _write_down(self, network: str) -> None:
        (order, asked_at), called_at = self._asked, self.clock.now()
        request = self.rehearsal.requests(network)[-1]
        clear = (request.status or 500) < 500 and request.fault is not Fault.ODD_JSON
        sent = Sent(order, asked_at, called_at, self._clock_off, "answered" if clear else "unclear")
        posts = [one.remote_id for one in self.rehearsal.posts(network, with_deleted=True)]
        if self.journal.stored(network, posts, sent):
            self._open.append(sent)
        if request.call is Call.PUBLISH and request.handle:
            channel, late = CHANNEL_OF[network, request.handle], is_late(asked_at, called_at)
            called = Called(order=order, channel=channel, clear=clear, late=late)
            self.journal.called.append(called)

    def _look(self, channel: str, text: str) -> str | None:
        network, _, handle = CHANNELS[channel]
        posts = posts_of(self.rehearsal, network, handle)
        return next((post.url for post in posts if post.text == text), None)
