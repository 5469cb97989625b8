"""What nobody foresaw gets a reference, under which the log has the whole story."""

import logging
import secrets
from collections.abc import Callable

from fastapi import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)


class Unforeseen:
    """Stands around an app, and answers what goes wrong in it and is caught nowhere else."""

    def __init__(self, app: ASGIApp, answer: Callable[[Request, str], Response]) -> None:
        """Stand around an app; `answer` gets the request and the reference."""
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            if begun or scope["type"] != "http":
                raise
            reference = secrets.token_hex(4)
            route = getattr(scope.get("route"), "path", "?")  # an address may hold a secret
            log.exception("fault %s at %s", reference, route)
            await self._answer(Request(scope), reference)(scope, receive, send)
