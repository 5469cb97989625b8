"""What has been counted since the campaign began, up to the end of a week: floors, not estimates.

Counts so far are what was last read of each post. Nothing is put in place of what was not read,
so a sum is "at least": posts without a number are left out and said to be.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from analytics.attribution import Count, Reading, link_definitions, make_series, value_at
from analytics.frames import all_readings_of
from analytics.gain_rows import sureness
from analytics.weeks import Week
from campaign.states import OUT
from campaign.store.tables import CHANNEL, DELIVERY, READING, SERIES, SERIES_KIND
from connectors.contract import Metric

Last = Mapping[tuple[str, str], Count]
"""By delivery and metric: the last count that was read, from the surest source."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ToDate:
    """The counts so far, and the posts that are out."""

    counts: Last
    live: frozenset[str]
    """Posts of our own and of partners; reposts are counted in the owner's post."""
    posts: int
    """How many are out, reposts among them."""

    def of(self, metric: Metric) -> dict[str, Count]:
        """Return the counts of one metric by delivery."""
        return {
            delivery: value
            for (delivery, name), value in self.counts.items()
            if name == metric and delivery in self.live
        }


def to_date(
    connection: Connection, week: Week, as_of: datetime, metrics: Collection[Metric]
) -> ToDate:
    """Read the counts so far of a few metrics, as they stood at the end of the week.

    What is read depends on how many posts there are, not on how often they were read.
    """
    until = min(week.end_at, as_of)
    query = (
        select(DELIVERY.c.id, DELIVERY.c.published_at, CHANNEL.c.mode)
        .join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
        .where(DELIVERY.c.state.in_(OUT), DELIVERY.c.published_at < until)
    )
    found = connection.execute(query).all()
    published = {row.id: row.published_at for row in found}
    last = _last_of_series(connection, until, as_of, metrics)
    known: dict[tuple[str, str], Count] = {
        key: values[0] for key, values in last.items() if len(values) == 1
    }
    several = {key for key, values in last.items() if len(values) > 1 and key[0] in published}
    readings = all_readings_of(connection, {key[0] for key in several}, metrics, as_of)
    for key in several:
        known[key] = _joined(readings[key], published[key[0]], until)
    counted = frozenset(row.id for row in found if row.mode != "repost")
    return ToDate(counts=known, live=counted, posts=len(found))


def _joined(
    by_series: Mapping[tuple[str, str], list[Reading]], published_at: datetime, until: datetime
) -> Count:
    """Return the count of a post whose definition changed, from its surest source."""
    surest = min((source for source, _ in by_series), key=sureness)
    linked = link_definitions(
        make_series(published_at, found, definition)
        for (source, definition), found in by_series.items()
        if source == surest
    )
    parts = [(one, value_at(one, until)) for one in linked]
    return sum((end.lower - one.starts_with for one, end in parts), 0)


def _last_of_series(
    connection: Connection, until: datetime, as_of: datetime, metrics: Collection[Metric]
) -> dict[tuple[str, str], list[int]]:
    """Return the last count of every series by post and metric: one look in the index for each."""
    last = (
        select(READING.c.value)
        .where(
            READING.c.series_id == SERIES.c.id,
            READING.c.value.is_not(None),
            READING.c.observed_at <= until,
            READING.c.recorded_at <= as_of,
        )
        .order_by(
            READING.c.observed_at.desc(), READING.c.recorded_at.desc(), READING.c.value.desc()
        )
        .limit(1)
        .correlate(SERIES)
        .scalar_subquery()
    )
    query = (
        select(SERIES.c.delivery_id, SERIES_KIND.c.metric, last.label("value"))
        .join_from(SERIES, SERIES_KIND, SERIES_KIND.c.id == SERIES.c.kind)
        .where(SERIES_KIND.c.metric.in_(list(metrics)))
    )
    found: dict[tuple[str, str], list[int]] = {}
    for row in connection.execute(query):
        if row.value is not None:
            found.setdefault((row.delivery_id, row.metric), []).append(row.value)
    return found
