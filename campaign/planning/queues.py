"""Queues: posts one after the other, each in the next slot that is free for all its channels.

A post waits for a bank holiday to pass, for its embargo to end and for a channel to be free;
nothing behind it overtakes. Every wait is noted on the post.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from campaign.planning.calendar import Calendar, day_text
from campaign.planning.gaps import Agenda
from campaign.planning.occasion import Ledger, Occasion
from campaign.schedule.local_time import instants
from campaign.schedule.model import QueueEntry
from campaign.schedule.rules import Slot

ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class Queue:
    """One queue while its posts are given their slots."""

    number: int
    entry: QueueEntry
    calendar: Calendar
    ledger: Ledger
    agenda: Agenda
    embargoes: dict[str, datetime]
    """The instant before which a post may not go out."""
    day: date = field(init=False)

    def expand(self, posts: tuple[str, ...]) -> None:
        """Give each post its slot; object once where the slots or the campaign's days run out."""
        self.day = self.entry.from_on
        runs = self.calendar.schedule.runs
        if not runs.covers(self.day):
            days = f"{day_text(runs.from_on)} to {day_text(runs.until_on)}"
            self._object("from", f"“{self.day}” lies outside the campaign's days, {days}")
            return
        if self._never_in_hours():
            return
        for post in posts:
            if not self._place(post):
                return

    def _place(self, post: str) -> bool:
        """Find the post's slot; False where none is left for it nor for those behind it."""
        waits: list[str] = []
        while self.day <= self.calendar.schedule.runs.until_on:
            day, self.day = self.day, self.day + ONE_DAY
            if not self._slot.falls_on(day):
                continue
            holiday = self.calendar.holiday(day)
            if holiday and self.calendar.drops_holidays():
                self._drop(post, day, holiday)
                return True
            start = self._start(day)
            if start is None:
                waits.append(f"the clocks skip {self._slot.at:%H:%M} on {day_text(day)}")
            elif why := self._why_not(post, day, start):
                waits.append(why)
            else:
                self._take(post, start, tuple(waits))
                return True
        last = day_text(self.calendar.schedule.runs.until_on)
        self._object("posts", f"“{post}” finds no free slot by the campaign's last day, {last}")
        return False

    @property
    def _slot(self) -> Slot:
        return self.calendar.schedule.slots[self.entry.slot]

    def _start(self, day: date) -> datetime | None:
        """Return the slot's instant on a day: the first of two, None where the clocks skip it."""
        local = datetime.combine(day, self._slot.at)
        return next(iter(instants(local, self.calendar.schedule.zone)), None)

    def _times(self, start: datetime) -> list[tuple[str, datetime]]:
        channels = self.calendar.schedule.channels_of(self.entry.send_to)
        stagger = self.entry.stagger or timedelta(0)
        return [(channel, start + place * stagger) for place, channel in enumerate(channels)]

    def _why_not(self, post: str, day: date, start: datetime) -> str | None:
        """Say why a post cannot take the slot of a day, None where it can."""
        if holiday := self.calendar.holiday(day):
            return f"moved from {day_text(day)}: {holiday}"
        if start < self.embargoes.get(post, start):
            return f"waited on {day_text(day)} for its embargo to end"
        for channel, due_at in self._times(start):
            local = self.calendar.local(due_at).date()
            if not self.agenda.is_free(channel, due_at):
                return f"waited on {day_text(day)}: {channel} has another post then"
            if not self.calendar.in_campaign(due_at) or self.calendar.holiday(local):
                return f"waited on {day_text(day)}: its last channels would be due too late"
        return None

    def _never_in_hours(self) -> bool:
        hours = self.calendar.schedule.rules.hours
        first = datetime.combine(self.day, self._slot.at)
        late = [
            channel
            for channel, local in self._times(first)
            if hours and not (local.date() == self.day and hours.include(local.time()))
        ]
        if late:
            what = f"the slot “{self.entry.slot}” at {self._slot.at:%H:%M}"
            self._object("slot", f"{what} lies outside the hours {hours} for {late[0]}")
        return bool(late)

    def _take(self, post: str, start: datetime, waits: tuple[str, ...]) -> None:
        for channel, due_at in self._times(start):
            self.agenda.take(channel, due_at)
            self.ledger.occasions.append(
                Occasion(
                    entry=self.number,
                    post=post,
                    channel=channel,
                    run=post,
                    count=1,
                    due_at=due_at,
                    notes=waits,
                )
            )

    def _drop(self, post: str, day: date, holiday: str) -> None:
        message = f"“{post}” is left out on {day_text(day)}: {holiday}"
        self.ledger.remark(("schedule", self.number), f"dropped {day}", message)

    def _object(self, where: str, message: str) -> None:
        self.ledger.object(("schedule", self.number, where), "queue", message)
