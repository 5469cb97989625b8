"""What has been counted since the campaign began, up to the end of a week: floors, not estimates.

Counts so far are what was last read of each post. Nothing is put in place of what was not read,
so a sum is "at least": posts without a number are left out and said to be.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from analytics.attribution import Count, link_definitions, make_series, value_at
from analytics.frames import all_readings_of
from analytics.gain_rows import sureness
from analytics.weeks import Week
from campaign.states import OUT
from campaign.store.tables import DELIVERY, SNAPSHOT
from connectors.contract import Metric

Last = Mapping[tuple[str, str], Count]
"""By delivery and metric: the last count that was read, from the surest source."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ToDate:
    """The counts so far, and the posts that are out."""

    counts: Last
    live: frozenset[str]
    """Posts of our own and of partners; reposts are counted in the owner's post."""

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
    """Read the counts so far of a few metrics, as they stood at the end of the week."""
    until = min(week.end_at, as_of)
    query = select(DELIVERY.c.id, DELIVERY.c.published_at).where(
        DELIVERY.c.state.in_(OUT), DELIVERY.c.published_at < until
    )
    published = {row.id: row.published_at for row in connection.execute(query)}
    counts = dict(_single(connection, until, as_of, metrics))
    several = {key for key, found in counts.items() if found is None}
    known: dict[tuple[str, str], Count] = {k: v for k, v in counts.items() if v is not None}
    readings = all_readings_of(connection, {key[0] for key in several}, metrics, as_of)
    for key in several:
        if key[0] in published:
            source = min((one for one, _ in readings[key]), key=sureness)
            linked = link_definitions(
                make_series(published[key[0]], found, definition)
                for (one, definition), found in readings[key].items()
                if one == source
            )
            parts = [(one, value_at(one, until)) for one in linked]
            known[key] = sum((end.lower - one.starts_with for one, end in parts), 0)
    return ToDate(counts=known, live=frozenset(published))


def _single(
    connection: Connection, until: datetime, as_of: datetime, metrics: Collection[Metric]
) -> Iterable[tuple[tuple[str, str], int | None]]:
    """Yield the last count of every post and metric; None where it has more than one series."""
    held = (
        SNAPSHOT.c.value.is_not(None),
        SNAPSHOT.c.observed_at <= until,
        SNAPSHOT.c.recorded_at <= as_of,
        SNAPSHOT.c.metric.in_(list(metrics)),
    )
    names = ("delivery_id", "metric", "definition", "source")
    of_series = tuple(SNAPSHOT.c[name] for name in names)
    order = (SNAPSHOT.c.observed_at.desc(), SNAPSHOT.c.recorded_at.desc(), SNAPSHOT.c.value.desc())
    place = func.row_number().over(partition_by=of_series, order_by=order).label("place")
    ranked = select(*of_series, SNAPSHOT.c.value, place).where(*held).subquery()
    found: dict[tuple[str, str], int | None] = {}
    for row in connection.execute(select(ranked).where(ranked.c.place == 1)):
        key = (row.delivery_id, row.metric)
        found[key] = None if key in found else row.value
    return found.items()
