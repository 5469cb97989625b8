"""How far collection is behind: the age of the oldest reading that was planned and did not come.

A read that fails is planned anew each quarter of an hour, so its next time says nothing. What
counts is when a post should have been read since its counts last came.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from analytics.cadence import next_read_at
from campaign.store.snapshots import awaiting_read
from connectors.contract import Network

LOOKS_AHEAD = timedelta(hours=1)
"""As far ahead as the next try of a read that failed may be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lag:
    """The readings of one network that are overdue."""

    network: str
    posts: int
    oldest: timedelta


def collection_lags(
    connection: Connection, networks: Mapping[str, Network], zone: ZoneInfo, now: datetime
) -> list[Lag]:
    """Return how far each network's readings are behind; nothing of one that is on time."""
    late: dict[str, list[timedelta]] = {}
    for row in awaiting_read(connection, now + LOOKS_AHEAD):
        planned = next_read_at(
            row.published_at,
            row.read_at,
            cadence=networks[row.network].capabilities.cadence,
            zone=zone,
            now=row.published_at,
        )
        if planned is not None and planned < now:
            late.setdefault(row.network, []).append(now - planned)
    return [
        Lag(network=name, posts=len(ages), oldest=max(ages)) for name, ages in sorted(late.items())
    ]
