"""Starts the benchmarks' network and reads back what it was sent: the only judge of a run."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SETTLES_FOR = 0.5
"""Seconds after the last post in which a repeat would still be seen."""


class BenchmarkError(Exception):
    """A run that did not do its work, so that its times mean nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """One post as the server got it; times as seconds since 1970."""

    token: str
    key: str
    text: str
    came_at: float
    answered_at: float


@dataclass(frozen=True, slots=True)
class Loopback:
    """A server that is running."""

    port: int

    @property
    def url(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self.port}"

    def count(self) -> int:
        """Return how many posts came, repeats too."""
        return int(self._read("/benchmark/count"))

    def arrivals(self) -> list[Arrival]:
        """Return every post that came, in the order of coming."""
        return [
            Arrival(token=token, key=key, text=text, came_at=came_at, answered_at=answered_at)
            for token, key, text, came_at, answered_at in self._read("/benchmark/posts")
        ]

    def wait_for(self, posts: int, *, until: float, alive: Callable[[], bool]) -> None:
        """Wait for so many posts and a little longer, so that repeats would show."""
        while self.count() < posts:
            if time.time() > until or not alive():
                message = f"only {self.count()} of {posts} posts came"
                raise BenchmarkError(message)
            time.sleep(0.2)
        time.sleep(SETTLES_FOR)

    def _read(self, path: str) -> Any:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


@contextmanager
def loopback_server() -> Iterator[Loopback]:
    """Run a fresh server in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.loopback_server"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Loopback(int(process.stdout.readline()))
        finally:
            process.terminate()


def check_each_once(arrivals: Sequence[Arrival], wanted: set[tuple[str, str]]) -> None:
    """Insist that every post (token and text) came, once, and under a key of its own."""
    came = Counter((one.token, one.text) for one in arrivals)
    lost = wanted - came.keys()
    strange = came.keys() - wanted
    twice = [post for post, times in came.items() if times > 1]
    keys = len({one.key for one in arrivals})
    if lost or strange or twice or keys != len(wanted):
        message = (
            f"{len(lost)} posts lost, {len(twice)} sent more than once, {len(strange)} not asked "
            f"for, {keys} keys for {len(wanted)} posts"
        )
        raise BenchmarkError(message)
