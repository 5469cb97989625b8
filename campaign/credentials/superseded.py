"""Keeps a renewal in another process from being taken for a refusal.

A network may void the old token the moment it gives the new one. A call that was on its way with
the old one is then refused, although nobody took the account's rights away: nothing was done, and
the next try uses the new token.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from connectors.contract import AccessRefused, Connector, NotSent

AGAIN = "the sign-in was renewed while the call was on its way; it is tried again with the new one"


class _Superseded:
    """Does what its connector does, and judges refusals by whether its token is still the one."""

    def __init__(self, connector: Connector, is_current: Callable[[], bool]) -> None:
        self._connector = connector
        self._is_current = is_current

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._connector, name)
        return partial(self._call, found) if callable(found) else found

    def _call(self, method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        try:
            return method(*arguments, **named)
        except AccessRefused as refused:
            if self._is_current():
                raise
            raise NotSent(AGAIN, network=refused.network, code=refused.code) from refused


def watched(connector: Connector, is_current: Callable[[], bool]) -> Connector:
    """Return the connector, whose refusals are doubted where its token was renewed meanwhile."""
    return cast("Connector", _Superseded(connector, is_current))
