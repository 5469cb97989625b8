"""What a process that keeps running needs: a log on stderr, and an orderly end."""

import logging
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any


def on_signals(stop: Callable[[], None]) -> None:
    """Have SIGTERM and Ctrl-C call this instead of ending the process."""

    def called(_signal: int, _frame: FrameType | None) -> None:
        stop()

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, called)


def log_to_stderr() -> None:
    """Write the log of a process that keeps running, one line an event."""
    handler: Any = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # APScheduler tells of every ring, tweepy of headers: neither belongs in a log that is kept.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("tweepy").setLevel(logging.WARNING)
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
