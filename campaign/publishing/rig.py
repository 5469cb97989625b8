"""Everything that publishing needs from outside; put together in `campaign.wiring`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from campaign.clock import Clock
from campaign.publishing.accounts import Account
from campaign.publishing.asked import Leave, Turn, Written
from campaign.publishing.budget import Allowances
from campaign.publishing.claim import Worker
from campaign.publishing.clockwatch import ClockWatch
from campaign.publishing.together import Together
from campaign.store.database import Store
from campaign.store.deliveries import AnyDelivery, Due
from connectors.contract import Connector, Media, Network, NetworkName

Connect = Callable[[str | Account], Connector]
"""By channel id, or by its account as a claim found it; raises a `ConnectorError` where the account
cannot be used."""

UNFIT = "unfit"
"""The code of that error where it is our own: nobody is signed in, so no network was asked."""

ShowMedia = Callable[[AnyDelivery, Sequence[Media]], Sequence[str]]
"""Gives each picture of an attempt an address at which its network may fetch it; raises `NotSent`
where nobody would answer there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rig:
    """The database, the clock, the networks, and how a worker is to use them."""

    store: Store
    clock: Clock
    networks: Mapping[str, Network]
    connector_for: Connect
    sign_in: Connect
    """The same whatever stop is on, for an essential delivery that was let through."""
    show_media: ShowMedia
    first_read_at: Callable[[NetworkName, datetime], datetime | None]
    """When a post is read first, by network and publication."""
    worker: Worker
    call_timeout: timedelta
    watch: ClockWatch
    allowances: Allowances = field(default_factory=Allowances)
    """What the networks' answers say of their quotas."""
    settling: timedelta | None = None
    """Overrides the networks' own waits."""
    writes: Together[Turn, Written] = field(init=False, default_factory=Together)
    """Where claims and outcomes meet that are written at the same time."""
    checks: Together[Due, Leave] = field(init=False, default_factory=Together)
    """Where the last checks before calls meet."""

    def settling_of(self, network: str) -> timedelta:
        """Return how long an unknown outcome rests before anyone looks."""
        wait = self.settling or self.networks[network].capabilities.settling
        # A call may last as long as its lease; looking earlier could miss a post that still comes.
        return max(wait, self.worker.lease + self.call_timeout)
