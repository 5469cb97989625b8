"""Reads what a delivery follows, and what follows it: the parts of a thread, and reposts.

A delivery's identity says to which thread it belongs: its first three names are those of the
thread's first part. What follows something outside its own thread is a repost.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from campaign.models import Delivery
from campaign.outgoing import Ahead
from campaign.states import State
from campaign.store.deliveries import AnyDelivery, delivery_of
from campaign.store.prepared import Prepared
from campaign.store.tables import DELIVERY

WAITED_FOR = frozenset(
    {State.AWAITING_APPROVAL, State.PLANNED, State.SENDING, State.UNKNOWN, State.WITH_PARTNER}
)
"""What may still go out by itself, or may be out: whatever follows waits until that is settled."""

_LEADERS = Prepared(
    select(
        DELIVERY.c.id,
        DELIVERY.c.state,
        DELIVERY.c.remote_id,
        DELIVERY.c.url,
        DELIVERY.c.published_at,
        DELIVERY.c.content_hash,
        DELIVERY.c.deleted_at,
    ).where(DELIVERY.c.id.in_(bindparam("ids", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Leader:
    """A delivery that another one follows, as it stands."""

    id: str
    state: str
    remote_id: str | None
    url: str | None
    published_at: datetime | None
    content_hash: str
    deleted_at: datetime | None

    @property
    def is_out(self) -> bool:
        """Whether something can be put under it."""
        there = self.state == State.PUBLISHED and self.deleted_at is None
        return there and self.remote_id is not None


Leaders = Mapping[str, Leader]
"""By their own ids."""


def root_of(delivery_id: str) -> str:
    """Return the id of the first part of a delivery's thread: its own where it is the first."""
    return "/".join(delivery_id.split("/")[:3])


def is_repost(delivery: AnyDelivery) -> bool:
    """Whether a delivery passes on another one's post; it has no counts of its own."""
    return delivery.follows is not None and root_of(delivery.id) == delivery.id


def leaders_of(connection: Connection, deliveries: Iterable[AnyDelivery]) -> Leaders:
    """Return what these deliveries follow, and the first parts of their threads."""
    ids = {
        name for one in deliveries if one.follows for name in (one.follows, root_of(one.follows))
    }
    if not ids:
        return {}
    rows = _LEADERS.rows(connection, {"ids": sorted(ids)})
    return {row.id: Leader(*row) for row in rows}


def ahead_of(delivery: AnyDelivery, leaders: Leaders) -> Ahead | None:
    """Return what a delivery is put under or passes on; None where that is not out."""
    leader = leaders.get(delivery.follows or "")
    root = leaders.get(root_of(delivery.follows or ""))
    if leader is None or not leader.is_out or leader.remote_id is None:
        return None
    root_id = root.remote_id if root and root.remote_id else None
    if root_id is None:
        return None
    return Ahead(remote_id=leader.remote_id, url=leader.url or "", root_id=root_id)


def went_out_at(delivery: AnyDelivery, leaders: Leaders) -> datetime | None:
    """Return when what a delivery follows went out, None where it follows nothing."""
    leader = leaders.get(delivery.follows or "")
    return leader.published_at if leader else None


def later_parts(connection: Connection, ids: Collection[str]) -> list[Delivery]:
    """Return what comes after these deliveries in their threads, in the order of the threads."""
    found: list[Delivery] = []
    asked = list(ids)
    while asked:
        query = select(DELIVERY).where(DELIVERY.c.follows.in_(asked)).order_by(DELIVERY.c.id)
        rows = [delivery_of(row) for row in connection.execute(query)]
        parts = [one for one in rows if not is_repost(one)]
        found += parts
        asked = [one.id for one in parts]
    return found
