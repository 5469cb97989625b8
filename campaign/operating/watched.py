"""What is looked at: one process's database, clock and networks, put together in the wiring."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from campaign.clock import Clock
from campaign.operating.calls import Calls
from campaign.operating.pulse import Pulse
from campaign.publishing.clockwatch import ClockWatch
from campaign.settings import Settings
from campaign.store.database import Store
from connectors.contract import Network


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """One process, as it is watched."""

    settings: Settings
    store: Store
    clock: Clock
    networks: Mapping[str, Network]
    watch: ClockWatch
    pulse: Pulse
    calls: Calls
    zone: Callable[[], ZoneInfo]
