"""Until when a worker's calls may leave: asked right before every single one.

A process may stand still anywhere between its last check under the claim and the call. The stop
switch is looked at immediately before each call; so is the time, by this. What is left is the
moment after that look, which only a network's own key closes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

_CALL_BY: ContextVar[datetime | None] = ContextVar("call_by", default=None)


@contextmanager
def calls_until(instant: datetime) -> Iterator[None]:
    """Let calls that are made inside leave up to this instant, itself included."""
    before = _CALL_BY.set(instant)
    try:
        yield
    finally:
        _CALL_BY.reset(before)


def too_late(now: datetime) -> str | None:
    """Say why no call may leave at this instant; None where one may."""
    instant = _CALL_BY.get()
    if instant is None or now <= instant:
        return None
    return "this process stood still for too long before its call, so none was made"
