"""Starts lives of the program: each is a process of its own, forked by one that has it all loaded.

    python -m tests.faults.lives

reads one life a line from its input (JSON), forks it, and writes the process's number and, at its
end, its status. Loading the program takes most of a second and a life a few hundredths; a forked
process dies as alone as a started one.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

import tweepy  # noqa: F401 - a life that loads it anew would take twice as long
from sqlalchemy import create_engine

import analytics.issues
import analytics.pdf  # noqa: F401 - loaded for a failure, which another user may not
from campaign.cli.failures import guarded
from campaign.cli.on_publishing import publish_once
from campaign.cli.place import Place
from campaign.clock import SteppedClock
from campaign.wiring import NETWORKS
from tests.faults.cells import Point
from tests.faults.dying import dying_networks
from tests.faults.small_networks import SMALL_NETWORKS

ROOT = Path(__file__).parents[2]
ALL_NETWORKS = {**NETWORKS, **SMALL_NETWORKS}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a life is to be like; plain values, since it crosses to another process."""

    folder: str
    at: str
    """Where its clock stands, in ISO 8601."""
    environment: dict[str, str]
    log: str
    """The file its words go to."""
    small: bool = False
    """Whether two of the networks are those of `small_server`."""
    point: Point = Point.NONE
    part: int | None = None
    """Of a thread: the part at which the point lies."""
    user: int | None = None
    """The user it runs as; None for the one who started it."""


@dataclass(frozen=True)
class Life:
    """A life that has begun."""

    pid: int
    server: subprocess.Popen[str]

    def status(self) -> int:
        """Wait for its end; return its exit code, or minus the signal that ended it."""
        assert self.server.stdout is not None
        return int(self.server.stdout.readline())


class Lives:
    """The process that forks them; one at a time."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.lives"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.communicate()
        assert self._server.returncode == 0

    def start(self, wanted: Wanted) -> Life:
        """Begin a `campaign publish` as it is wanted."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(asdict(wanted)) + "\n")
        self._server.stdin.flush()
        return Life(int(self._server.stdout.readline()), self._server)


def serve() -> None:
    """Fork a life for every line, until there are no more."""
    create_engine("sqlite://").connect().close()  # loads the driver, which another user may not
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                live(json.loads(line))
            finally:
                os._exit(70)  # only where it failed to end by itself
        print(pid, flush=True)  # noqa: T201 - it is what the other side reads
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)  # noqa: T201 - same


def live(wanted: Mapping[str, Any]) -> NoReturn:
    """Run one life in the process that was forked for it."""
    folder = Path(wanted["folder"])
    networks = ALL_NETWORKS if wanted["small"] else NETWORKS
    place = Place(
        folder=folder,
        clock=SteppedClock(datetime.fromisoformat(wanted["at"])),
        environment=wanted["environment"],
        networks=dying_networks(networks, Point(wanted["point"]), wanted["part"]),
    )
    with (
        Path(wanted["log"]).open("a", encoding="utf-8") as log,
        contextlib.redirect_stdout(log),
        contextlib.redirect_stderr(log),
    ):
        if wanted["user"] is not None:
            os.setgroups([])
            os.setgid(wanted["user"])
            os.setuid(wanted["user"])
        status = guarded(lambda: publish_once(place, as_json=True))
    os._exit(status)


if __name__ == "__main__":
    serve()
