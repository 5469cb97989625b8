"""The whole system in one process on one thread, event by event, on a clock that is moved.

Publishing, recovery, connectors and collection are production's; the networks are the rehearsal's
without sockets, and the database is in memory. Two processes share it. Everything that is drawn
comes from the seed. There can be one engine at a time, since all of them use the same memory.
"""

import heapq
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

from analytics.collection import CollectionSummary, collect_due
from campaign.payload import Form, Payload
from campaign.publishing.clockwatch import ClockWatch
from campaign.publishing.due import due_ids, next_instant, unknown_ids
from campaign.publishing.hands import Hands
from campaign.schedule.clashes import environment_name
from campaign.settings import Settings
from campaign.wiring import NETWORKS, Desk
from connectors.contract import Network, NetworkName
from rehearsal.server import Call, Fault, RecordedRequest, Rehearsal
from rehearsal.world import EVERY, SERVED
from simulation.carried_folder import CarriedFolder
from simulation.cast import Cast
from simulation.clock import SetClock
from simulation.disk import MemoryStore, Step
from simulation.history import Called, Fate, History, is_late
from simulation.journal import Journal, Sent
from simulation.pictures import Pictures
from simulation.postbox import CarriedPostbox
from simulation.said import posts_of, read_history
from simulation.serial import SerialExecutor
from simulation.transport import Wire, timed_out, unreachable
from simulation.trouble import CALLS, Crash, Mishap, Troubles

T = TypeVar("T")

COMMITS = 2
"""Transactions that write an outcome: the ordinary one, and that of a late answer."""

AFTER_DEATH, LEFT = timedelta(seconds=10), timedelta(minutes=1)
"""When a process looks again at what it left undone: it died, or the clocks differed."""


class Engine:
    """The system, its networks, and the instants at which somebody outside it acts."""

    def __init__(
        self,
        cast: Cast,
        *,
        seed: int,
        chance: Random,
        trouble: Troubles,
        networks: Mapping[NetworkName, Network] = NETWORKS,
    ) -> None:
        self.cast = cast
        self.chance = chance
        self.trouble = trouble
        self.clock = SetClock(cast.start_at)
        self.journal = Journal()
        self.on_request: Callable[[str, RecordedRequest], None] = lambda _network, _request: None
        """Told of every request that a network dealt with."""
        self._networks = networks
        self._quiet = True
        self._again: timedelta | None = None
        self._asked = (0, self.clock.now())
        self._checked = 0
        self._clock_off = timedelta()
        self._held_folders: set[str] = set()
        self._open: list[Sent] = []
        self._wrote = 0
        self._events: list[tuple[datetime, int, Callable[[], object]]] = []
        self._unreached = dict.fromkeys(EVERY, 0)
        self._away_until = dict.fromkeys(EVERY, self.clock.now())
        self._late_answers = dict.fromkeys(EVERY, 0)
        self.store = MemoryStore(self._reach)
        self._pictures = Pictures()
        self.rehearsal = Rehearsal(now=self.clock.right, seed=seed, fetch=self._pictures.fetch)
        self.settings = self._open_accounts()
        self._wire = Wire(
            {name: self.rehearsal.application_of(name) for name in SERVED},
            date_of=self.rehearsal.date_of,
            carry=self._carry,
        )
        self._running = 0
        self._awake = 0
        self.desks = [self._open_desk(), self._open_desk()]
        self._hands = [self._start(number) for number in (0, 1)]

    def at(self, instant: datetime, act: Callable[[], object]) -> None:
        """Let somebody act at an instant."""
        heapq.heappush(self._events, (instant, len(self._events) + self.journal.tick(), act))

    def act(self) -> None:
        """Let somebody do something in the middle of a step; here nobody does."""

    def people_act(self) -> None:
        """Let everybody act whose instant has come."""
        while self._events and self._events[0][0] <= self.clock.now():
            heapq.heappop(self._events)[2]()

    @property
    def acting(self) -> bool:
        """Whether anybody is still to act."""
        return bool(self._events)

    def history(self) -> History:
        """Return what there is to be checked."""
        return read_history(self.store, self.rehearsal, self.cast, self.journal, self.clock.now())

    def ring(self, number: int) -> bool:
        """Let one process do all it can; where it dies, start another in its place.

        Returns:
            Whether it died.
        """
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
        return self._again is not None

    def restart(self, number: int) -> None:
        """Put a new process in the place of one that is gone; it knows only the database."""
        self.desks[number] = self._open_desk()
        self._hands[number] = self._start(number)

    def collect(self) -> CollectionSummary:
        """Read the counts that are due."""
        desk = self.desks[self._awake]
        return collect_due(
            self.store,
            clock=self.clock,
            connector_for=desk.connector_for,
            uncounted=desk.uncounted,
        )

    def next_event(self) -> datetime | None:
        """Return when something will be to do again, None where nothing ever will."""
        now = self.clock.now()
        with self.store.read() as connection:
            publishing = next_instant(connection, now)
            left = unknown_ids(connection, now) or due_ids(connection, now, at_most=1)
        acting = self._events[0][0] if self._events else None
        wait = self._again or (LEFT if left else None)
        return min((one for one in (publishing, acting, wait and now + wait) if one), default=None)

    def do_not_reach(self, network: str, calls: int) -> None:
        """Let the next calls to a network find nobody there."""
        self._unreached[network] = calls

    def away(self, network: str, span: timedelta) -> None:
        """Let nobody be found at a network from now on for a while."""
        self._away_until[network] = self.clock.now() + span

    def answer_too_late(self, network: str) -> None:
        """Let the next answer of a network come after everybody has stopped waiting for it."""
        self._late_answers[network] += 1

    def look(self, channel: str, payload: Payload) -> str | None:
        """Look at an account as a person does: the address of the post that says this."""
        network, _, handle = self.cast.seats[channel]
        passed_on = {
            post.remote_id
            for post in self.rehearsal.posts(network, with_deleted=True)
            if payload.form is Form.REPOST and post.text == payload.text
        }
        for post in posts_of(self.rehearsal, network, handle):
            if post.reposts in passed_on if passed_on else post.text == payload.text:
                return post.url
        return None

    def _open_accounts(self) -> Settings:
        environment = {}
        opened: dict[tuple[str, str], Mapping[str, str]] = {}
        for channel, seat in self.cast.seats.items():
            network, _, handle = seat
            if seat.account not in opened:
                followers = self.cast.followers.get(seat.account, 5000)
                opened[seat.account] = self.rehearsal.add_account(
                    network, handle, followers=followers
                )
            for name, value in opened[seat.account].items():
                environment[f"CAMPAIGN__{environment_name(channel)}__{name}"] = value
        return Settings(folder=Path(), database_url="sqlite://", environment=environment)

    def _open_desk(self) -> Desk:
        return Desk(
            settings=self.settings,
            store=self.store,
            clock=self.clock,
            networks=self._networks,
            watch=ClockWatch(self.clock, self.clock.ticks),
            transport=self._wire,
            show_media=self._pictures.show,
            open_folder=self._open_folder,
            postbox=CarriedPostbox(self.rehearsal, self._carry),
        )

    def _start(self, number: int) -> Hands:
        return Hands(self.desks[number].rig(f"process-{number}"), 1, pool=SerialExecutor())

    def _begin(self) -> None:
        """Let a process look about it: what it knows of the clock, it knows from now on."""
        self._clock_off, self._open = abs(self.clock.ahead), []

    def step(self, at_most: datetime) -> None:
        """Move the clock to the next event, at most to an instant."""
        instant = self.next_event() or at_most
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
            self._checked = self._asked[0]
            self._asked = (self.journal.tick(), self.clock.now())

    def _committed(self) -> None:
        """Count what is committed after a call: the second time, its outcome is written."""
        self._wrote = self.journal.tick()
        for sent in self._open:
            sent.commits += 1
        self._open = [sent for sent in self._open if sent.commits < COMMITS]

    def _befall(self, mishap: Mishap) -> None:
        asked, running, self._quiet = self._asked, self._running, True
        mine = self._clock_off, self._open, self._wrote, self._checked
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
            self._clock_off, self._open, self._wrote, self._checked = mine

    def _freeze(self, other: int, seconds: float) -> None:
        ends_at = self.clock.now() + timedelta(seconds=seconds)
        self._awake = other  # what stands still may hold what the collection would wait for
        while self.clock.now() < ends_at:
            self.step(ends_at)
            self.people_act()
            self._begin()
            self._hands[other].run_until_idle()

    def _open_folder(self, name: str) -> CarriedFolder:
        return CarriedFolder(self.rehearsal, name, self._carry, self._held_folders)

    def _carry(self, network: str, call: Callable[[], T]) -> T:
        self._reach(Step.BEFORE_CALL)
        if self._is_away(network):
            raise unreachable(network)
        try:
            response = call()
        finally:
            self._write_down(network)
        if self._late_answers[network]:
            self._late_answers[network] -= 1
            self.clock.advance(self.settings.call_timeout)
            raise timed_out()
        self._reach(Step.AFTER_CALL)
        return response

    def _is_away(self, network: str) -> bool:
        if self._unreached[network]:
            self._unreached[network] -= 1
            return True
        return self.clock.now() < self._away_until[network]

    def _write_down(self, network: str) -> None:
        (request,) = self.rehearsal.take_requests(network)
        self.on_request(network, request)
        if request.call is not Call.PUBLISH:
            return
        fate: Fate = "answered" if self._is_clear(network, request) else "unclear"
        (order, asked_at), called_at = self._asked, self.clock.now()
        sent = Sent(order, self._checked, asked_at, called_at, self._clock_off, fate)
        posts = [one.remote_id for one in self.rehearsal.posts(network, with_deleted=True)]
        if self.journal.stored(network, posts, sent):
            self._open.append(sent)
        if request.handle:
            called = Called(
                order=self._wrote,
                channel=self.cast.channels_at(network, request.handle)[0],
                clear=fate == "answered",
                late=is_late(asked_at, called_at),
            )
            self.journal.called.append(called)

    def _is_clear(self, network: str, request: RecordedRequest) -> bool:
        """Whether an answer comes that says what happened."""
        if self._late_answers[network] or request.fault is Fault.ODD_JSON:
            return False
        return request.status is not None and request.status < 500
