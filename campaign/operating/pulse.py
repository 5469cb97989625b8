"""What a process knows of itself: which of its parts have moved lately, by a clock nobody can set.

Kept in memory only. The database's row of it (`campaign.operating.heartbeats`) is for others.
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

SILENT_AFTER = timedelta(seconds=60)
"""Longer than a tick may take whose database does not answer, all time-outs waited out."""
RUN, WORKER, WEB = "run", "worker", "web"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a process: how long it has been silent, and how long it may be."""

    name: str
    silent_for: timedelta
    at_most: timedelta

    @property
    def lives(self) -> bool:
        """Whether it has moved lately."""
        return self.silent_for <= self.at_most


class Pulse:
    """When each part of this process last moved, and when its work was last done."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        """Begin; `ticks` are seconds that only go forward."""
        self._ticks = ticks
        self._lock = threading.Lock()
        self._parts: dict[str, tuple[float, timedelta]] = {}
        self._worked: tuple[float, datetime] | None = None
        self.kind = WEB
        """What this process is there for; one that only shows pages begins as nothing else."""
        self.name = f"{socket.gethostname()}:{os.getpid()}"

    def begin(self, kind: str, *parts: str, at_most: timedelta = SILENT_AFTER) -> None:
        """Say what this process is, and which parts of it have to move."""
        self.kind = kind
        for one in parts:
            with self._lock:
                self._parts[one] = self._ticks(), at_most

    def beat(self, part: str) -> None:
        """Note that a part moves; one that nobody waits for is noted, too."""
        with self._lock:
            at_most = self._parts.get(part, (0.0, SILENT_AFTER))[1]
            self._parts[part] = self._ticks(), at_most

    def worked(self, now: datetime) -> None:
        """Note that all that was to be done has been done without a fault."""
        with self._lock:
            self._worked = self._ticks(), now

    @property
    def worked_at(self) -> datetime | None:
        """When all was last done, None before the first time."""
        with self._lock:
            return None if self._worked is None else self._worked[1]

    def works(self) -> bool:
        """Whether all was done lately."""
        with self._lock:
            return self._worked is not None and self._since(self._worked[0]) <= SILENT_AFTER

    def parts(self) -> list[Part]:
        """Return every part, in the order of their names."""
        with self._lock:
            return [
                Part(name, self._since(at), at_most)
                for name, (at, at_most) in sorted(self._parts.items())
            ]

    def lives(self) -> bool:
        """Whether every part has moved lately."""
        return all(one.lives for one in self.parts())

    def _since(self, at: float) -> timedelta:
        return timedelta(seconds=self._ticks() - at)
