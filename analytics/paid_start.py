"""Where a post's paid counts begin: at the last reading that told of the post without any.

A network tells paid counts only of posts that somebody paid for (X: docs.x.com, "Metrics",
requirements of `promoted_metrics`). Where it told the organic part and no paid one, nothing had
been paid for yet. Without that, the first paid count would be spread back over weeks before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, select

from campaign.store.snapshots import SnapshotLine
from campaign.store.tables import SERIES, SERIES_KIND, SNAPSHOT
from connectors.contract import PAID_METRICS, PAID_OF, Capabilities, Paid


def with_paid_starts(
    connection: Connection, lines: Sequence[SnapshotLine], capabilities: Capabilities
) -> list[SnapshotLine]:
    """Return one post's lines, and before each first paid count the 0 that it grew from."""
    paid = [one for one in lines if one.metric in PAID_METRICS and one.value is not None]
    if not paid:
        return list(lines)
    begun = set(_definitions_of(connection, paid[0].delivery_id))
    starts = []
    for line in paid:
        at = _last_unpaid(connection, line, capabilities)
        if line.definition not in begun and at is not None:
            starts.append(replace(line, observed_at=at, value=0))
    return [*starts, *lines]


def _definitions_of(connection: Connection, delivery: str) -> Iterable[str]:
    kind = SERIES_KIND.c.id == SERIES.c.kind
    query = select(SERIES_KIND.c.definition).join_from(SERIES, SERIES_KIND, kind)
    query = query.where(SERIES.c.delivery_id == delivery)
    return connection.execute(query).scalars()


def _last_unpaid(
    connection: Connection, line: SnapshotLine, capabilities: Capabilities
) -> datetime | None:
    """Return when the organic count of the same kind was last told before this reading."""
    organic = [
        one.id
        for one in capabilities.metrics
        if one.paid is Paid.NONE and PAID_OF[one.metric] == line.metric
    ]
    query = select(func.max(SNAPSHOT.c.observed_at)).where(
        SNAPSHOT.c.delivery_id == line.delivery_id,
        SNAPSHOT.c.definition.in_(organic),
        SNAPSHOT.c.source == line.source,
        SNAPSHOT.c.value.is_not(None),
        SNAPSHOT.c.observed_at < line.observed_at,
    )
    found: datetime | None = connection.execute(query).scalar()
    return found
