"""Stands around the pages: each answer is a step, and what nobody foresaw gets a reference."""

import logging
import secrets
from collections.abc import Callable

from fastapi import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from campaign.tracing import step

log = logging.getLogger(__name__)


class Traced:
    """Opens a step for each answer: its route and never its address, which may hold a secret."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand around an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with step("page", method=scope["method"]) as span:

            async def watched(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("status", message["status"])
                await send(message)

            try:
                await self._app(scope, receive, watched)
            finally:
                span.set_attribute("route", _route(scope))


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
            log.exception("fault %s at %s", reference, _route(scope))
            await self._answer(Request(scope), reference)(scope, receive, send)


def _route(scope: Scope) -> str:
    """Return the route as it was declared: an address may hold a secret."""
    return str(getattr(scope.get("route"), "path", "?"))
