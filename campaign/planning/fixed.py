"""Entries with a fixed time, once or as a series: what is written is what happens.

Nothing here moves a post except a bank holiday, and that is noted on it. A time that a rule
forbids is an objection, since somebody chose it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from campaign.planning.calendar import Calendar, day_text, wall_text
from campaign.planning.occasion import Ledger, Occasion
from campaign.schedule.local_time import NoSuchTimeError, WallTime, wall_clock
from campaign.schedule.model import SingleEntry


@dataclass(frozen=True, slots=True)
class _Written:
    """When a run goes out."""

    due_at: datetime
    fits: bool
    """Whether the campaign's days and hours allow it."""
    notes: tuple[str, ...]


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
        stagger, notes = self.entry.stagger or timedelta(0), self._offset_note()
        for count, time in enumerate(self._runs(), start=1):
            start = self._instant(time, count)
            if start is None:
                continue
            written = lru_cache(self._written)  # channels that are not staggered share an instant
            for place, channel in enumerate(channels):
                found = written(count, start + place * stagger)
                if found is not None:
                    self._occasion(count, channel, found, notes)

    def _runs(self) -> Iterator[WallTime]:
        """Yield the local time of each run; a series keeps its wall time across clock changes."""
        yield self.entry.at
        every, zone = self.entry.every, self.calendar.schedule.zone
        if not every:
            return
        try:
            local = wall_clock(self.entry.at.instant(zone), zone)
        except NoSuchTimeError:
            local = self.entry.at.local
        while (local := local + every).date() <= self._last_day():
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

    def _written(self, count: int, instant: datetime) -> _Written | None:
        """Return when a run goes out, and what moved it; None where a bank holiday drops it."""
        local = self.calendar.local(instant)
        holiday = self.calendar.holiday(local.date())
        if holiday and self.calendar.drops_holidays():
            self._drop(local.date(), holiday)
            return None
        if not holiday:
            return _Written(instant, self._fits(instant), ())
        moved = self._next_working(local, count)
        if moved is None:
            return None
        note = f"moved from {day_text(local.date())}: {holiday}"
        return _Written(moved, self._fits(moved), (note,))

    def _occasion(
        self, count: int, channel: str, written: _Written, notes: tuple[str, ...]
    ) -> None:
        if not written.fits:
            self._object_to_rules(channel, written.due_at)
        self.ledger.occasions.append(
            Occasion(
                entry=self.number,
                post=self.entry.post,
                channel=channel,
                run=str(count),
                count=count,
                due_at=written.due_at,
                notes=(*notes, *written.notes),
            )
        )

    def _fits(self, due_at: datetime) -> bool:
        return self.calendar.in_campaign(due_at) and self.calendar.in_hours(due_at)

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

    def _object_to_rules(self, channel: str, due_at: datetime) -> None:
        runs = self.calendar.schedule.runs
        in_campaign, in_hours = self.calendar.in_campaign(due_at), self.calendar.in_hours(due_at)
        what = f"“{self.entry.post}” for {channel} at {wall_text(self.calendar.local(due_at))}"
        if not in_campaign:
            days = f"{day_text(runs.from_on)} to {day_text(runs.until_on)}"
            self._object("at", "campaign", f"{what} lies outside the campaign's days, {days}")
        if not in_hours:
            hours = self.calendar.schedule.rules.hours
            self._object("at", "hours", f"{what} lies outside the hours {hours}")

    def _object(self, field: str, kind: str, message: str) -> None:
        self.ledger.object(("schedule", self.number, field), kind, message)
