"""Counts the calls that this process makes to networks, and how long each answer took.

Put in front of the way out that all accounts share. It sees a request's method and an answer's
status, and nothing of what is in either.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds; the upper bounds of the histogram."""
BROKEN = "broken"
"""No answer came."""


@dataclass(slots=True)
class Times:
    """How long calls took: a histogram as Prometheus counts it, each bound on its own."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total_s: float = 0.0

    def add(self, seconds: float) -> None:
        """Take one call in."""
        self.counts[sum(seconds > one for one in BOUNDS)] += 1
        self.total_s += seconds


class Calls:
    """What was counted since this process began."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outcomes: Counter[tuple[str, str]] = Counter()
        self._times: dict[str, Times] = {}

    def made(self, network: str, outcome: str, seconds: float) -> None:
        """Take in one call; the outcome is a class of status such as `2xx`, or `broken`."""
        with self._lock:
            self._outcomes[network, outcome] += 1
            self._times.setdefault(network, Times()).add(seconds)

    def outcomes(self) -> dict[tuple[str, str], int]:
        """Return how many calls had which outcome, by network and outcome."""
        with self._lock:
            return dict(self._outcomes)

    def times(self) -> dict[str, Times]:
        """Return how long the calls of each network took."""
        with self._lock:
            return {name: Times(list(one.counts), one.total_s) for name, one in self._times.items()}

    @contextmanager
    def counted(self, network: str) -> Iterator[list[int]]:
        """Count one call; put the status into what is given, if an answer came."""
        status: list[int] = []
        began = time.perf_counter()
        try:
            yield status
        finally:
            outcome = f"{status[0] // 100}xx" if status else BROKEN
            self.made(network, outcome, time.perf_counter() - began)


class CountedWay:
    """A way out for one network that counts what goes through it; closed by whoever owns it."""

    def __init__(self, way: Any, network: str, calls: Calls) -> None:
        self._way, self._network, self._calls = way, network, calls

    def send(self, *arguments: Any, **words: Any) -> Any:
        """Send a request on; the answer's head ends the time that is counted."""
        with self._calls.counted(self._network) as status:
            answer = self._way.send(*arguments, **words)
            status.append(answer.status_code)
        return answer

    def close(self) -> None:
        """Close the way out."""
        self._way.close()
