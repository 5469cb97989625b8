"""Until when a worker's calls may leave, and what they are about: asked right before each.

A process may stand still anywhere between its last check under the claim and the call. The stop
switch is looked at immediately before each call; so is the time, by this. What is left is the
moment after that look, which only a network's own key closes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

_CALL_BY: ContextVar[datetime | None] = ContextVar("call_by", default=None)
_ABOUT: ContextVar[str | None] = ContextVar("about", default=None)


@contextmanager
def calls_until(instant: datetime) -> Iterator[None]:
    """Let calls that are made inside leave up to this instant, itself included."""
    before = _CALL_BY.set(instant)
    try:
        yield
    finally:
        _CALL_BY.reset(before)


@contextmanager
def calls_about(post: str) -> Iterator[None]:
    """Say of which post the calls are that are made inside: a stop may go by its theme."""
    before = _ABOUT.set(post)
    try:
        yield
    finally:
        _ABOUT.reset(before)


def post_in_hand() -> str | None:
    """Return the post that calls are about right now; None where they are about none."""
    return _ABOUT.get()


def too_late(now: datetime) -> str | None:
    """Say why no call may leave at this instant; None where one may."""
    instant = _CALL_BY.get()
    if instant is None or now <= instant:
        return None
    return "this process stood still for too long before its call, so none was made"
