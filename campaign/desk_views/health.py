"""Whether posts can leave: each channel's account and sign-in, links, and last readings.

Everything is read from the database: no page asks a network. `campaign doctor` does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from analytics.walls import MissedReading, missed_readings
from campaign.credentials.ending import Ending, endings
from campaign.link_checks.checking import Trouble, troubles
from campaign.publishing.accounts import Account
from campaign.store.credentials import Kept, all_kept
from campaign.store.tables import CHANNEL
from connectors.contract import Network

InEnvironment = Callable[[Account], bool]
"""Whether the environment holds a channel's keys, which go before a sign-in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelHealth:
    """How one channel stands, as far as it is known without asking its network."""

    account: Account
    by_hand: bool
    """Whether the partner posts here itself: nothing is signed in."""
    signed_in: bool
    refused: str | None
    """Why the network refused the account; nothing is sent until it signs in again."""
    rests_until: datetime | None
    """The network asked us to wait."""
    left: int | None
    """Posts that the network still takes until `left_until`, where it has said so."""
    left_until: datetime | None
    ending: Ending | None
    trouble: str
    """Why the last renewal of its sign-in failed."""

    @property
    def fine(self) -> bool:
        """Whether nobody has to do anything."""
        works = self.by_hand or self.signed_in
        return works and not self.refused and self.ending is None and not self.trouble


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """Everything that could keep posts from going out, or numbers from coming in."""

    channels: tuple[ChannelHealth, ...]
    links: tuple[Trouble, ...]
    missed_readings: tuple[MissedReading, ...]

    @property
    def ailing(self) -> tuple[ChannelHealth, ...]:
        """The channels that somebody has to look after."""
        return tuple(one for one in self.channels if not one.fine)


def health(
    connection: Connection,
    networks: Mapping[str, Network],
    in_environment: InEnvironment,
    now: datetime,
) -> Health:
    """Read how channels, links and readings stand."""
    return Health(
        channels=_channels(connection, in_environment, now),
        links=tuple(troubles(connection, now)),
        missed_readings=tuple(missed_readings(connection, networks, now)),
    )


def _channels(
    connection: Connection, in_environment: InEnvironment, now: datetime
) -> tuple[ChannelHealth, ...]:
    kept = {one.channel: one for one in all_kept(connection) if one.leaving_at is None}
    ending = {one.channel: one for one in endings(kept.values(), now)}
    query = select(CHANNEL).where(CHANNEL.c.active).order_by(CHANNEL.c.partner, CHANNEL.c.id)
    found = []
    for row in connection.execute(query):
        account = Account(row.id, row.network, row.partner, row.mode, row.handle, row.server)
        by_hand = row.mode == "pack"
        from_environment = not by_hand and in_environment(account)
        used: Kept | None = None if by_hand or from_environment else kept.get(row.id)
        counts = row.allowance_until is not None and row.allowance_until > now
        rests = row.not_before is not None and row.not_before > now
        found.append(
            ChannelHealth(
                account=account,
                by_hand=by_hand,
                signed_in=from_environment or used is not None,
                refused=row.refused_access,
                rests_until=row.not_before if rests else None,
                left=row.allowance if counts else None,
                left_until=row.allowance_until if counts else None,
                ending=ending.get(row.id) if used else None,
                trouble=used.trouble if used else "",
            )
        )
    return tuple(found)
