"""Asks the servers for the limits they announce, so that `check` counts by them.

A server that cannot be reached is no fault of the campaign: the documented limits are used and
said to be such. Names that can never be reached (`.example`, `.test` and the like, RFC 2606) are
not asked at all.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from campaign.clock import Clock
from campaign.schedule.model import Schedule
from campaign.schedule.parties import Channel
from connectors.contract import Access, ConnectorError, Limits, Network, NetworkName

PATIENCE = timedelta(seconds=3)
"""For connecting and for answering; `check` is not to hang on a server that is away."""

UNREACHABLE = (".example", ".test", ".invalid", "example.com", "example.org", "example.net")


@dataclass(frozen=True, kw_only=True, slots=True)
class Announced:
    """What the servers said, by channel, and which of them could not be asked."""

    limits: Mapping[str, Limits] = field(default_factory=dict)
    silent: Mapping[str, str] = field(default_factory=dict)
    """By channel: why its server said nothing."""

    def of(self, channel: str) -> Limits | None:
        """Return what the channel's server announced, None where it said nothing."""
        return self.limits.get(channel)


def ask_servers(
    schedule: Schedule, networks: Mapping[NetworkName, Network], clock: Clock
) -> Announced:
    """Ask every server once, all at the same time."""
    wanted = {
        name: channel
        for name, channel in schedule.channels.items()
        if channel.mode != "pack" and _can_be_asked(channel, networks)
    }
    if not wanted:
        return Announced()
    servers = {(one.network, one.server): one for one in wanted.values()}
    with ThreadPoolExecutor(max_workers=8) as pool:
        asked = {place: pool.submit(_ask, one, networks, clock) for place, one in servers.items()}
        answers = {name: asked[one.network, one.server].result() for name, one in wanted.items()}
    return Announced(
        limits={name: one for name, one in answers.items() if isinstance(one, Limits)},
        silent={name: one for name, one in answers.items() if isinstance(one, str)},
    )


def _can_be_asked(channel: Channel, networks: Mapping[NetworkName, Network]) -> bool:
    network = networks.get(NetworkName(channel.network))
    host = urlsplit(channel.server or "").hostname
    if network is None or network.announced_limits is None or host is None:
        return False
    return not host.endswith(UNREACHABLE)


def _ask(channel: Channel, networks: Mapping[NetworkName, Network], clock: Clock) -> Limits | str:
    ask = networks[NetworkName(channel.network)].announced_limits
    if ask is None:
        return "it announces none"
    access = Access(
        handle=channel.handle or "", server=channel.server, timeout=PATIENCE, now=clock.now
    )
    try:
        return ask(access)
    except ConnectorError as error:
        return str(error)
