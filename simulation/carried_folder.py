"""Carries what is written to a feed's folder, and breaks it where told to.

Only the file that readers see is carried like a call; what lies beside it shows nothing.
"""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests

from connectors.content import Content
from rehearsal.feed import FILE
from rehearsal.server import Rehearsal

NETWORK = "feed"


class CarriedFolder:
    """One feed's folder in a simulation."""

    def __init__(
        self,
        rehearsal: Rehearsal,
        name: str,
        carry: Callable[[str, Callable[[], None]], Any],
        held: set[str],
    ) -> None:
        """Open a folder; `held` are the names of those that somebody writes to, for all of them."""
        self._rehearsal, self._carry = rehearsal, carry
        self._folder = rehearsal.open_folder(name)
        self._name, self._held = name, held

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Turn others away: on one thread whoever holds it stands still while they wait."""
        if self._name in self._held:
            raise BlockingIOError(errno.EAGAIN, "somebody else is writing to it")
        self._held.add(self._name)
        try:
            with self._folder.alone():
                yield
        finally:
            self._held.discard(self._name)

    def read(self, name: str) -> bytes | None:
        """Return a file as it stands."""
        found = self._folder.read(name)
        self._rehearsal.take_requests(NETWORK)
        return found

    def put(self, name: str, content: Content) -> None:
        """Put a file in its place, or let happen what happens to calls."""
        if name != FILE:
            self._folder.put(name, content)
            self._rehearsal.take_requests(NETWORK)
            return
        try:
            self._carry(NETWORK, lambda: self._folder.put(name, content))
        except requests.Timeout as error:
            raise TimeoutError(str(error)) from error

    def drop(self, name: str) -> None:
        """Take a file away."""
        self._folder.drop(name)
