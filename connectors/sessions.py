"""Where a network's session is kept between connectors, as part of `connectors.contract`.

Some networks count sign-ins: Bluesky takes 300 a day. A process that starts every minute, or eight
of them, would use that up; so a connector leaves its session for whoever comes next.
"""

from typing import Protocol


class Shelf(Protocol):
    """Keeps one text for one account. Neither method raises: a session can be opened anew."""

    def read(self) -> str | None:
        """Return what was put here last, by any process; None where there is nothing to use."""

    def put(self, text: str) -> None:
        """Keep a text in place of the one before. It holds tokens: it is sealed or not kept."""


class NoShelf:
    """Keeps nothing, so that every connector signs in by itself."""

    def read(self) -> str | None:
        """Return None."""
        return None

    def put(self, text: str) -> None:
        """Let the text go."""


NO_SHELF = NoShelf()
