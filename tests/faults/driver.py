"""Runs `campaign publish` once, as a process that kills itself at a point; started by tests.

    python -m tests.faults.driver POINT FOLDER INSTANT

The process's clock stands at INSTANT. It takes its environment as the program itself does.
"""

import sys
from datetime import datetime
from pathlib import Path

from campaign.cli.failures import guarded
from campaign.cli.on_publishing import publish_once
from campaign.cli.place import Place
from campaign.clock import SteppedClock
from campaign.wiring import NETWORKS
from tests.faults.cells import Point
from tests.faults.dying import dying_networks

if __name__ == "__main__":
    point, folder, instant = sys.argv[1:4]
    clock = SteppedClock(datetime.fromisoformat(instant))
    networks = dying_networks(NETWORKS, Point(point))
    place = Place(folder=Path(folder), clock=clock, networks=networks)
    sys.exit(guarded(lambda: publish_once(place, as_json=True)))
