"""Plays a script from the day before the campaign's first to its last report.

The engine's first process publishes at every event and reads the counts whenever the running
program would look. Around it people do what is taken for granted: every approval and acceptance
is given, packs are posted by hand at their time, and partners send their numbers on Mondays.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import Connection

from analytics.collection import COLLECT_EVERY
from analytics.imports import NumbersFile, import_metrics
from analytics.report import Report, build_report
from analytics.weeks import Week
from campaign.decisions import settling
from campaign.decisions.approvals import approve
from campaign.decisions.consent import accept
from campaign.models import Delivery
from campaign.people import ROLE_FOR_GATE
from campaign.states import State
from campaign.store.gates import closed_gates
from campaign.store.snapshots import next_due_at
from campaign.wiring import NETWORKS
from connectors.contract import NetworkName
from rehearsal.server import RecordedRequest
from rehearsal.world import BY_HAND
from simulation.by_hand import HandPosts, handle_of
from simulation.clerk import Clerk
from simulation.engine import Engine
from simulation.rehearse.calls import Calls
from simulation.rehearse.drill import Practice, Stage
from simulation.rehearse.script import Script
from simulation.rehearse.troubles import Killer, Level, order_troubles
from simulation.weekly import COUNT_AT, REPORT_AT, SEND_AT

AUTHOR, APPROVER, SETTLER = "the rehearsal", "everybody asked", "somebody who looked"
LOOKS_AT = timedelta(hours=9)
"""When a person looks at what nobody else can settle: every morning."""


@dataclass(frozen=True, kw_only=True)
class Watching:
    """Who is told what happens while it is played."""

    on_instant: Callable[[datetime], None]
    on_report: Callable[[Report], None]
    """Given the report of a week in which it is an example."""


class Played(Engine):
    """The engine of a rehearsal, in which somebody may do something in the middle of a call."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def act(self) -> None:
        """Do what is done in the middle of a call."""
        self.meanwhile()


class Player:
    """One rehearsal while it is played."""

    def __init__(
        self, script: Script, level: Level, watching: Watching, drill_at: datetime | None = None
    ) -> None:
        """Get ready; a drill of the crisis stop begins at `drill_at`, if that is given."""
        self.script = script
        self._watching = watching
        self._drill_at = drill_at
        chance = Random(script.seed)  # noqa: S311 - to be drawn again from the same seed
        self._killer = Killer()
        self.practice = Practice(self._killer, Random(f"{script.seed} drill"))  # noqa: S311 - alike
        self.engine = Played(
            script.cast,
            seed=script.seed,
            chance=chance,
            trouble=self._killer if drill_at is None else self.practice,
        )
        self.engine.meanwhile = self.practice.throw
        self.calls = Calls(zone=script.schedule.zone)
        self.engine.on_request = self._saw
        self.deaths = 0
        self.settled = 0
        """How many outcomes a person had to look up."""
        self._hand_posts = HandPosts(
            rehearsal=self.engine.rehearsal, clock=self.engine.clock, schedule=script.schedule
        )
        self._clerk = Clerk(
            store=self.engine.store,
            clock=self.engine.clock,
            journal=self.engine.journal,
            look=self.engine.look,
            zone=script.schedule.zone,
        )
        self.ordered = order_troubles(script, self.engine, self._killer, level, chance)

    def play(self, examples: tuple[Week, ...]) -> None:
        """Play it all; the reports of some weeks are made as they would be."""
        with _in_silence():
            self._prepare(examples)
            publish_at = collect_at = now = self.engine.clock.now()
            never = self.script.ends_at + COLLECT_EVERY
            while now <= self.script.ends_at:
                self._watching.on_instant(now)
                if now >= publish_at:
                    self.engine.people_act()
                    self.deaths += self.engine.ring(0)
                    publish_at = self.engine.next_event() or never
                if now >= collect_at:
                    self.engine.collect()
                collect_at = self._next_reading()
                now = min(publish_at, collect_at)
                if now > self.script.ends_at:
                    break
                self.engine.clock.move_to(max(now, self.engine.clock.now()))

    def _saw(self, network: str, request: RecordedRequest) -> None:
        self.calls.saw(network, request)
        self.practice.saw(request)

    def deliveries(self) -> list[Delivery]:
        """Return every delivery as it stands."""
        return self._clerk.deliveries(*State)

    def _prepare(self, examples: tuple[Week, ...]) -> None:
        self._open_hand_accounts()
        self._clerk.apply(self.script.rehearsed, self.script.planned, AUTHOR)
        for one in self._clerk.deliveries(State.AWAITING_APPROVAL):
            self._clerk.decide(partial(self._say_yes, delivery=one))
        for one in self._clerk.deliveries(State.PLANNED):
            self._clerk.approved(one, self._clerk.day(one.due_at))
        if self._drill_at is not None:
            self.practice.order(self._stage(), self._drill_at)
        for one in self._clerk.deliveries(State.WITH_PARTNER):
            if not self.script.holds(one.due_at, one.partner):
                self.engine.at(one.due_at, partial(self._post_by_hand, one))
        for week in self.script.weeks:
            self._plan_week(week, report=week in examples)

    def _plan_week(self, week: Week, *, report: bool) -> None:
        at = self.engine.at
        for day in range(7):
            at(week.start_at + timedelta(days=day) + LOOKS_AT, self._settle)
        at(week.end_at + COUNT_AT, self._hand_posts.count)
        at(week.end_at + SEND_AT, self._send_numbers)
        if report:
            at(week.end_at + REPORT_AT, partial(self._report, week))

    def _open_hand_accounts(self) -> None:
        opened = set()
        for name, channel in self.script.schedule.channels.items():
            key = channel.network, handle_of(name, channel).lstrip("@").lower()
            if channel.mode == "pack" and channel.network in BY_HAND and key not in opened:
                opened.add(key)
                self.engine.rehearsal.add_account(channel.network, handle_of(name, channel))

    def _say_yes(self, connection: Connection, *, delivery: Delivery) -> State:
        """Give whatever a delivery still waits for."""
        change = self._clerk.change(APPROVER, "assumed in the rehearsal")
        state = State(delivery.state)
        kinds = [gate.kind for gate in closed_gates(connection, delivery)]
        if any(kind != "partner" for kind in kinds):
            roles = {APPROVER: [ROLE_FOR_GATE.get(kind, kind) for kind in kinds]}
            state = approve(connection, delivery.id, change, roles)
        if "partner" in kinds:
            state = accept(connection, delivery.id, change, delivery.partner)
        return state

    def _stage(self) -> Stage:
        return Stage(
            script=self.script,
            store=self.engine.store,
            clock=self.engine.clock,
            clerk=self._clerk,
            at=self.engine.at,
            give_yes=self._give_yes,
        )

    def _give_yes(self, delivery: Delivery) -> None:
        """Give what one delivery waits for after it was given another time."""
        stood = {one.id: one for one in self._clerk.deliveries(State.AWAITING_APPROVAL)}
        if delivery.id in stood:
            self._clerk.decide(partial(self._say_yes, delivery=stood[delivery.id]))
        for one in self._clerk.deliveries(State.PLANNED):
            if one.id == delivery.id:
                self._clerk.approved(one, self._clerk.day(one.due_at))

    def _post_by_hand(self, delivery: Delivery) -> None:
        if self.practice.stands and self.practice.ends_at:  # partners' pages hold it back as well
            self.engine.at(self.practice.ends_at, partial(self._post_by_hand, delivery))
            return
        url, now = self._hand_posts.make(delivery), self.engine.clock.now()
        seen = settling.Seen(url=url, published_at=now, read_due_at=None)
        change = self._clerk.change(delivery.partner, f"posted by hand: {url}")
        network = NETWORKS[NetworkName(delivery.network)]
        self._clerk.decide(lambda c: settling.record(c, delivery.id, change, network, seen))

    def _send_numbers(self) -> None:
        for partner in self.script.schedule.partners:
            text = self._hand_posts.take_file(partner)
            if text is not None:
                with self.engine.store.write() as connection:
                    import_metrics(
                        connection,
                        NumbersFile(name=f"{partner}.csv", text=text),
                        networks=self.engine.desks[0].networks_by_name,
                        now=self.engine.clock.now(),
                    )

    def _settle(self) -> None:
        self.settled += self._clerk.settle(
            lambda: self._clerk.change(SETTLER, "looked at the network")
        )

    def _report(self, week: Week) -> None:
        with self.engine.store.read() as connection:
            report = build_report(
                connection,
                week=week,
                as_of=self.engine.clock.now(),
                networks=self.engine.desks[0].networks_by_name,
            )
        self._watching.on_report(report)

    def _next_reading(self) -> datetime:
        """Return when the running program will next find something to read."""
        now = self.engine.clock.now()
        with self.engine.store.read() as connection:
            due_at = next_due_at(connection)
        if due_at is None:
            return self.script.ends_at + COLLECT_EVERY
        return max(_on_the_half_minute(due_at), now + COLLECT_EVERY if due_at <= now else now)


def _on_the_half_minute(instant: datetime) -> datetime:
    """Return the first look at or after an instant."""
    every = COLLECT_EVERY.total_seconds()
    behind = (instant.second + instant.microsecond / 1e6) % every
    return instant + timedelta(seconds=every - behind) if behind else instant


@contextmanager
def _in_silence() -> Iterator[None]:
    """Say nothing of what is told in the result, such as troubles made on purpose."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
