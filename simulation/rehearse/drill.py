"""The crisis stop, practised inside a rehearsal: thrown in the middle of a call, lifted, reviewed.

What is asked and done are the program's own functions: the stop, the refusal to let whoever threw
it lift it, the list of what it held, and the decision on each. Only the networks are not real. So
that there is something to measure, calls take time from the moment of the drill until its end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from campaign.decisions import settling, stops
from campaign.desk_views.stop_lists import check_read, standing_stops
from campaign.models import Delivery
from campaign.people import NotAllowedError
from campaign.states import State
from campaign.store.database import Store
from campaign.store.deliveries import Change
from rehearsal.server import Call, RecordedRequest
from simulation.clerk import Clerk
from simulation.clock import SetClock
from simulation.disk import Step
from simulation.rehearse.drill_cast import AT_LATEST, STANDS, two_people
from simulation.rehearse.drilled import READ_FOR, Decided, Drill
from simulation.rehearse.script import Script
from simulation.trouble import Mishap, Troubles

REASON = "drill: a serious incident in the news"
APART = timedelta(minutes=5)
"""Between the new times of what was held."""
QUICKEST_S, SLOWEST_S = 0.2, 2.0
"""How long a call takes while the drill lasts."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What a drill acts on."""

    script: Script
    store: Store
    clock: SetClock
    clerk: Clerk
    at: Callable[[datetime, Callable[[], object]], None]
    """Lets somebody act at an instant."""
    give_yes: Callable[[Delivery], None]
    """Gives what a delivery still waits for, as everywhere in a rehearsal."""


class Practice:
    """One drill while it is played: also the troubles of the engine, which it passes on."""

    def __init__(self, others: Troubles, chance: Random) -> None:
        self._others = others
        self._chance = chance
        self._stage: Stage | None = None
        self._on = False
        self._thrown_at: datetime | None = None
        self._in_flight = False
        self._lifted_at: datetime | None = None
        self._calls: list[datetime] = []
        self._refused = ""
        self._list: tuple[str, ...] = ()
        self._sent_by_lifting = 0
        self._held: list[Decided] = []

    @property
    def stands(self) -> bool:
        """Whether the stop is on right now."""
        return self._thrown_at is not None and self._lifted_at is None

    @property
    def ends_at(self) -> datetime | None:
        """When the stop will be lifted; None before it is thrown."""
        return None if self._thrown_at is None else self._thrown_at + STANDS

    def order(self, stage: Stage, moment: datetime) -> None:
        """Let the drill be held from a moment on."""
        self._stage = stage
        self._people = two_people(stage.script)
        stage.at(moment, self._begin)

    def result(self) -> Drill | None:
        """Return what came of it; None where there was none."""
        if self._thrown_at is None or self._lifted_at is None:
            return None
        later = [one for one in self._calls if one > self._thrown_at]
        last = max(later, default=self._thrown_at)
        return Drill(
            thrown_at=self._thrown_at,
            thrown_by=self._people[0].name,
            in_flight=self._in_flight,
            calls_after=len(later),
            last_call_s=round((last - self._thrown_at).total_seconds(), 3),
            refused=self._refused,
            lifted_at=self._lifted_at,
            lifted_by=self._people[1].name,
            held=tuple(self._held),
            sent_by_lifting=self._sent_by_lifting,
        )

    def at(self, step: Step) -> Mishap | None:
        """Let the stop be thrown in the middle of the first call, and let every call take time."""
        if self._on and step is Step.BEFORE_CALL and self._thrown_at is None:
            return Mishap.ACT
        if self._on and step is Step.AFTER_CALL:
            return Mishap.PAUSE
        return self._others.at(step)

    def seconds(self) -> float:
        """Return how long a call takes."""
        return self._chance.uniform(QUICKEST_S, SLOWEST_S) if self._on else self._others.seconds()

    def saw(self, request: RecordedRequest) -> None:
        """Note a call that a network dealt with; taking down is what a stop lets through."""
        if self.stands and request.call is not Call.WITHDRAW:
            self._calls.append(request.at)

    def throw(self) -> None:
        """Throw the stop in the middle of a call, which ends."""
        self._in_flight = True
        self._throw()

    def _begin(self) -> None:
        stage = self._playing()
        self._on = True
        stage.at(stage.clock.now() + AT_LATEST, self._throw)

    def _throw(self) -> None:
        if self._thrown_at is not None:
            return
        stage = self._playing()
        with stage.store.write() as connection:
            stops.stop(connection, "all", "", self._change(0, REASON))
        stage.clerk.stopped("all", "", on=True)
        self._thrown_at = stage.clock.now()
        stage.at(self._thrown_at + STANDS, self._lift)

    def _lift(self) -> None:
        """Let the thrower try in vain; then let somebody else read the list and lift the stop."""
        stage = self._playing()
        try:
            with stage.store.write() as connection:
                stops.resume(connection, "all", "", self._change(0, "over"))
        except NotAllowedError as error:
            self._refused = str(error)
        with stage.store.write() as connection:
            change = self._change(1, "drill over")
            (read,) = standing_stops(connection, change.at)
            check_read(connection, read.scope, read.fingerprint, change.at)
            held = stops.resume(connection, "all", "", change)
        stage.clerk.stopped("all", "", on=False)
        self._lifted_at, self._list = stage.clock.now(), tuple(one.id for one in held)
        self._on = False
        stage.at(self._lifted_at + READ_FOR, self._review)

    def _review(self) -> None:
        stage = self._playing()
        stood = {one.id: one for one in stage.clerk.deliveries(*State)}
        self._sent_by_lifting = sum(stood[one].state != State.HELD for one in self._list)
        due_at = stage.clock.now()
        for name in self._list:
            now_held = {one.id for one in stage.clerk.deliveries(State.HELD)}
            words = f"sent at {self._wall(due_at)[11:]}"
            if name in now_held:
                if not self._send(stood[name], due_at):
                    words = f"stays on hold: {stood[name].note}"
                due_at += APART
            self._held.append(
                Decided(delivery=name, wall_time=stood[name].wall_time, decided=words)
            )

    def _send(self, one: Delivery, due_at: datetime) -> bool:
        """Give one its new time, and what a new day asks for; say whether it could be done."""
        stage, when = self._playing(), settling.NewTime(due_at=due_at, wall_time=self._wall(due_at))
        roles = {name: known.roles for name, known in stage.script.schedule.people.items()}
        change = self._change(1, "reviewed after the drill")
        with stage.store.read() as connection:
            along = settling.going_along(connection, one.id)
        if not stage.clerk.decide(lambda c: settling.send_at(c, one.id, change, when, roles)):
            return False
        for each in (one, *along):
            stage.clerk.moved(each.id, due_at)
            stage.give_yes(each)
        return True

    def _wall(self, instant: datetime) -> str:
        return f"{instant.astimezone(self._playing().script.schedule.zone):%Y-%m-%d %H:%M}"

    def _change(self, number: int, why: str) -> Change:
        return self._playing().clerk.change(self._people[number].id, why)

    def _playing(self) -> Stage:
        if self._stage is None:
            message = "a drill is played before it was ordered"
            raise RuntimeError(message)
        return self._stage
