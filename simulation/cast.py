"""Who takes part in a simulation: the channels with their accounts, and when it begins.

A small campaign draws its cast from a seed, a rehearsal takes it from the user's own schedule.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple


class Seat(NamedTuple):
    """One channel's account."""

    network: str
    partner: str
    handle: str

    @property
    def account(self) -> tuple[str, str]:
        """Name the account as the networks compare handles: two channels may share one."""
        return self.network, self.handle.lstrip("@").lower()


@dataclass(frozen=True, kw_only=True)
class Cast:
    """All channels, by their ids, and the instant at which everything begins."""

    start_at: datetime
    seats: Mapping[str, Seat]
    followers: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """By account; whoever is not named has the rehearsal's usual number."""

    @cached_property
    def channels(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """The channels of each account, in the order of the seats."""
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for channel, seat in self.seats.items():
            found[seat.account] = (*found.get(seat.account, ()), channel)
        return found

    def channels_at(self, network: str, handle: str) -> tuple[str, ...]:
        """Return the channels that use an account."""
        return self.channels[Seat(network, "", handle).account]
