"""What is left of the networks' quotas: by our own account book, and as the networks said it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from campaign.store.tables import ATTEMPT, CHANNEL
from connectors.contract import Network
from connectors.quota import Quota, QuotaScope

OURS, THEIRS = "counted", "announced"


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What one channel may still publish, in the network's own unit."""

    channel: str
    network: str
    window: timedelta | None
    """The stretch of time that a documented quota is of; None for what the network said."""
    source: str
    """`counted` by us against what is documented, or `announced` by the network."""
    left: int


def quotas_left(
    connection: Connection, networks: Mapping[str, Network], now: datetime
) -> Iterator[Left]:
    """Say it of every active channel that the program posts to."""
    query = select(CHANNEL).where(CHANNEL.c.mode != "pack").order_by(CHANNEL.c.id)
    rows = connection.execute(query).all()
    used: dict[timedelta, Counter[str]] = {}
    for row in rows:
        if not row.active:
            continue
        for quota in networks[row.network].capabilities.quotas:
            if quota.per not in used:
                used[quota.per] = _used(connection, quota.per, now)
            yield _counted(row, quota, rows, used[quota.per])
        if row.allowance is not None and row.allowance_until and row.allowance_until > now:
            yield Left(
                channel=row.id,
                network=row.network,
                window=None,
                source=THEIRS,
                left=max(row.allowance, 0),
            )


def _counted(row: Any, quota: Quota, rows: Sequence[Any], used: Counter[str]) -> Left:
    sharing = [one.id for one in rows if _shares(one, row, quota.scope)]
    taken = sum(used[one] for one in sharing) * quota.cost
    return Left(
        channel=row.id,
        network=row.network,
        window=quota.per,
        source=OURS,
        left=max(quota.most - taken, 0),
    )


def _shares(one: Any, other: Any, scope: QuotaScope) -> bool:
    same_server = (one.network, one.server) == (other.network, other.server)
    return same_server and (scope is QuotaScope.APP or one.handle == other.handle)


def _used(connection: Connection, per: timedelta, now: datetime) -> Counter[str]:
    """Count the attempts of each channel that may lie in any window that ends now."""
    called = or_(ATTEMPT.c.outcome.is_(None), ATTEMPT.c.outcome != "given-back")
    counts = or_(
        ATTEMPT.c.ended_at > now - per,
        and_(ATTEMPT.c.ended_at.is_(None), ATTEMPT.c.started_at > now - per),
    )
    query = (
        select(ATTEMPT.c.channel, func.count().label("number"))
        .where(called, counts)
        .group_by(ATTEMPT.c.channel)
    )
    return Counter({row.channel: row.number for row in connection.execute(query)})
