"""Posts whose last reading before a network's own wall is missing, or about to be missed.

X tells some counts only of posts up to 30 days old. The last planned reading lies before that and
is tried again until then; where it still did not happen, somebody has to hear of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from campaign.states import State
from campaign.store.snapshots import SIGNED_IN
from campaign.store.tables import CHANNEL, DELIVERY, SNAPSHOT
from connectors.contract import Cadence, Network

TOLD_FOR = timedelta(days=14)
"""How long after the wall a missed reading is still told of; then nobody can mend anything."""
LATE_AFTER = timedelta(hours=6)
"""After its time a last reading that is still missing is told of, while it can be had."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MissedReading:
    """A published post without its last reading."""

    delivery: str
    channel: str
    network: str
    wall_at: datetime
    read_at: datetime | None
    """When it was last read at all."""

    def is_lost(self, now: datetime) -> bool:
        """Say whether the network no longer tells everything; else there is still time."""
        return now >= self.wall_at


def missed_readings(
    connection: Connection, networks: Mapping[str, Network], now: datetime
) -> list[MissedReading]:
    """List them, the earliest wall first."""
    found = [
        missed
        for name, network in networks.items()
        if network.capabilities.cadence.wall is not None
        for missed in _of_network(connection, name, network.capabilities.cadence, now)
    ]
    return sorted(found, key=_wall_at)


def in_words(missed: list[MissedReading], now: datetime) -> str | None:
    """Say it in one sentence; None where nothing is missing."""
    lost = [one for one in missed if one.is_lost(now)]
    open_still = len(missed) - len(lost)
    parts = []
    if open_still:
        first = next(one for one in missed if not one.is_lost(now))
        parts.append(
            f"{open_still} without the last reading, to be had until "
            f"{first.wall_at:%Y-%m-%d %H:%M} UTC ({first.delivery})"
        )
    if lost:
        parts.append(f"{len(lost)} never got the last reading ({lost[0].delivery})")
    return "; ".join(parts) or None


def _wall_at(missed: MissedReading) -> tuple[datetime, str]:
    return missed.wall_at, missed.delivery


def _of_network(
    connection: Connection, name: str, cadence: Cadence, now: datetime
) -> list[MissedReading]:
    wall, last_age = cadence.wall or timedelta(), max(cadence.ages)
    last = (
        select(func.max(SNAPSHOT.c.observed_at))
        .where(
            SNAPSHOT.c.delivery_id == DELIVERY.c.id,
            SNAPSHOT.c.source == "api",
            SNAPSHOT.c.value.is_not(None),
        )
        .correlate(DELIVERY)
        .scalar_subquery()
    )
    query = (
        select(DELIVERY.c.id, DELIVERY.c.channel, DELIVERY.c.published_at, last.label("read_at"))
        .join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
        .where(
            DELIVERY.c.network == name,
            DELIVERY.c.state == State.PUBLISHED,
            DELIVERY.c.deleted_at.is_(None),
            DELIVERY.c.remote_id.is_not(None),
            CHANNEL.c.mode == SIGNED_IN,
            DELIVERY.c.published_at > now - wall - TOLD_FOR,
            DELIVERY.c.published_at <= now - last_age - LATE_AFTER,
        )
    )
    return [
        MissedReading(
            delivery=row.id,
            channel=row.channel,
            network=name,
            wall_at=row.published_at + wall,
            read_at=row.read_at,
        )
        for row in connection.execute(query)
        if row.read_at is None or row.read_at < row.published_at + last_age
    ]
