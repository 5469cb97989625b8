"""Ways out that are no HTTP: a mail server and a folder, as part of `connectors.contract`.

Networks that use them are given them in `Access` and know nothing of mail settings or of disks.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from connectors.content import Content


class NotHandedError(Exception):
    """The server certainly does not have the letter; it may be tried again."""


class TurnedAwayError(Exception):
    """The server certainly does not have the letter and will not take it."""


class NobodyThereError(TurnedAwayError):
    """It takes none for that address, whatever it says."""


class MaybeHandedError(Exception):
    """The text left and no clear answer came: the letter may have arrived."""


class Postbox(Protocol):
    """The installation's way out for e-mail."""

    @property
    def sender(self) -> str:
        """The address that letters come from."""

    def give(self, to: str, message: bytes, may_leave: Callable[[], str | None]) -> None:
        """Hand one letter over, once.

        `may_leave` is asked just before the text leaves: why it must not, or None.

        Raises one of the four errors above unless the server took the letter.
        """


class ShownFolder(Protocol):
    """A folder whose files anybody may read at any moment, never half written.

    Everything raises `OSError` where the folder cannot be used.
    """

    def alone(self) -> AbstractContextManager[None]:
        """Keep everybody else from writing, in this process and in others.

        Raises `BlockingIOError` where somebody else keeps it for longer than one waits.
        """

    def read(self, name: str) -> bytes | None:
        """Return a file as it stands, None where there is none."""

    def put(self, name: str, content: Content) -> None:
        """Put a whole file in the place of what stood there.

        Whoever reads meanwhile finds the old file or the new one. Once this returns the new one is
        there, whatever is switched off. Raises `TimeoutError` where nobody knows which of the two
        stands, and another `OSError` where it is the old one.
        """

    def drop(self, name: str) -> None:
        """Take a file away, if it is there."""
