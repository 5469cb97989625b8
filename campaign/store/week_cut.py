"""Where the numbers are cut into weeks: Monday 00:00 on the campaign's clock to the next.

A week has a number: whole weeks since Monday, 1 January of year 1. Its first instant is not part
of it, its last one is, since what a reading says of a boundary belongs to the week that ends there.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from campaign.instants import to_micros


def number_of(monday_on: date) -> int:
    """Return the number of the week that begins on that day, or that holds it."""
    return (monday_on.toordinal() - 1) // 7


@lru_cache(maxsize=4096)
def starts_at(number: int, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which a week begins and the one before ends."""
    return midnight(date.fromordinal(number * 7 + 1), zone)


@lru_cache(maxsize=4096)
def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a day on the zone's clock, in UTC."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def week_ending_with(instant: datetime, zone: ZoneInfo) -> int:
    """Return the number of the week that an observation at an instant belongs to."""
    return number_of((instant - timedelta(microseconds=1)).astimezone(zone).date())


def micros_between(number: int, zone: ZoneInfo) -> tuple[int, int]:
    """Return a week's boundaries in microseconds: what lies after the one, up to the other."""
    return to_micros(starts_at(number, zone)), to_micros(starts_at(number + 1, zone))
