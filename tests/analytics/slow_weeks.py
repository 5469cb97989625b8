"""What a post gained in a week, worked out slowly and plainly, to hold the fast way against.

It follows the rules as they are written down for people, one sentence after the other, over lists
that are gone through from the front every time. It shares nothing with the program but the words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction


@dataclass(frozen=True)
class Line:
    """One answer of one source under one definition."""

    definition: str
    source: str
    observed_at: datetime
    recorded_at: datetime
    value: int | None


@dataclass(frozen=True)
class SlowGain:
    net: Fraction
    gross: Fraction
    correction: Fraction
    method: str


Points = list[tuple[datetime, int]]


def points_of(lines: Iterable[Line], definition: str, source: str, as_of: datetime) -> Points:
    """Of several lines for one instant the one that was recorded last holds."""
    known = [
        line
        for line in lines
        if (line.definition, line.source) == (definition, source)
        and line.value is not None
        and line.observed_at <= as_of
        and line.recorded_at <= as_of
    ]
    points = []
    for instant in sorted({line.observed_at for line in known}):
        said = [line for line in known if line.observed_at == instant]
        last = max(line.recorded_at for line in said)
        points.append((instant, max(one.value or 0 for one in said if one.recorded_at == last)))
    return points


def value_at(points: Points, start: tuple[datetime, int], at: datetime) -> tuple[Fraction, str]:
    """Return the count at an instant, and how it is known."""
    begins_at, begins_with = start
    if at <= begins_at:
        return Fraction(begins_with), "observed"
    before = [point for point in points if point[0] <= at]
    after = [point for point in points if point[0] > at]
    if before and at - before[-1][0] <= timedelta(hours=2):
        return Fraction(before[-1][1]), "observed"
    if not after:
        return Fraction(before[-1][1]), "carried"
    left = before[-1] if before else start
    right = after[0]
    share = Fraction((at - left[0]) / timedelta(microseconds=1)) / Fraction(
        (right[0] - left[0]) / timedelta(microseconds=1)
    )
    exact = left[1] + share * (right[1] - left[1])
    return Fraction(round(exact * 1000), 1000), "interpolated"


def gain(points: Points, start: tuple[datetime, int], begin: datetime, end: datetime) -> SlowGain:
    """Return what was gained between two instants; there must be a point."""
    first, how_first = value_at(points, start, begin)
    last, how_last = value_at(points, start, end)
    values = [first, *(Fraction(value) for at, value in points if begin < at <= end), last]
    up = down = Fraction(0)
    for index in range(1, len(values)):
        step = values[index] - values[index - 1]
        if step > 0:
            up += step
        else:
            down += step
    order = ["observed", "interpolated", "carried"]
    method = order[max(order.index(how_first), order.index(how_last))]
    return SlowGain(net=last - first, gross=up, correction=down, method=method)
