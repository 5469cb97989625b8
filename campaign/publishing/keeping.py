"""Where an upload that is under way is written down: asked by connectors in the middle of one.

A long upload names what it has so far (`Access.keep`), so that an attempt that is cut off is
resumed from there. Connectors are shared by threads, so each attempt says for itself where.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from connectors.contract import Prepared

Save = Callable[[Prepared], None]

_SAVE: ContextVar[Save | None] = ContextVar("save_prepared", default=None)


@contextmanager
def keeping(save: Save) -> Iterator[None]:
    """Let what is uploaded inside be written down by this."""
    before = _SAVE.set(save)
    try:
        yield
    finally:
        _SAVE.reset(before)


def keep(prepared: Prepared) -> None:
    """Write down what stands at the network so far; outside of an attempt, nowhere."""
    save = _SAVE.get()
    if save is not None:
        save(prepared)
