"""A partner's own results: what it took up, how punctually, and what each of its posts was counted.

Every count says where it comes from and when it was read. A post that is out without any number is
`link-only`: it stands there as that, never as zero.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from analytics.due import Stretch, due_in
from analytics.gain_rows import sureness
from analytics.partners import posted_of
from campaign.schedule.model import Schedule
from campaign.states import OUT
from campaign.store.leaders import root_of
from campaign.store.tables import DELIVERY, SNAPSHOT
from connectors.contract import Metric

LINK_ONLY = "link-only"
SHOWN = (Metric.IMPRESSIONS, Metric.VIEWS, Metric.REACH)
COUNTED = (*SHOWN, Metric.REACTIONS, Metric.REPLIES, Metric.RESHARES, Metric.LINK_CLICKS)
"""What the partner's page shows, in this order; what was paid for stands apart in the report."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """One number of one post, as it was last known."""

    metric: Metric
    value: int
    evidence: str
    """`api`, `upload`, `screenshot` or `stated`."""
    observed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class PostResult:
    """What is known of one post that is out."""

    delivery: str
    network: str
    url: str | None
    published_at: datetime
    counts: tuple[Count, ...]

    @property
    def evidence(self) -> tuple[str, ...]:
        """How its numbers are known, the surest first; `link-only` where there are none."""
        found = {one.evidence for one in self.counts}
        return tuple(sorted(found, key=sureness)) or (LINK_ONLY,)


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """One partner's campaign so far."""

    as_of: datetime
    asked: int
    """Posts whose time has come, threads and their parts counted once."""
    posted: int
    on_time: int
    """Posted within a day of their time, before or after."""
    delay: timedelta | None
    """Median of how long after its time a post went out."""
    posts: tuple[PostResult, ...]

    @property
    def link_only(self) -> int:
        """Posts that are out and have no number at all."""
        return sum(one.evidence == (LINK_ONLY,) for one in self.posts)


def results_of(connection: Connection, schedule: Schedule, partner: str, now: datetime) -> Results:
    """Return what one partner has done and what its posts were counted, as known now."""
    start = connection.execute(select(DELIVERY.c.due_at).order_by(DELIVERY.c.due_at)).scalar()
    stretch = Stretch(start_at=start or now, end_at=now)
    due = due_in(connection, stretch, now, partner)
    row = posted_of(schedule, partner, due)
    return Results(
        as_of=now,
        asked=row.planned,
        posted=row.live,
        on_time=row.on_time,
        delay=row.delay,
        posts=tuple(_posts(connection, partner)),
    )


def _posts(connection: Connection, partner: str) -> Iterable[PostResult]:
    query = (
        select(DELIVERY.c.id, DELIVERY.c.network, DELIVERY.c.url, DELIVERY.c.published_at)
        .where(DELIVERY.c.partner == partner, DELIVERY.c.state.in_(sorted(OUT)))
        .where(DELIVERY.c.published_at.is_not(None))
        .order_by(DELIVERY.c.published_at, DELIVERY.c.id)
    )
    rows = [row for row in connection.execute(query) if root_of(row.id) == row.id]
    counts = _counts(connection, [row.id for row in rows])
    for row in rows:
        mine = counts.get(row.id, {})
        yield PostResult(
            delivery=row.id,
            network=row.network,
            url=row.url,
            published_at=row.published_at,
            counts=tuple(mine[metric] for metric in COUNTED if metric in mine),
        )


def _counts(connection: Connection, ids: list[str]) -> Mapping[str, Mapping[Metric, Count]]:
    """Return the last count of each metric, from the surest source that has one."""
    query = (
        select(SNAPSHOT)
        .where(SNAPSHOT.c.delivery_id.in_(ids), SNAPSHOT.c.value.is_not(None))
        .where(SNAPSHOT.c.metric.in_([str(one) for one in COUNTED]))
        .order_by(SNAPSHOT.c.observed_at, SNAPSHOT.c.recorded_at)
    )
    found: dict[str, dict[Metric, Count]] = {}
    for row in connection.execute(query):
        mine = found.setdefault(row.delivery_id, {})
        count = Count(
            metric=Metric(row.metric),
            value=row.value,
            evidence=row.source,
            observed_at=row.observed_at,
        )
        before = mine.get(count.metric)
        if before is None or sureness(count.evidence) <= sureness(before.evidence):
            mine[count.metric] = count
    return found
