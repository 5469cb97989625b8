"""Runs `campaign publish` as a process, which may kill itself at one point; started by the tests.

    python -m tests.crash.driver POINT FOLDER INSTANT

POINT `nowhere` is an ordinary run. The process's clock stands at INSTANT, so that a test need not
wait until a lease is over. Nothing of ours is patched: the networks handed in die where the
point says.
"""

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from campaign.cli.failures import guarded
from campaign.cli.on_publishing import publish_once
from campaign.cli.place import Place
from campaign.clock import SteppedClock
from campaign.wiring import NETWORKS
from connectors.contract import (
    Access,
    Connector,
    DeliveryKey,
    Network,
    NetworkName,
    OutgoingPost,
    Prepared,
    PublishedPost,
)

NOWHERE = "nowhere"


def die() -> NoReturn:
    """End as a machine does that loses its power."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


@dataclass
class Dying:
    """A connector that dies on `publish`, before the call or after it."""

    inner: Connector
    point: str

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Die at the point."""
        if self.point == "before-outcome":
            self.inner.publish(post, prepared)
        die()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def dying_networks(point: str) -> Mapping[NetworkName, Network]:
    """Return all networks, each dying at the point."""
    if point == NOWHERE:
        return NETWORKS
    return {name: _dying(network, point) for name, network in NETWORKS.items()}


def _dying(network: Network, point: str) -> Network:
    if point == "before-attempt":
        return replace(network, choose_key=_die_choosing)
    inner = network.connect
    if inner is None:
        return network

    def connect(access: Access) -> Any:
        return Dying(inner(access), point)

    return replace(network, connect=connect)


def _die_choosing(_delivery: str, _content: str, _at: datetime) -> DeliveryKey:
    die()


if __name__ == "__main__":
    point, folder, instant = sys.argv[1:4]
    clock = SteppedClock(datetime.fromisoformat(instant))
    place = Place(folder=Path(folder), clock=clock, networks=dying_networks(point))
    sys.exit(guarded(lambda: publish_once(place, as_json=True)))
