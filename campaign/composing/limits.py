"""Remembers for some minutes what servers announced: whoever types is not to wait for them."""

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta

from campaign.announced import Announced, ask_servers
from campaign.checks.report import LimitsOf
from campaign.clock import Clock
from campaign.schedule.model import Schedule
from connectors.contract import Network, NetworkName

KEPT_FOR = timedelta(minutes=10)


class KeptLimits:
    """The announced limits of one desk's channels, for the threads that make its pages."""

    def __init__(self, networks: Mapping[NetworkName, Network], clock: Clock) -> None:
        self._networks, self._clock = networks, clock
        self._lock = threading.Lock()
        self._kept: tuple[datetime, frozenset[tuple[str, str]], Announced] | None = None

    def ask(self, schedule: Schedule) -> LimitsOf:
        """Return the limits of a schedule's channels, asked anew where they are old or others."""
        now = self._clock.now()
        places = frozenset((name, one.server or "") for name, one in schedule.channels.items())
        with self._lock:
            kept = self._kept
            if kept is None or now - kept[0] > KEPT_FOR or kept[1] != places:
                kept = now, places, ask_servers(schedule, self._networks, self._clock)
                self._kept = kept
        return kept[2].of
