"""The counts at the boundaries of a few weeks: one row a series, one column a boundary or week.

Made from the rows of `series_week`. Where the reading beside a boundary lies outside the weeks
that were read, it is looked up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from sqlalchemy import Connection

from analytics.cadence import OBSERVED_WITHIN
from analytics.frames import Span
from analytics.series_list import SeriesList
from analytics.week_rows import (
    NEVER,
    NEVER_AFTER,
    NEVER_BEFORE,
    Flags,
    Numbers,
    WeekRows,
    first_after,
    last_until,
)
from campaign.instants import to_micros

OBSERVED_MICROS = OBSERVED_WITHIN // timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekColumns:
    """Boundary values: `before` is the last reading up to a boundary, `after` the next one.

    The first four have a column for each boundary, the others one for each week. Times are
    microseconds; where there is no reading its time is `NEVER_…` and its value 0.
    """

    kinds: Sequence[tuple[str, str, str]]
    """Metric, definition, source."""
    kind: Numbers
    """The place in `kinds`."""
    metric: Numbers
    """The place in `Metric`."""
    post: Numbers
    """Which post each series is of, as given."""
    before_at: Numbers
    before_value: Numbers
    after_at: Numbers
    after_value: Numbers
    was_read: Flags
    first_value: Numbers
    gross: Numbers
    correction: Numbers


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """The series to lay out, and when their posts went out."""

    series: SeriesList
    out_at: Numbers


def lay_out(connection: Connection, span: Span, found: WeekRows, chosen: Chosen) -> WeekColumns:
    """Lay out some series by week, with what lies beside the weeks."""
    series = chosen.series
    laid = _by_week(found, series, len(span.weeks) + 2)
    beside = _Beside(connection=connection, ids=series.ids, as_of=to_micros(span.as_of))
    before_at, before_value = _before(laid, beside, chosen, to_micros(span.boundaries[0]))
    after_at, after_value = _after(laid, beside, before_at[:, -1], span)
    inside = slice(1, -1)
    return WeekColumns(
        kinds=series.kinds,
        kind=series.kind,
        metric=series.metric,
        post=series.post,
        before_at=before_at,
        before_value=before_value,
        after_at=after_at,
        after_value=after_value,
        was_read=laid["last_at"][:, inside] != NEVER_BEFORE,
        first_value=laid["first_value"][:, inside],
        gross=laid["gross"][:, inside],
        correction=laid["correction"][:, inside],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Beside:
    connection: Connection
    ids: Numbers
    as_of: int

    def before(self, rows: Numbers, micros: int) -> dict[int, tuple[int, int]]:
        return last_until(self.connection, self.ids[rows].tolist(), micros, self.as_of)

    def after(self, rows: Numbers, micros: int) -> dict[int, tuple[int, int]]:
        return first_after(self.connection, self.ids[rows].tolist(), micros, self.as_of)


def _by_week(found: WeekRows, series: SeriesList, weeks: int) -> dict[str, Numbers]:
    row, mine = series.rows_of(found.values["series_id"])
    row, week = row[mine], found.week[mine]
    laid: dict[str, Numbers] = {}
    for name in ("first_at", "first_value", "last_at", "last_value", "gross", "correction"):
        laid[name] = np.full((weeks, len(series.ids)), NEVER.get(name, 0), dtype=np.int64).T
        laid[name][row, week] = found.values[name][mine]
    return laid


def _before(
    laid: dict[str, Numbers], beside: _Beside, chosen: Chosen, first: int
) -> tuple[Numbers, Numbers]:
    """Carry the last reading of each week on to the boundaries after it."""
    at, value = laid["last_at"][:, :-1].copy(), laid["last_value"][:, :-1].copy()
    unread = np.flatnonzero((at[:, 0] == NEVER_BEFORE) & (chosen.out_at < first))
    nearest = beside.before(unread, first)
    for row in unread:
        at[row, 0], value[row, 0] = nearest.get(int(beside.ids[row]), (NEVER_BEFORE, 0))
    for week in range(1, at.shape[1]):
        gap = at[:, week] == NEVER_BEFORE
        at[gap, week], value[gap, week] = at[gap, week - 1], value[gap, week - 1]
    return at, value


def _after(
    laid: dict[str, Numbers], beside: _Beside, before_last: Numbers, span: Span
) -> tuple[Numbers, Numbers]:
    """Carry the first reading of each week back to the boundaries before it."""
    at, value = laid["first_at"][:, 1:].copy(), laid["first_value"][:, 1:].copy()
    end = to_micros(span.boundaries[-1])
    beyond = to_micros(span.weeks[-1].shifted(1).end_at)
    if beside.as_of > beyond:
        # Only where the last boundary was not observed does it matter what was read long after.
        open_end = (at[:, -1] == NEVER_AFTER) & (end - before_last > OBSERVED_MICROS)
        unread = np.flatnonzero(open_end)
        nearest = beside.after(unread, beyond)
        for row in unread:
            at[row, -1], value[row, -1] = nearest.get(int(beside.ids[row]), (NEVER_AFTER, 0))
    for week in reversed(range(at.shape[1] - 1)):
        gap = at[:, week] == NEVER_AFTER
        at[gap, week], value[gap, week] = at[gap, week + 1], value[gap, week + 1]
    return at, value
