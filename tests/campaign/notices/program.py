"""A program whose clock rings for letters ten times; tests run several of it, and kill some."""

import sys
from datetime import timedelta
from pathlib import Path

from campaign.cli.notices_clock import tick
from campaign.cli.session import Session
from campaign.clock import SteppedClock, SystemClock
from campaign.settings import read_settings
from campaign.wiring import open_desk


def ring_ten_times(folder: str, database_url: str, port: str) -> None:
    """Ring every half minute of five minutes, without waiting for them."""
    clock = SteppedClock(SystemClock().now())
    environment = {
        "CAMPAIGN_DATABASE_URL": database_url,
        "CAMPAIGN_MAIL_FROM": "desk@ico.example",
        "CAMPAIGN_MAIL_SERVER": f"smtp://127.0.0.1:{port}",
        "CAMPAIGN_DIGEST_AT": "off",
    }
    desk = open_desk(read_settings(Path(folder), environment), clock=clock)
    schedule = desk.schedule()
    assert schedule is not None
    for _ in range(10):
        tick(Session(desk=desk, schedule=schedule))
        clock.advance(timedelta(seconds=30))
    desk.close()


if __name__ == "__main__":
    ring_ten_times(*sys.argv[1:])
