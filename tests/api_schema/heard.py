"""Listens to what the API answers: which operations were done, whoever asked."""

from collections import Counter
from typing import Any


class Heard:
    """Stands around an application, and counts what it did by operation."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.done: Counter[str] = Counter()
        """Operations that were answered with what was asked for."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, and remember how."""

        async def watched(message: Any) -> None:
            if message["type"] == "http.response.start" and message["status"] < 300:
                self.done[getattr(scope.get("route"), "name", "?")] += 1
            await send(message)

        await self._app(scope, receive, watched)
