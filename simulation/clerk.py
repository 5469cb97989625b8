"""Does what commands do, by the functions that they call, and writes it down as done.

What people say of a campaign goes through here, so that the checker can hold what went out
against what they had said by then.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from campaign.apply import apply, difference
from campaign.clock import Clock
from campaign.decisions import settling
from campaign.decisions.approvals import CannotDecideError
from campaign.diff import Difference, Kind, Line
from campaign.models import Delivery
from campaign.payload import Payload
from campaign.people import NotAllowedError
from campaign.plan import PlannedDelivery
from campaign.schedule.model import Schedule
from campaign.schedule.rules import Window
from campaign.states import CHANGEABLE, State
from campaign.store.database import Store
from campaign.store.deliveries import Change, delivery_of
from campaign.store.payloads import load_payload
from campaign.store.tables import DELIVERY
from campaign.wiring import NETWORKS
from connectors.contract import NetworkName
from simulation.history import (
    Applied,
    Approved,
    Dropped,
    Moved,
    Pulled,
    Quiet,
    Stopped,
    Windows,
    Withdrawn,
)
from simulation.journal import Journal

Look = Callable[[str, Payload], str | None]
"""From a channel and what was to stand there: the address at which somebody sees it, if they do."""


@dataclass
class Clerk:
    """Carries out what people say, and keeps the record of it."""

    store: Store
    clock: Clock
    journal: Journal
    look: Look
    zone: ZoneInfo

    def change(self, who: str, why: str) -> Change:
        """Say who does something now, and why."""
        return Change(who=who, at=self.clock.now(), why=why)

    def apply(self, schedule: Schedule, planned: Iterable[PlannedDelivery], who: str) -> None:
        """Apply a plan."""
        change = self.change(who, "applied")
        with self.store.write() as connection:
            fresh = difference(connection, schedule, tuple(planned), change.at)
            apply(connection, schedule, fresh, fresh, change)
        self._note_windows(schedule)
        for line in fresh.lines:
            self._note(line, fresh)

    def decide(self, act: Callable[[Connection], State]) -> State | None:
        """Do what a person asks; None where the program says no, as it may."""
        try:
            with self.store.write() as connection:
                return act(connection)
        except (CannotDecideError, NotAllowedError):
            return None

    def deliveries(self, *states: State) -> list[Delivery]:
        """List the deliveries in these states."""
        query = select(DELIVERY).where(DELIVERY.c.state.in_(states))
        with self.store.read() as connection:
            rows = connection.execute(query.order_by(DELIVERY.c.due_at, DELIVERY.c.id))
            return [delivery_of(row) for row in rows]

    def settle(self, change: Callable[[], Change]) -> int:
        """Look at the networks for what only a person can settle; return how many there were."""
        open_ones = [one for one in self.deliveries(State.UNKNOWN) if one.not_before is None]
        for one in open_ones:
            self._settle(one, change())
        return len(open_ones)

    def approved(self, one: Delivery, day: str) -> None:
        """Note that a delivery's content has every yes it needs for a day."""
        order = self.journal.tick()
        act = Approved(order=order, delivery=one.id, content=one.content_hash, day=day)
        self.journal.acts.append(act)

    def withdrawn(self, delivery: str) -> None:
        """Note that every yes was taken back."""
        self.journal.acts.append(Withdrawn(order=self.journal.tick(), delivery=delivery))

    def pulled(self, delivery: str) -> None:
        """Note that it shall not stand."""
        self.journal.acts.append(Pulled(order=self.journal.tick(), delivery=delivery))

    def dropped(self, delivery: str) -> None:
        """Note that it was taken out."""
        self.journal.acts.append(Dropped(order=self.journal.tick(), delivery=delivery))

    def moved(self, delivery: str, due_at: datetime) -> None:
        """Note that it was given another time."""
        order, day = self.journal.tick(), self.day(due_at)
        self.journal.acts.append(Moved(order=order, delivery=delivery, due_at=due_at, day=day))

    def stopped(self, scope: str, target: str, *, on: bool) -> None:
        """Note that a stop was thrown or lifted."""
        order = self.journal.tick()
        self.journal.acts.append(Stopped(order=order, scope=scope, target=target, on=on))

    def day(self, instant: datetime) -> str:
        """Return the local day of an instant."""
        return instant.astimezone(self.zone).date().isoformat()

    def _settle(self, one: Delivery, change: Change) -> None:
        with self.store.read() as connection:
            payload = load_payload(connection, one.content_hash)
        url = self.look(one.channel, payload)
        network = NETWORKS[NetworkName(one.network)]
        with self.store.write() as connection:
            if url is None:
                settling.settle_not_published(connection, one.id, change)
            else:
                seen = settling.Seen(url=url, published_at=change.at, read_due_at=None)
                settling.settle_published(connection, one.id, change, network, seen)

    def _note(self, line: Line, fresh: Difference) -> None:
        if line.kind is Kind.CANCEL:
            self.dropped(line.delivery)
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
                day=self.day(one.due_at),
                follows=one.follows,
                theme=one.theme,
            )
        )

    def _note_windows(self, schedule: Schedule) -> None:
        windows = [one for each in schedule.windows() for one in self._quiet(each)]
        order = self.journal.tick()
        self.journal.acts.append(Windows(order=order, windows=tuple(windows)))

    def _quiet(self, window: Window) -> list[Quiet]:
        from_at = datetime.combine(window.from_on, time(), tzinfo=self.zone)
        until_at = datetime.combine(window.until_on + timedelta(days=1), time(), tzinfo=self.zone)
        return [
            Quiet(from_at=from_at, until_at=until_at, partner=partner)
            for partner in (window.partners or (None,))
        ]
