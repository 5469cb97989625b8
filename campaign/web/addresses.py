"""What no address of ours holds, and what numbers in one may be."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Path, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

LONGEST_PATH, LONGEST_QUERY = 2_000, 8_000
"""Characters; the longest id of a delivery has a sixth of it, a full filter of the calendar less
than half of that."""
LARGEST_NUMBER = 2**31 - 1
"""What a column for whole numbers holds in either database."""
Number = Annotated[int, Path(ge=0, le=LARGEST_NUMBER)]
"""The number of a thing in an address."""


class AddressesOfOurs:
    """Answers an address that can be none of ours before anything is asked for it.

    No id, name or word of ours holds a control character; PostgreSQL refuses one of them (U+0000)
    wherever it stands, and file systems refuse names that go on and on.
    """

    def __init__(self, app: ASGIApp, answer: Callable[[Request], Response]) -> None:
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and not _is_ours(scope["path"], scope["query_string"]):
            await self._answer(Request(scope))(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_ours(path: str, query: bytes) -> bool:
    judges_itself = path.startswith("/api/")  # and says at which parameter
    is_fine = judges_itself or (len(query) <= LONGEST_QUERY and b"%00" not in query)
    return is_fine and len(path) <= LONGEST_PATH and path.isprintable()
