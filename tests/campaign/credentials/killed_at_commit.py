"""A process that is killed between the network's answer to a renewal and its commit.

`python -m tests.campaign.credentials.killed_at_commit FOLDER CHANNEL INSTANT`, with the
environment of the campaign.
"""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from campaign.clock import SteppedClock
from campaign.credentials import holding
from campaign.settings import read_settings
from campaign.wiring import open_desk


def _die(*_: Any) -> bool:
    os.kill(os.getpid(), signal.SIGKILL)
    return False


def main(folder: str, channel: str, instant: str) -> None:
    """Renew, and die with the answer in hand."""
    vars(holding)["finish_renewal"] = _die
    clock = SteppedClock(datetime.fromisoformat(instant))
    desk = open_desk(read_settings(Path(folder)), clock=clock)
    desk.holder.held(desk.account(channel))


if __name__ == "__main__":
    main(*sys.argv[1:])
