"""A process that applies or publishes one post, and prints the most memory it ever had.

Run by `test_memory` with an order on standard input; the network is in the process that asks.
"""

import json
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from campaign.clock import SteppedClock
from campaign.public_settings import Public
from rehearsal.server import Rehearsal
from tests.campaign.office import DUE, MONDAY, Office


@dataclass
class Elsewhere:
    """The rehearsal of another process, as far as an office asks for it."""

    servers: dict[str, str]

    def add_account(self, _network: str, _handle: str) -> dict[str, str]:
        """Open none: the order has brought its own."""
        return {}

    def server_of(self, network: str) -> str:
        """Return where a network is found."""
        return self.servers.get(network, "http://127.0.0.1:9")


def main() -> None:
    """Do what the order says; print states and the peak, in bytes."""
    order: dict[str, Any] = json.load(sys.stdin)
    publishes = order["step"] == "publish"
    office = Office(
        Path(order["folder"]),
        cast("Rehearsal", Elsewhere(order["servers"])),
        SteppedClock(DUE if publishes else MONDAY),
        lease=timedelta(minutes=20),
        call_timeout=timedelta(minutes=2),
        environment=order["environment"],
        public=Public(url="", port=order["port"]),
    )
    (office.folder / "schedule.yaml").write_text(order["schedule"], encoding="utf-8")
    if publishes:
        _publish(office)
    else:
        office.apply()
        office.approve()
    json.dump({"peak": _peak(), "states": Counter(office.states().values())}, sys.stdout)
    office.close()


def _peak() -> int:
    """Return the most memory this program ever had.

    Not by getrusage: Linux lets that begin with what the process had from which this one came.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = [one for one in status.splitlines() if one.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


def _publish(office: Office) -> None:
    for minutes in range(0, 25, 2):
        office.publish_at(DUE + timedelta(minutes=minutes))


if __name__ == "__main__":
    main()
