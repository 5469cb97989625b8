"""Entries with a fixed time, once or as a series: what is written is what happens.

Nothing here moves a post except a bank holiday, and that is noted on it. A time that a rule
forbids is an objection, since somebody chose it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from campaign.planning.calendar import Calendar, day_text, wall_text
from campaign.planning.occasion import Ledger, Occasion
from campaign.schedule.local_time import NoSuchTimeError, WallTime, wall_clock
from campaign.schedule.model import SingleEntry


@dataclass(frozen=True, slots=True)
class FixedEntry:
    """One such entry, with its place in the schedule."""

    number: int
    entry: SingleEntry
    calendar: Calendar
    ledger: Ledger

    def expand(self) -> None:
        """Write every occasion of the entry into the ledger, and what is wrong with them."""
        channels = self.calendar.schedule.channels_of(self.entry.send_to)
        stagger = self.entry.stagger or timedelta(0)
        for count, time in enumerate(self._runs(), start=1):
            start = self._instant(time, count)
            for place, channel in enumerate(channels if start else ()):
                if start is not None:
                    self._occasion(count, channel, start + place * stagger)

    def _runs(self) -> Iterator[WallTime]:
        """Yield the local time of each run; a series keeps its wall time across clock changes."""
        yield self.entry.at
        zone = self.calendar.schedule.zone
        try:
            local = wall_clock(self.entry.at.instant(zone), zone)
        except NoSuchTimeError:
            local = self.entry.at.local
        every = self.entry.every
        while every and (local := local + every).date() <= self._last_day():
            yield WallTime(local=local)

    def _last_day(self) -> date:
        runs = self.calendar.schedule.runs
        until = self.entry.until_on or runs.until_on
        if until > runs.until_on:
            sentence = f"“{until}” is after the campaign's last day, {day_text(runs.until_on)}"
            self._object("until", "campaign", sentence)
        return min(until, runs.until_on)

    def _instant(self, time: WallTime, count: int) -> datetime | None:
        try:
            return time.instant(self.calendar.schedule.zone)
        except NoSuchTimeError as error:
            self._object("at", "no such time", f"run {count} of “{self.entry.post}”: {error}")
            return None

    def _occasion(self, count: int, channel: str, due_at: datetime) -> None:
        local, notes = self.calendar.local(due_at), self._offset_note()
        holiday = self.calendar.holiday(local.date())
        if holiday and self.calendar.drops_holidays():
            self._drop(local.date(), holiday)
            return
        if holiday:
            moved = self._next_working(local, count)
            if moved is None:
                return
            due_at, notes = moved, (*notes, f"moved from {day_text(local.date())}: {holiday}")
        self._check_rules(channel, due_at)
        self.ledger.occasions.append(
            Occasion(
                entry=self.number,
                post=self.entry.post,
                channel=channel,
                run=str(count),
                count=count,
                due_at=due_at,
                notes=notes,
            )
        )

    def _next_working(self, local: datetime, count: int) -> datetime | None:
        """Return the same local time on the next day that is no bank holiday."""
        day = self.calendar.next_working(local.date())
        return self._instant(WallTime(local=datetime.combine(day, local.time())), count)

    def _drop(self, day: date, holiday: str) -> None:
        message = f"“{self.entry.post}” is left out on {day_text(day)}: {holiday}"
        self.ledger.remark(("schedule", self.number), f"dropped {day}", message)

    def _offset_note(self) -> tuple[str, ...]:
        """Say so where an offset of another place was written: the campaign's clocks differ."""
        at, zone = self.entry.at, self.calendar.schedule.zone
        if at.offset is None:
            return ()
        local = wall_clock(at.instant(zone), zone)
        return () if local == at.local else (f"“{at}” is {wall_text(local)} in {zone.key}",)

    def _check_rules(self, channel: str, due_at: datetime) -> None:
        runs = self.calendar.schedule.runs
        in_campaign, in_hours = self.calendar.in_campaign(due_at), self.calendar.in_hours(due_at)
        if in_campaign and in_hours:
            return
        what = f"“{self.entry.post}” for {channel} at {wall_text(self.calendar.local(due_at))}"
        if not in_campaign:
            days = f"{day_text(runs.from_on)} to {day_text(runs.until_on)}"
            self._object("at", "campaign", f"{what} lies outside the campaign's days, {days}")
        if not in_hours:
            hours = self.calendar.schedule.rules.hours
            self._object("at", "hours", f"{what} lies outside the hours {hours}")

    def _object(self, field: str, kind: str, message: str) -> None:
        self.ledger.object(("schedule", self.number, field), kind, message)
