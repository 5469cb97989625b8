"""What one post gained in one week, from the cumulative counts that were read of it.

Networks give totals so far, at the instants we happened to ask. A weekly gain is the difference
of two boundary values, and every boundary value says how it came about: observed, interpolated
between two readings, or carried forward from the last one. Pure and exact (fractions, not
floats), so the gains of all weeks add up to the last count and nothing is lost or counted twice.
Counts that fall are never clipped: they are a correction by the network and are shown as such.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from analytics.cadence import OBSERVED_WITHIN

Count = int | Fraction
"""Whole as networks give it; thousandths only where it was interpolated."""

GRAIN = 1000
"""Parts of a count that an interpolated value is kept to. The gains of all weeks still add up
exactly, since every boundary has one value, and sums of thousands of gains stay small numbers."""

_MICROSECOND = timedelta(microseconds=1)
LONG = timedelta(days=7)
"""From publication to first reading; by then most of the gain is past and its week unknown."""


class Method(StrEnum):
    """How a boundary value came about, from the surest to the least sure."""

    OBSERVED = "observed"
    INTERPOLATED = "interpolated"
    CARRIED = "carried"


SURENESS = {Method.OBSERVED: 0, Method.INTERPOLATED: 1, Method.CARRIED: 2}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A cumulative count as it stood at `observed_at` and became known at `recorded_at`."""

    observed_at: datetime
    recorded_at: datetime
    value: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """The counts of one post under one definition from one source, in order of time."""

    starts_at: datetime
    """Publication, where the count is 0; for a definition that replaced another, its first
    reading, which is only a place to start from."""
    starts_with: int
    readings: tuple[Reading, ...]
    definition: str = ""
    ends_at: datetime | None = None
    """When another definition took over; the count stands still for us from then on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Boundary:
    """The count at one instant."""

    value: Count
    method: Method
    lower: Count
    upper: Count | None
    """None when nothing was read since, so that nobody knows how much it grew."""
    read_from: datetime | None
    read_to: datetime | None
    """The readings it rests on; None where it rests on the publication."""
    stale_for: timedelta = timedelta()


@dataclass(frozen=True, kw_only=True, slots=True)
class Gain:
    """The difference of two boundary values; `net` is always `gross + correction`."""

    net: Count
    gross: Count
    """The sum of all steps up."""
    correction: Count
    """The sum of all steps down: what the network took back."""
    method: Method
    lower: Count | None
    upper: Count | None
    provisional: bool
    stale_for: timedelta
    """How long before the week's end the last reading lies, where it had to be carried."""
    backfilled: bool
    """It was spread over time, because the first reading came a week or more after publication."""
    read_from: datetime | None
    read_to: datetime | None


def magnitude(value: Count) -> Count:
    """Return a count without its sign."""
    return -value if value < 0 else value


def make_series(
    published_at: datetime, readings: Iterable[Reading], definition: str = ""
) -> Series:
    """Order the readings of one post; of two for one instant the later recorded one holds.

    Readings from before the publication belong to nothing and are left out.
    """
    latest: dict[datetime, Reading] = {}
    for reading in readings:
        known = latest.get(reading.observed_at)
        if known is None or _precedence(reading) > _precedence(known):
            latest[reading.observed_at] = reading
    ordered = sorted(latest.values(), key=_observed_at)
    kept = tuple(one for one in ordered if one.observed_at >= published_at)
    return Series(starts_at=published_at, starts_with=0, readings=kept, definition=definition)


def link_definitions(series: Iterable[Series]) -> list[Series]:
    """Join the series of one post and metric whose definition changed, oldest first.

    The new definition counts from its first reading on, the old one up to there (or up to its
    own last reading, if that is earlier: what lies between is not known). So old 4000 to 5000
    and new 6100 to 6300 make 1200, never 2300.
    """
    ordered = sorted(
        (one for one in series if one.readings),
        key=lambda one: (one.readings[-1].observed_at, one.readings[0].observed_at),
    )
    linked = ordered[:1]
    for later in ordered[1:]:
        first, earlier = later.readings[0], linked[-1]
        ends_at = min(first.observed_at, earlier.readings[-1].observed_at)
        linked[-1] = replace(earlier, ends_at=ends_at)
        linked.append(replace(later, starts_at=first.observed_at, starts_with=first.value))
    return linked


def value_at(series: Series, instant: datetime, *, within: timedelta = OBSERVED_WITHIN) -> Boundary:
    """Return the count at an instant by the first rule that fits.

    Before the start it is exact. A reading at most `within` before the instant is observed.
    Between two readings (the publication counts as one) it is interpolated linearly, with the
    two as its range. After the last reading that reading is carried, and the upper end is open.
    The series must have a reading.
    """
    at = instant if series.ends_at is None else min(instant, series.ends_at)
    if at <= series.starts_at:
        return _exact(series.starts_with, _start_read_at(series))
    index = bisect_right(series.readings, at, key=_observed_at)
    before = series.readings[index - 1] if index else None
    after = series.readings[index] if index < len(series.readings) else None
    if before is not None and at - before.observed_at <= within:
        return _exact(before.value, before.observed_at)
    if after is not None:
        return _interpolated(series, at, before, after)
    return _carried(series.readings[-1], at)


def gain_between(
    series: Series, start_at: datetime, end_at: datetime, *, within: timedelta = OBSERVED_WITHIN
) -> Gain:
    """Return what the series gained from `start_at` to `end_at`; it must have a reading."""
    start = value_at(series, start_at, within=within)
    end = value_at(series, end_at, within=within)
    gross, correction = _steps(series, (start_at, start), (end_at, end))
    lower, upper = _range(start, end)
    return Gain(
        net=end.value - start.value,
        gross=gross,
        correction=correction,
        method=max(start.method, end.method, key=SURENESS.__getitem__),
        lower=lower,
        upper=upper,
        provisional=Method.CARRIED in {start.method, end.method},
        stale_for=end.stale_for,
        backfilled=_backfilled(series, start) or _backfilled(series, end),
        read_from=start.read_from,
        read_to=end.read_to,
    )


def _start_read_at(series: Series) -> datetime | None:
    first = series.readings[0]
    replaces = first.observed_at == series.starts_at and first.value == series.starts_with
    return first.observed_at if replaces else None


def _observed_at(reading: Reading) -> datetime:
    return reading.observed_at


def _precedence(reading: Reading) -> tuple[datetime, int]:
    return reading.recorded_at, reading.value


def _exact(value: Count, read_at: datetime | None) -> Boundary:
    return Boundary(
        value=value,
        method=Method.OBSERVED,
        lower=value,
        upper=value,
        read_from=read_at,
        read_to=read_at,
    )


def _interpolated(series: Series, at: datetime, before: Reading | None, after: Reading) -> Boundary:
    since = series.starts_at if before is None else before.observed_at
    low = series.starts_with if before is None else before.value
    high = after.value
    share = Fraction((at - since) // _MICROSECOND, (after.observed_at - since) // _MICROSECOND)
    return Boundary(
        value=low + Fraction(round(share * (high - low) * GRAIN), GRAIN),
        method=Method.INTERPOLATED,
        lower=min(low, high),
        upper=max(low, high),
        read_from=None if before is None else before.observed_at,
        read_to=after.observed_at,
    )


def _carried(last: Reading, at: datetime) -> Boundary:
    return Boundary(
        value=last.value,
        method=Method.CARRIED,
        lower=last.value,
        upper=None,
        read_from=last.observed_at,
        read_to=last.observed_at,
        stale_for=at - last.observed_at,
    )


def _steps(
    series: Series, start: tuple[datetime, Boundary], end: tuple[datetime, Boundary]
) -> tuple[Count, Count]:
    """Add up the steps up and the steps down, the boundary values being steps as well."""
    until = end[0] if series.ends_at is None else min(end[0], series.ends_at)
    first = bisect_right(series.readings, start[0], key=_observed_at)
    last = bisect_right(series.readings, until, key=_observed_at)
    inside = [one.value for one in series.readings[first:last]]
    values = [start[1].value, *inside, end[1].value]
    if all(a <= b for a, b in pairwise(values)):
        return values[-1] - values[0], 0
    steps = [b - a for a, b in pairwise(values)]
    return sum(step for step in steps if step > 0), sum(step for step in steps if step < 0)


def _range(start: Boundary, end: Boundary) -> tuple[Count | None, Count | None]:
    same_gap = start.method is end.method is Method.INTERPOLATED and start.read_to == end.read_to
    if same_gap and end.upper is not None:
        # Both lie between the same two readings, so the gain cannot exceed their difference.
        whole = end.upper - end.lower
        rising = end.value >= start.value
        return (0, whole) if rising else (-whole, 0)
    lower = None if start.upper is None else end.lower - start.upper
    upper = None if end.upper is None else end.upper - start.lower
    return lower, upper


def _backfilled(series: Series, boundary: Boundary) -> bool:
    """Say whether the count was spread from the publication to a first reading long after it."""
    if boundary.method is not Method.INTERPOLATED or boundary.read_from is not None:
        return False
    return series.readings[0].observed_at - series.starts_at >= LONG
