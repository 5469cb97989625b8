"""Plays the demo's weeks: from one event to the next, with the real hands and the real collector.

An event is a delivery that is due, a reading that is due, a partner that posts by hand, or one of
the week's fixed hours: partners count on Sunday night, send numbers on Monday, and the report is
written on Tuesday morning. Nothing waits: the clock is moved from event to event.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy import func, select

from analytics.collection import collect_due
from analytics.issues import CannotReleaseError
from analytics.weeks import Week
from campaign.cli.demo_partners import TELLS_LATE_BY, Partners, by_hand
from campaign.cli.demo_stage import Stage
from campaign.cli.on_objectives import Entered, enter
from campaign.cli.on_publishing import worker_name
from campaign.cli.on_reports import Reissue, Sending, reissue, send_report
from campaign.cli.partners_clock import tick as look_after_partners
from campaign.cli.reports_clock import send_letters, tick
from campaign.cli.session import Session
from campaign.models import Delivery
from campaign.publishing.due import next_instant
from campaign.publishing.hands import Hands
from campaign.store.deliveries import list_deliveries
from campaign.store.tables import CHANNEL, DELIVERY
from rehearsal.server import Call, Fault
from simulation.weekly import COUNT_AT, REPORT_AT, SEND_AT, weeks_of

A_DAY = timedelta(days=1)
LATE_BY = timedelta(days=2)
"""From the end of the week, Monday 00:00. One partner's numbers come after the report."""

PROMOTED_AT = timedelta(days=2, hours=12)
"""From the beginning of the second week: Wednesday noon."""
PROMOTED_PERCENT = 40

READING_GRID = timedelta(minutes=60)
"""Readings are rung on this grid, as a clock would, in place of at each post's own minute."""

Event = tuple[datetime, str, Callable[[], None]]
"""When, in words, and what is done."""

BANNER = "Made up: numbers from rehearsal networks"

LEARNED = (
    "Ask partners for their numbers by Monday noon: what comes later waits for a correction.",
    "Posts that begin with a question were opened more, but four posts prove nothing yet.",
    "Partners post more readily when the pack reaches them two days ahead.",
    "Tuesday mornings worked; we keep the slot and compare again in four weeks.",
)
"""What a person might write; made up like the numbers."""


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
        first = next(self._weeks())
        correct_at = first.end_at + LATE_BY + timedelta(hours=9)
        yield correct_at, f"corrected report for {first.name}", self._corrector(first)
        yield self._fault_hour()
        yield from self._promotion()
        yield from self._mornings()

    def _hand_posts(self) -> Iterator[Event]:
        with self.session.desk.store.read() as connection:
            waiting = by_hand(list_deliveries(connection))
        for delivery in waiting:
            at = self._partners.posting_time(delivery)
            if at is not None:
                yield at, "a partner posts by hand", self._poster(delivery)
                if self._partners.tells_late(delivery):
                    teller = partial(self._partners.tell, delivery)
                    yield at + TELLS_LATE_BY, "a partner reports late", teller

    def _poster(self, delivery: Delivery) -> Callable[[], None]:
        return lambda: self._partners.post(delivery)

    def _fault_hour(self) -> Event:
        """Lose two answers on purpose, so that everybody sees them found and not doubled."""
        first = next(self._weeks())

        def lose() -> None:
            for network in ("x", "mastodon"):
                self.stage.rehearsal.inject(network, Fault.STORE_THEN_DROP, on=Call.PUBLISH)

        return first.start_at + timedelta(hours=1), "two answers will be lost on purpose", lose

    def _promotion(self) -> Iterator[Event]:
        """Pay for the newest post on X in the second week: its paid counts then stand apart."""

        def promote() -> None:
            posts = self.stage.rehearsal.posts("x")
            if posts:
                self.stage.rehearsal.promote(posts[-1].remote_id, percent=PROMOTED_PERCENT)

        for week in islice(self._weeks(), 1, 2):
            yield week.start_at + PROMOTED_AT, "the newest post on X is promoted for money", promote

    def _mornings(self) -> Iterator[Event]:
        """Look after partners every morning, as the clock of `campaign run` does every minute."""
        weeks = list(self._weeks())
        at = self.stage.clock.now() + A_DAY
        while at < weeks[-1].end_at:
            yield at, "partners are asked and reminded", self._look_after_partners
            at += A_DAY

    def _look_after_partners(self) -> None:
        look_after_partners(self.session)
        send_letters(self.session)

    def _weeks(self) -> Iterator[Week]:
        schedule = self.session.schedule
        return weeks_of(schedule, schedule.runs.until_on)

    def _writer(self, week: Week) -> Callable[[], None]:
        def write() -> None:
            self._enter_sign_ups(week)
            tick(self.session)
            sending = Sending(
                week=week.name,
                person=self._releaser(week),
                learning=LEARNED[week.number % len(LEARNED)],
                out=self.stage.reports,
                mail=True,
            )
            self.reports.extend(send_report(self.stage.place, sending, BANNER))

        return write

    def _enter_sign_ups(self, week: Week) -> None:
        """Let somebody enter what no network counts, where the schedule wants it."""
        if "sign-ups" not in self.session.schedule.objectives:
            return
        weeks = (week.monday_on - self.session.schedule.runs.from_on).days // 7 + 1
        entered = Entered(
            objective="sign-ups",
            value=str(9 * weeks + week.number % 4),
            lower=None,
            upper=None,
            source="made up: the sign-up form",
        )
        enter(self.stage.place, entered, week.sunday_on.isoformat(), None)

    def _corrector(self, week: Week) -> Callable[[], None]:
        def correct() -> None:
            with suppress(CannotReleaseError):
                correction = Reissue(
                    week=week.name,
                    person=self._releaser(week),
                    reason="a partner sent its numbers after the report",
                    out=self.stage.reports,
                )
                reissue(self.stage.place, correction, BANNER)

        return correct

    def _releaser(self, week: Week) -> str | None:
        """Return who releases a week's report on the Tuesday after it: the deputy where one is."""
        reporting = self.session.schedule.report
        tuesday = week.sunday_on + timedelta(days=2)
        return reporting.releasers(tuesday)[-1] if reporting else None


def _on_grid(instant: datetime) -> datetime:
    """Return the next ring of the clock at or after an instant."""
    behind = timedelta(
        minutes=instant.minute, seconds=instant.second, microseconds=instant.microsecond
    )
    return instant if not behind else instant + READING_GRID - behind
