"""Which weeks a report is about, and what it reads of single posts.

The counts of all posts come as columns from `week_columns`; here are the readings of a few, what
was sent, and what the networks said in place of a count.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select

from analytics.attribution import Reading
from analytics.weeks import Week
from campaign.store.tables import DELIVERY, PAYLOAD, SNAPSHOT
from connectors.contract import Metric, Network

SeriesOf = dict[tuple[str, str], dict[tuple[str, str], list[Reading]]]
"""(delivery, metric) -> (source, definition) -> readings."""

AT_ONCE = 500
"""Values in one `IN`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Weeks one after the other, and what was known when: nothing learned after `as_of` counts."""

    weeks: tuple[Week, ...]
    as_of: datetime
    alive_from: Mapping[str, datetime]
    """By network: posts from before then are no longer read, unless somebody did."""

    @property
    def boundaries(self) -> tuple[datetime, ...]:
        """The instants between which the gains lie, one more than there are weeks."""
        return (*(one.start_at for one in self.weeks), self.weeks[-1].end_at)


def span_up_to(week: Week, count: int, *, as_of: datetime, networks: Mapping[str, Network]) -> Span:
    """Return so many weeks, this one the last."""
    weeks = tuple(week.shifted(-back) for back in reversed(range(count)))
    # A week more, because the last reading lies up to a week before the end of its week.
    week_more = timedelta(days=7)
    return Span(
        weeks=weeks,
        as_of=as_of,
        alive_from={
            name: weeks[0].start_at - one.capabilities.cadence.weekly_until - week_more
            for name, one in networks.items()
        },
    )


def is_alive(span: Span) -> ColumnElement[bool]:
    """Say of a delivery whether its network may still be asked for it."""
    oldest = min(span.alive_from.values(), default=span.weeks[0].start_at)
    given_up = [
        and_(DELIVERY.c.network == name, DELIVERY.c.published_at < since)
        for name, since in span.alive_from.items()
        if since > oldest
    ]
    return and_(DELIVERY.c.published_at >= oldest, ~or_(false(), *given_up))


def all_readings_of(
    connection: Connection,
    ids: Iterable[str],
    metrics: Collection[Metric] | None,
    as_of: datetime,
) -> SeriesOf:
    """Return every reading of a few posts that was known by then."""
    listed = sorted(ids)
    found: SeriesOf = defaultdict(lambda: defaultdict(list))
    for start in range(0, len(listed), AT_ONCE):
        query = select(
            *(SNAPSHOT.c[name] for name in ("delivery_id", "metric", "source", "definition")),
            *(SNAPSHOT.c[name] for name in ("observed_at", "recorded_at", "value")),
        ).where(
            SNAPSHOT.c.delivery_id.in_(listed[start : start + AT_ONCE]),
            SNAPSHOT.c.value.is_not(None),
            SNAPSHOT.c.recorded_at <= as_of,
            SNAPSHOT.c.observed_at <= as_of,
            SNAPSHOT.c.metric.in_(list(Metric) if metrics is None else list(metrics)),
        )
        for (
            delivery,
            metric,
            source,
            definition,
            observed_at,
            recorded_at,
            value,
        ) in connection.execute(query):
            reading = Reading(observed_at=observed_at, recorded_at=recorded_at, value=value)
            found[delivery, metric][source, definition].append(reading)
    return found


def reasons_of(connection: Connection, span: Span) -> dict[tuple[str, str], str]:
    """Return, by delivery and metric, why the last answer of the last week had no count."""
    query = (
        select(SNAPSHOT.c.delivery_id, SNAPSHOT.c.metric, SNAPSHOT.c.reason)
        .where(
            SNAPSHOT.c.value.is_(None),
            SNAPSHOT.c.observed_at > span.boundaries[-2],
            SNAPSHOT.c.observed_at <= min(span.boundaries[-1], span.as_of),
            SNAPSHOT.c.recorded_at <= span.as_of,
        )
        .order_by(SNAPSHOT.c.observed_at, SNAPSHOT.c.recorded_at)
    )
    return {
        (row.delivery_id, row.metric): row.reason for row in connection.execute(query) if row.reason
    }


def sent_texts(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return what was sent, as stored JSON, by delivery."""
    query = (
        select(DELIVERY.c.id, PAYLOAD.c.body)
        .join(PAYLOAD, PAYLOAD.c.content_hash == DELIVERY.c.content_hash)
        .where(DELIVERY.c.id.in_(sorted(ids)))
    )
    return {row.id: row.body for row in connection.execute(query)}
