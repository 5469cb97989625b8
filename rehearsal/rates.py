"""Rate limits of the stand-in networks: windows that open with the first request.

They are counted by the rehearsal's clock, so weeks of compressed time use no more than weeks of
real time.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class RateLimit:
    """So many units in one window."""

    name: str
    units: int
    window: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """What is left of one limit after a request."""

    limit: RateLimit
    remaining: int
    resets_at: datetime
    granted: bool


class RateBook:
    """What everybody has used; safe for many threads."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._windows: dict[tuple[str, str], tuple[datetime, int]] = {}
        self._lock = threading.Lock()

    def charge(self, who: str, limit: RateLimit, *, units: int = 1) -> Allowance:
        """Count units against a limit; where they do not fit, count nothing and say so."""
        with self._lock:
            opened_at, used = self._window(who, limit)
            granted = used + units <= limit.units
            used += units if granted else 0
            self._windows[who, limit.name] = (opened_at, used)
        return Allowance(
            limit=limit,
            remaining=limit.units - used if granted else 0,
            resets_at=opened_at + limit.window,
            granted=granted,
        )

    def exhausted(self, who: str, limit: RateLimit) -> Allowance:
        """Say what a refused request would be told, without counting anything."""
        with self._lock:
            opened_at, _ = self._window(who, limit)
        return Allowance(
            limit=limit, remaining=0, resets_at=opened_at + limit.window, granted=False
        )

    def _window(self, who: str, limit: RateLimit) -> tuple[datetime, int]:
        now = self._now()
        opened_at, used = self._windows.get((who, limit.name), (now, 0))
        return (now, 0) if now >= opened_at + limit.window else (opened_at, used)
