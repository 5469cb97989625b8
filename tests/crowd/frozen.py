"""Runs `campaign publish` as a process that freezes once, before its last check; for the tests.

    python -m tests.crowd.frozen FOLDER

It stops itself by SIGSTOP when it has prepared a post, as a machine does that is suspended, and
goes on when somebody wakes it.
"""

import signal
import sys
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from campaign.cli.failures import guarded
from campaign.cli.on_publishing import publish_once
from campaign.cli.place import Place
from campaign.wiring import NETWORKS
from connectors.contract import (
    Access,
    Connector,
    Network,
    OutgoingPost,
    Prepared,
)


@dataclass
class Freezing:
    """A connector that freezes when it has prepared a post."""

    inner: Connector

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        """Prepare, then freeze."""
        prepared = self.inner.prepare(post, resume)
        # To this thread: sent to the process, it may reach another first, and this one goes on.
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)
        return prepared

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def freezing(network: Network) -> Network:
    """Return a network whose connector freezes."""
    inner = network.connect
    if inner is None:
        return network

    def connect(access: Access) -> Any:
        return Freezing(inner(access))

    return replace(network, connect=connect)


if __name__ == "__main__":
    networks = {name: freezing(network) for name, network in NETWORKS.items()}
    place = Place(folder=Path(sys.argv[1]), networks=networks)
    sys.exit(guarded(lambda: publish_once(place, as_json=True)))
