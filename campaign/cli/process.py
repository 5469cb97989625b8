"""What a process that keeps running needs: a log on stderr, and an orderly end."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from campaign.operating.json_log import JsonFormatter

SIGNALS = (signal.SIGTERM, signal.SIGINT)

Wait = Callable[[], bool]
"""Returns True when somebody wants this process to end, False when nobody can any more."""


@contextmanager
def told_to_end() -> Iterator[Wait]:
    """Turn SIGTERM and Ctrl-C into something to wait for; entered in the main thread.

    The interpreter writes the signal's number into a socket, whichever thread the system gives it
    to: libraries start threads of their own, in which no signal can be held back. The handler does
    nothing. One that set an event could meet its own thread in the middle of waiting for that
    event, and then nothing would ever stop.
    """
    told, telling = socket.socketpair()
    telling.setblocking(False)
    before = {one: signal.signal(one, _nothing) for one in SIGNALS}
    writes_to = signal.set_wakeup_fd(telling.fileno())
    try:
        yield lambda: bool(told.recv(1))
    finally:
        signal.set_wakeup_fd(writes_to)
        for one, handler in before.items():
            signal.signal(one, handler)
        told.shutdown(socket.SHUT_RDWR)  # so that whoever still waits goes on
        told.close()
        telling.close()


def _nothing(_signal: int, _frame: object) -> None:
    """Keep the system from ending the process by itself."""


def leave() -> None:
    """Let this process end as if it had been told to, by whoever waits for that."""
    os.kill(os.getpid(), signal.SIGTERM)


def when_told(wait: Wait, stop: Callable[[], None]) -> None:
    """Call this when somebody wants the process to end, while its main thread is busy."""

    def wait_and_stop() -> None:
        if wait():
            stop()

    threading.Thread(target=wait_and_stop, name="signals", daemon=True).start()


def log_to_stderr(*, as_json: bool = False) -> None:
    """Write the log of a process that keeps running, one line an event."""
    # What no line says need not be found out for each of a thousand posts in a second; the names
    # are the ones that logging documents for it (docs.python.org, "Optimization").
    logging._srcfile = None  # noqa: SLF001 - documented under this name
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler: Any = logging.StreamHandler()
    words = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    name = f"{socket.gethostname()}:{os.getpid()}"
    handler.setFormatter(JsonFormatter(name) if as_json else words)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # APScheduler tells of every ring, tweepy of headers: neither belongs in a log that is kept.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("tweepy").setLevel(logging.WARNING)
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    # It calls the logger of everything it has to tell "uvicorn.error".
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
