"""What is live: where it stands, who answers what people write under it, and how much that is.

How many replies there are is what was read last, with the time of that reading. A count that was
never read is missing, and missing is never zero.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from campaign.desk_views.rows import Row, rows_where
from campaign.schedule.model import Schedule
from campaign.states import State
from campaign.store.tables import DELIVERY, SNAPSHOT
from connectors.contract import Metric

LATELY = timedelta(days=2)
"""People write most within two days; later counts stand on the post's board."""
AT_MOST = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Replies:
    """How many replies a network counted under a post when it was asked last."""

    number: int
    read_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Live:
    """One post that is live."""

    row: Row
    answered_by: str | None
    """The person who answers what people write under it; None where nobody is named."""
    replies: Replies | None
    """None where they were never read."""


def live_lately(connection: Connection, schedule: Schedule, now: datetime) -> tuple[Live, ...]:
    """Return what went live in the last two days, the latest first, ten at most."""
    since = DELIVERY.c.published_at > now - LATELY
    query = (
        select(DELIVERY.c.id)
        .where(since, DELIVERY.c.state == State.PUBLISHED, DELIVERY.c.deleted_at.is_(None))
        .order_by(DELIVERY.c.published_at.desc(), DELIVERY.c.id)
        .limit(AT_MOST)
    )
    ids = list(connection.execute(query).scalars())
    if not ids:
        return ()
    rows = {one.id: one for one in rows_where(connection, DELIVERY.c.id.in_(ids))}
    counted = replies_of(connection, ids)
    return tuple(
        Live(
            row=rows[one],
            answered_by=schedule.answers(rows[one].entry),
            replies=counted.get(one),
        )
        for one in ids
    )


def replies_of(connection: Connection, ids: Collection[str]) -> Mapping[str, Replies]:
    """Return the last count of replies of each delivery that has one, whoever told it."""
    query = (
        select(SNAPSHOT.c.delivery_id, SNAPSHOT.c.observed_at, SNAPSHOT.c.value)
        .where(
            SNAPSHOT.c.delivery_id.in_(list(ids)),
            SNAPSHOT.c.metric == Metric.REPLIES,
            SNAPSHOT.c.value.is_not(None),
        )
        .order_by(SNAPSHOT.c.observed_at, SNAPSHOT.c.recorded_at)
    )
    return {
        row.delivery_id: Replies(number=row.value, read_at=row.observed_at)
        for row in connection.execute(query)
    }
