"""The week of the report: ISO, Monday 00:00 on the campaign's clock to the next Monday 00:00.

Everything that is weekly (collection before a boundary, attribution, the report) asks here where
a week begins and ends. Boundaries are UTC instants, so a week has 167, 168 or 169 hours.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from campaign.store.week_cut import midnight, number_of

_NAME = re.compile(r"(\d{4})-W(\d{2})")
_WEEK = timedelta(days=7)


class NoSuchWeekError(ValueError):
    """The text names no week; the message says what would."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """One ISO week on the clock of one zone."""

    monday_on: date
    zone: ZoneInfo

    @property
    def name(self) -> str:
        """As ISO 8601 writes it, for example `2027-W03`."""
        year, number, _ = self.monday_on.isocalendar()
        return f"{year:04d}-W{number:02d}"

    @property
    def number(self) -> int:
        """The ISO number, 1 to 53."""
        return self.monday_on.isocalendar().week

    @property
    def index(self) -> int:
        """The number that the database knows the week by, counted without a break."""
        return number_of(self.monday_on)

    @property
    def sunday_on(self) -> date:
        """The last day."""
        return self.monday_on + timedelta(days=6)

    @property
    def start_at(self) -> datetime:
        """The first instant, in UTC."""
        return midnight(self.monday_on, self.zone)

    @property
    def end_at(self) -> datetime:
        """The first instant of the next week, in UTC."""
        return midnight(self.monday_on + _WEEK, self.zone)

    def shifted(self, weeks: int) -> "Week":
        """Return the week that lies so many weeks later, or earlier when negative."""
        return Week(monday_on=self.monday_on + weeks * _WEEK, zone=self.zone)


def week_of(instant: datetime, zone: ZoneInfo) -> Week:
    """Return the week that holds an instant on the zone's clock."""
    return _week_of_day(instant.astimezone(zone).date(), zone)


def parse_week(text: str, *, zone: ZoneInfo, now: datetime) -> Week:
    """Read `2027-W03`, `last` (the last week that is over at `now`) or a day inside the week.

    Raises `NoSuchWeekError` with a sentence for the user.
    """
    words = text.strip()
    if words == "last":
        return week_of(now, zone).shifted(-1)
    try:
        return _week_of_day(_day_from(words), zone)
    except ValueError:
        message = (
            f"{text!r} is no week: write it like 2027-W03, as a day such as 2027-01-20, or `last`"
        )
        raise NoSuchWeekError(message) from None


def _day_from(words: str) -> date:
    named = _NAME.fullmatch(words)
    if named:
        return date.fromisocalendar(int(named[1]), int(named[2]), 1)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", words):
        return date.fromisoformat(words)
    raise ValueError(words)


def _week_of_day(day: date, zone: ZoneInfo) -> Week:
    return Week(monday_on=day - timedelta(days=day.weekday()), zone=zone)
