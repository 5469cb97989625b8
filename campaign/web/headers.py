"""What every answer says to the browser, and what no request from another site gets past."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
"""An answer that sets one of these itself keeps its own."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SecurityHeaders:
    """Puts the headers on every answer, whoever gives it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


class OwnPagesOnly:
    """Turns away what another site's page sends: the first of two layers against forged requests.

    Browsers say where a request comes from (Fetch Metadata), older ones at least whose page it was
    (Origin). A changing request that says neither comes from no browser, and from no page of ours.
    Under the addresses of `tokens_under` programs are let through that bring no cookie, and under
    those of `no_cookies_under` everybody, since no cookie is looked at there.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        tokens_under: Iterable[str] = (),
        no_cookies_under: Iterable[str] = ("/api/",),
    ) -> None:
        self._app = app
        self._tokens_under = tuple(tokens_under)
        self._no_cookies_under = tuple(no_cookies_under)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or turn it away."""
        if scope["type"] == "http" and scope["method"] not in _SAFE and self._is_foreign(scope):
            answer = PlainTextResponse(
                "This came from another site's page, so nothing was done.\n", 403
            )
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_foreign(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        if scope["path"].startswith(self._no_cookies_under):
            return False
        if scope["path"].startswith(self._tokens_under) and "cookie" not in headers:
            return False
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site != "same-origin"
        origin = headers.get("origin", "")
        return not origin or urlsplit(origin).netloc != headers.get("host", "")
