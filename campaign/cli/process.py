"""What a process that keeps running needs: a log on stderr, and an orderly end."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})


@contextmanager
def held_signals() -> Iterator[None]:
    """Keep SIGTERM and Ctrl-C for `wait_for_signal`; entered before any thread is started.

    They are waited for, not handled: a handler that sets an event can meet its own thread in the
    middle of waiting for that event, and then nothing ever stops. At the end they are as before,
    since a process that is started later would inherit what is held back.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def wait_for_signal() -> None:
    """Return when somebody wants this process to end."""
    signal.sigwait(SIGNALS)


def leave() -> None:
    """Let this process end as if it had been told to, by whoever waits for that."""
    os.kill(os.getpid(), signal.SIGTERM)


def when_told_to_stop(stop: Callable[[], None]) -> None:
    """Call this when somebody wants the process to end, while its main thread is busy.

    Inside `held_signals`.
    """

    def wait_and_stop() -> None:
        wait_for_signal()
        stop()

    threading.Thread(target=wait_and_stop, name="signals", daemon=True).start()


def log_to_stderr() -> None:
    """Write the log of a process that keeps running, one line an event."""
    handler: Any = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # APScheduler tells of every ring, tweepy of headers: neither belongs in a log that is kept.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("tweepy").setLevel(logging.WARNING)
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
