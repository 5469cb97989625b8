"""What many series gained in one week: the rules of `attribution`, for all of them at once.

Whole columns are compared, subtracted and interpolated. Values are thousandths of a count, so that
every figure is exactly the one that `attribution` gives; tests hold the two together, and both
with a third way of working it out.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from analytics.attribution import GRAIN, LONG, Method
from analytics.week_columns import OBSERVED_MICROS, WeekColumns
from analytics.week_rows import NEVER_AFTER, NEVER_BEFORE, Flags, Numbers

NOTHING = -(2**62)
"""In place of a number or a time that there is not."""

METHODS = tuple(Method)
_OBSERVED, _INTERPOLATED, _CARRIED = range(3)
_LONG_MICROS = LONG // timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class GainColumns:
    """`attribution.Gain`, column by column; times are microseconds, values thousandths."""

    net: Numbers
    gross: Numbers
    correction: Numbers
    lower: Numbers
    upper: Numbers
    method: NDArray[np.int8]
    """The place in `METHODS`."""
    stale_for: Numbers
    backfilled: Flags
    read_from: Numbers
    read_to: Numbers


@dataclass(frozen=True, kw_only=True, slots=True)
class _Boundary:
    value: Numbers
    method: NDArray[np.int8]
    lower: Numbers
    upper: Numbers
    read_from: Numbers
    read_to: Numbers
    backfilled: Flags


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekEdges:
    """Which of the columns' weeks is asked for, and its boundaries in microseconds."""

    number: int
    start: int
    end: int


def gains_in_week(columns: WeekColumns, out_at: Numbers, week: WeekEdges) -> GainColumns:
    """Return what each series gained; `out_at` is when its post went out.

    Each post must be out before the week's end and have a reading.
    """
    start = _boundary(columns, out_at, week.number, week.start)
    end = _boundary(columns, out_at, week.number + 1, week.end)
    gross, correction = _steps(columns, week.number, start.value, end.value)
    lower, upper = _range(start, end)
    return GainColumns(
        net=end.value - start.value,
        gross=gross,
        correction=correction,
        lower=lower,
        upper=upper,
        method=np.maximum(start.method, end.method),
        stale_for=np.where(end.method == _CARRIED, week.end - end.read_to, 0),
        backfilled=start.backfilled | end.backfilled,
        read_from=start.read_from,
        read_to=end.read_to,
    )


def _boundary(columns: WeekColumns, out_at: Numbers, number: int, at: int) -> _Boundary:
    before, after = columns.before_at[:, number], columns.after_at[:, number]
    not_out = at <= out_at
    observed = ~not_out & (at - before <= OBSERVED_MICROS)
    between = ~not_out & ~observed & (after != NEVER_AFTER)
    carried = ~(not_out | observed | between)
    value = np.where(not_out, 0, columns.before_value[:, number]) * GRAIN
    lower, upper = value.copy(), value.copy()
    unread = before == NEVER_BEFORE
    read_from = np.where(not_out | unread, NOTHING, before)
    read_to = np.where(between, after, read_from)
    rows = np.flatnonzero(between)
    low = np.where(unread, 0, columns.before_value[:, number])
    since = np.where(unread, out_at, before)
    value[rows] = _between(columns, rows, (number, at), since, low)
    high = columns.after_value[:, number]
    lower[rows] = np.minimum(low, high)[rows] * GRAIN
    upper[rows] = np.maximum(low, high)[rows] * GRAIN
    upper[carried] = NOTHING
    return _Boundary(
        value=value,
        method=np.where(between, _INTERPOLATED, np.where(carried, _CARRIED, 0)).astype(np.int8),
        lower=lower,
        upper=upper,
        read_from=read_from,
        read_to=read_to,
        backfilled=between & unread & (after - out_at >= _LONG_MICROS),
    )


def _between(
    columns: WeekColumns, rows: Numbers, where: tuple[int, int], since: Numbers, low: Numbers
) -> Numbers:
    number, at = where
    since, low = since[rows], low[rows]
    rise = columns.after_value[rows, number] - low
    until = columns.after_at[rows, number]
    found: Numbers = GRAIN * low + share_of(rise, GRAIN * (at - since), until - since)
    return found


def share_of(count: Numbers, part: Numbers, whole: Numbers) -> Numbers:
    """Return count * part / whole to the nearest whole, halves to the even one, as `round` does.

    Exact although the products have more bits than a column: numbers of 64 bits are right but for
    a multiple of 2**64, so what a guess leaves over is right as soon as the guess is near. That of
    a float is within a few thousand of any result that fits into a column.
    """
    found = np.rint(count * (part / whole)).astype(np.int64)
    rest = count * part - found * whole
    found += rest // whole
    rest %= whole
    found += (2 * rest > whole) | ((2 * rest == whole) & (found % 2 == 1))
    return found


def _steps(
    columns: WeekColumns, number: int, start: Numbers, end: Numbers
) -> tuple[Numbers, Numbers]:
    """Add up the steps up and down: to the first reading, between readings, from the last one."""
    read = columns.was_read[:, number]
    last = columns.before_value[:, number + 1] * GRAIN
    into = np.where(read, columns.first_value[:, number] * GRAIN, end) - start
    out = np.where(read, end - last, 0)
    gross = columns.gross[:, number] * GRAIN + np.maximum(into, 0) + np.maximum(out, 0)
    correction = columns.correction[:, number] * GRAIN + np.minimum(into, 0) + np.minimum(out, 0)
    return gross, correction


def _range(start: _Boundary, end: _Boundary) -> tuple[Numbers, Numbers]:
    lower = np.where(start.upper == NOTHING, NOTHING, end.lower - start.upper)
    upper = np.where(end.upper == NOTHING, NOTHING, end.upper - start.lower)
    both = (start.method == _INTERPOLATED) & (end.method == _INTERPOLATED)
    same_gap = both & (start.read_to == end.read_to)
    whole = end.upper - end.lower
    rising = end.value >= start.value
    lower = np.where(same_gap, np.where(rising, 0, -whole), lower)
    upper = np.where(same_gap, np.where(rising, whole, 0), upper)
    return lower, upper
