"""When a published post is read next: at the network's ages, and before every week boundary.

Pure arithmetic on instants. Publishing asks for the first reading when a post goes out,
collection for the next one after every reading.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from analytics.weeks import week_of
from connectors.contract import Cadence

OBSERVED_WITHIN = timedelta(hours=2)
"""A reading at most this long before a week boundary counts as the value at the boundary."""
WEEK_END_AIM = timedelta(minutes=60)
"""Middle of those two hours, so that neither an early nor a late worker misses them."""


def first_read_at(published_at: datetime, cadence: Cadence, zone: ZoneInfo) -> datetime | None:
    """Return when a post that has just gone out is to be read for the first time."""
    return next_read_at(published_at, None, cadence=cadence, zone=zone, now=published_at)


def next_read_at(
    published_at: datetime,
    last_read_at: datetime | None,
    *,
    cadence: Cadence,
    zone: ZoneInfo,
    now: datetime,
) -> datetime | None:
    """Return the next instant at which a post should be read, never before `now`.

    That is the earlier of the next age of the cadence and the read before the next week
    boundary. Reads that were missed (the machine slept) collapse into one, which is due `now`.
    None once the last age is read and the week-end reads have ended.
    """
    after = published_at if last_read_at is None else last_read_at
    ages = [published_at + age for age in cadence.ages if published_at + age > after]
    week_end = _week_end_read_at(published_at, last_read_at, zone)
    if week_end - published_at <= cadence.weekly_until:
        ages.append(week_end)
    return max(min(ages), now) if ages else None


def _week_end_read_at(
    published_at: datetime, last_read_at: datetime | None, zone: ZoneInfo
) -> datetime:
    """Return the first week-end read that neither a reading nor the publication has overtaken."""
    after = published_at if last_read_at is None else last_read_at
    week = week_of(after, zone)
    settled_from = week.end_at - (WEEK_END_AIM if last_read_at is None else OBSERVED_WITHIN)
    boundary = week.shifted(1).end_at if after >= settled_from else week.end_at
    return boundary - WEEK_END_AIM
