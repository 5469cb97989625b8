"""Which secrets would stop working within the campaign, by what their networks say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from campaign.wiring import NETWORKS
from connectors.contract import Network, NetworkName
from simulation.rehearse.script import Script
from simulation.rehearse.words import days


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """One secret of one channel."""

    channel: str
    network: str
    field: str
    life: timedelta | None
    """As the network says: `timedelta.max` until somebody revokes it, None where it is silent."""
    expires_in_campaign: bool
    """Whether it would end before the last report if it were made when the plan is applied."""

    @property
    def life_words(self) -> str:
        """How long it works, in words."""
        if self.life is None:
            return "unknown: the network does not say"
        return "until revoked" if self.life == timedelta.max else days(self.life)


def tokens_of(
    script: Script, networks: Mapping[NetworkName, Network] = NETWORKS
) -> tuple[Token, ...]:
    """List every secret that the connected channels of a script need."""
    lasts = script.ends_at - script.starts_at
    return tuple(
        Token(
            channel=name,
            network=channel.network,
            field=one.name,
            life=one.life,
            expires_in_campaign=one.life is not None and one.life < lasts,
        )
        for name, channel in script.schedule.channels.items()
        if channel.mode != "pack"
        for one in networks[NetworkName(channel.network)].credentials
    )
