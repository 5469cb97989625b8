"""What people changed about live posts, for the report that has to say so: gone, or reworded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, select

from campaign.states import State
from campaign.store.corrections import Stage
from campaign.store.tables import CORRECTION, DELIVERY, WITHDRAWAL


def reasons_withdrawn(connection: Connection) -> Mapping[str, str]:
    """Return the reason given for each post that was live and was taken down, by delivery.

    When it was seen to be gone stands in the delivery; nothing is said here of later ones.
    """
    # As a join, SQLite would go over all deliveries to find the few that were taken down.
    is_down = exists().where(
        DELIVERY.c.id == WITHDRAWAL.c.delivery_id, DELIVERY.c.state == State.WITHDRAWN
    )
    query = select(WITHDRAWAL.c.delivery_id, WITHDRAWAL.c.reason).where(is_down)
    return {row.delivery_id: row.reason for row in connection.execute(query)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Corrected:
    """A live post that got other words in place."""

    delivery: str
    at: datetime
    reason: str


def corrected(connection: Connection, since: datetime, until: datetime) -> tuple[Corrected, ...]:
    """Return what was corrected in place after one instant, up to another one."""
    query = (
        select(CORRECTION.c.delivery_id, CORRECTION.c.ended_at, CORRECTION.c.reason)
        .where(CORRECTION.c.stage == Stage.DONE)
        .where(CORRECTION.c.ended_at > since, CORRECTION.c.ended_at <= until)
        .order_by(CORRECTION.c.ended_at, CORRECTION.c.id)
    )
    return tuple(
        Corrected(delivery=row.delivery_id, at=row.ended_at, reason=row.reason)
        for row in connection.execute(query)
    )
