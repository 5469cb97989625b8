"""Plays the demo's weeks: from one event to the next, with the real hands and the real collector.

An event is a delivery that is due, a reading that is due, a partner that posts by hand, or one of
the week's fixed hours: partners count on Sunday night, send numbers on Monday, and the report is
written on Tuesday morning. Nothing waits: the clock is moved from event to event.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from analytics.collection import collect_due
from analytics.weeks import Week, week_of
from campaign.cli.demo_partners import Partners, by_hand
from campaign.cli.demo_stage import Stage
from campaign.cli.on_numbers import write_week
from campaign.cli.on_publishing import worker_name
from campaign.cli.session import Session
from campaign.models import Delivery
from campaign.publishing.due import next_instant
from campaign.publishing.hands import Hands
from campaign.store.deliveries import list_deliveries
from campaign.store.tables import CHANNEL, DELIVERY
from rehearsal.server import Call, Fault

COUNT_AT = timedelta(minutes=-30)
SEND_AT = timedelta(hours=10)
REPORT_AT = timedelta(days=1, hours=9)
LATE_BY = timedelta(days=2)
"""All from the end of the week, Monday 00:00. One partner's numbers come after the report."""

READING_GRID = timedelta(minutes=60)
"""Readings are rung on this grid, as a clock would, in place of at each post's own minute."""

Event = tuple[datetime, str, Callable[[], None]]
"""When, in words, and what is done."""

BANNER = "Made up: numbers from rehearsal networks"


@dataclass
class Story:
    """One run through the campaign's weeks."""

    stage: Stage
    session: Session
    on_event: Callable[[str, datetime], None]
    """Told what happens, and when in the campaign's time."""
    reports: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        desk = self.session.desk
        self._hands = Hands(desk.rig(worker_name()), desk.settings.hands)
        self._partners = Partners(self.stage)
        events = [*self._fixed_hours(), *self._hand_posts()]
        self._planned = sorted(events, key=lambda event: event[0])
        self.ends_at = self._planned[-1][0]

    def play(self) -> None:
        """Go from event to event until the last report is written."""
        try:
            while self._planned:
                self._everything_due()
                self.stage.clock.move_to(self._next())
        finally:
            self._hands.close()

    def _everything_due(self) -> None:
        now = self.stage.clock.now()
        done = self._hands.run_until_idle()
        if done["published"]:
            self.on_event(f"published {done['published']}", now)
        if done["unknown"]:
            self.on_event("an answer was lost: checking whether it went out", now)
        desk = self.session.desk
        collect_due(
            desk.store, clock=desk.clock, connector_for=desk.connector_for, purse=desk.purse
        )
        while self._planned and self._planned[0][0] <= now:
            _at, words, action = self._planned.pop(0)
            self.on_event(words, now)
            action()

    def _next(self) -> datetime:
        now = self.stage.clock.now()
        with self.session.desk.store.read() as connection:
            publishing = next_instant(connection, now)
            reading = connection.execute(
                select(func.min(DELIVERY.c.read_due_at)).where(DELIVERY.c.read_due_at > now)
            ).scalar()
            followers = connection.execute(
                select(func.min(CHANNEL.c.followers_due_at)).where(CHANNEL.c.followers_due_at > now)
            ).scalar()
        readings = [_on_grid(one) for one in (reading, followers) if one]
        fixed = [self._planned[0][0]] if self._planned else []
        instants = [one for one in (publishing, *readings, *fixed) if one and one > now]
        return min(instants, default=now)

    def _fixed_hours(self) -> Iterator[Event]:
        partners = tuple(self.session.schedule.partners)
        late, on_time = partners[-1:], partners[:-1]
        for week in self._weeks():
            end = week.end_at
            yield end + COUNT_AT, "partners count", self._partners.count
            yield end + SEND_AT, "partners send numbers", lambda: self._partners.send(on_time)
            yield end + REPORT_AT, f"report for {week.name}", self._writer(week)
            yield end + LATE_BY, "a late partner sends numbers", lambda: self._partners.send(late)
        yield self._fault_hour()

    def _hand_posts(self) -> Iterator[Event]:
        with self.session.desk.store.read() as connection:
            waiting = by_hand(list_deliveries(connection))
        for delivery in waiting:
            at = self._partners.posting_time(delivery)
            if at is not None:
                yield at, "a partner posts by hand", self._poster(delivery)

    def _poster(self, delivery: Delivery) -> Callable[[], None]:
        return lambda: self._partners.post(delivery)

    def _fault_hour(self) -> Event:
        """Lose two answers on purpose, so that everybody sees them found and not doubled."""
        first = next(self._weeks())

        def lose() -> None:
            for network in ("x", "mastodon"):
                self.stage.rehearsal.inject(network, Fault.STORE_THEN_DROP, on=Call.PUBLISH)

        return first.start_at + timedelta(hours=1), "two answers will be lost on purpose", lose

    def _weeks(self) -> Iterator[Week]:
        runs = self.session.schedule.runs
        week = week_of(
            datetime(
                runs.from_on.year,
                runs.from_on.month,
                runs.from_on.day,
                12,
                tzinfo=self.session.schedule.zone,
            ),
            self.session.schedule.zone,
        )
        while week.start_at.astimezone(self.session.schedule.zone).date() <= runs.until_on:
            yield week
            week = week.shifted(1)

    def _writer(self, week: Week) -> Callable[[], None]:
        def write() -> None:
            formats = ("html", "csv", "json")
            written = write_week(self.session, week.name, formats, self.stage.reports, BANNER)
            self.reports.extend(written)

        return write


def _on_grid(instant: datetime) -> datetime:
    """Return the next ring of the clock at or after an instant."""
    behind = timedelta(
        minutes=instant.minute, seconds=instant.second, microseconds=instant.microsecond
    )
    return instant if not behind else instant + READING_GRID - behind
