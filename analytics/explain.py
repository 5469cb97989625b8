"""From a figure on the page to the readings behind it: how each number of a report came about.

A sum is walked down to channels, channels to deliveries, and one delivery to its two boundary
values, each with the readings it rests on. Everything is as it stood at the report's instant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from analytics.attribution import (
    Count,
    Method,
    Reading,
    Series,
    link_definitions,
    make_series,
    value_at,
)
from analytics.frames import all_readings_of
from analytics.gain_rows import GainRow
from analytics.report_parts import Contents
from analytics.top_posts import AGE, TopPost
from analytics.totals import BASKET
from analytics.weeks import Week
from campaign.store.tables import DELIVERY
from connectors.contract import Metric

HOW = {
    Method.OBSERVED: "observed: read at most two hours before",
    Method.INTERPOLATED: "interpolated between two readings",
    Method.CARRIED: "carried: nothing was read after it",
}


FIGURES: dict[str, tuple[Metric, ...]] = {
    "times-shown": (Metric.IMPRESSIONS,),
    "people": (Metric.REACH,),
    "engagement-rate": (*BASKET, Metric.IMPRESSIONS),
    **{str(one): (one,) for one in Metric if one is not Metric.FOLLOWERS},
}
"""What may be asked for: the page's figures by their names, and every metric."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One boundary of a gain: its value, how it is known, and the readings beside it."""

    at: datetime
    value: Count
    method: Method
    how: str
    lower: Count
    upper: Count | None
    readings: tuple[Reading, ...]
    """Those it rests on: one where it was observed or carried, two where it lies between."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """One line of the report with everything behind it."""

    row: GainRow
    start: Step | None
    end: Step | None
    """None where there is no number."""
    between: tuple[Reading, ...]
    """Readings inside the week: where the count fell, these are the steps of its correction."""


def rows_behind(report: Contents, metric: Metric) -> list[GainRow]:
    """Return the lines of a metric, those that count first, by channel and delivery."""
    found = [row for row in report.gains if row.metric is metric]
    return sorted(found, key=lambda row: (not row.counted, row.channel, row.delivery))


def explain(
    connection: Connection, rows: Sequence[GainRow], week: Week, as_of: datetime
) -> list[Explained]:
    """Walk from lines of the report to the readings they rest on."""
    posts = sorted({row.delivery for row in rows})
    query = select(DELIVERY.c.id, DELIVERY.c.published_at).where(DELIVERY.c.id.in_(posts))
    published = {row.id: row.published_at for row in connection.execute(query)}
    readings = all_readings_of(connection, posts, {row.metric for row in rows}, as_of)
    return [
        _explained(
            row, _series(row, published[row.delivery], readings[row.delivery, row.metric]), week
        )
        for row in rows
    ]


def explain_top(connection: Connection, posts: Sequence[TopPost], as_of: datetime) -> list[Step]:
    """Walk from the top posts to the readings beside the age at which they are compared."""
    readings = all_readings_of(
        connection, (post.delivery for post in posts), [Metric.IMPRESSIONS], as_of
    )
    found = []
    for post in posts:
        by_series = readings[post.delivery, Metric.IMPRESSIONS]
        (series,) = (
            make_series(post.published_at, listed, definition)
            for (source, definition), listed in by_series.items()
            if source == post.evidence
        )
        found.append(_step(series, post.published_at + AGE))
    return found


def _explained(row: GainRow, series: Series | None, week: Week) -> Explained:
    if row.gain is None or series is None:
        return Explained(row=row, start=None, end=None, between=())
    inside = (one for one in series.readings if week.start_at < one.observed_at < week.end_at)
    return Explained(
        row=row,
        start=_step(series, week.start_at),
        end=_step(series, week.end_at),
        between=tuple(inside),
    )


def _series(
    row: GainRow,
    published_at: datetime,
    by_series: Mapping[tuple[str, str], list[Reading]],
) -> Series | None:
    """Return the series of the line's source and definition, joined to the one it replaced."""
    linked = link_definitions(
        make_series(published_at, found, definition)
        for (source, definition), found in by_series.items()
        if source == row.evidence
    )
    return next((one for one in linked if one.definition == row.definition), None)


def _step(series: Series, at: datetime) -> Step:
    boundary = value_at(series, at)
    wanted = {boundary.read_from, boundary.read_to}
    before_it = at <= series.starts_at
    return Step(
        at=at,
        value=boundary.value,
        method=boundary.method,
        how="exact: the post was not out yet" if before_it else HOW[boundary.method],
        lower=boundary.lower,
        upper=boundary.upper,
        readings=tuple(one for one in series.readings if one.observed_at in wanted),
    )
