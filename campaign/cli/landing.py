"""Waits on this machine for the network to send a person's browser back (RFC 8252, 7.3).

It listens on the loopback address alone, answers one path, and ends with the first answer that
belongs to the sign-in. A stranger's answer is told so and changes nothing.
"""

import html
import socket
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from campaign.cli.failures import Failure
from campaign.credentials.connecting import OtherAnswerError
from campaign.credentials.means import CannotSignInError

HOST, PATH = "127.0.0.1", "/callback"
_PAGE = """<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Campaign Desk</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>{heading}</h1><p>{words}</p></body></html>
"""


class Quiet(WSGIRequestHandler):
    """Serves without a line in any log: addresses hold codes."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""

    def log_error(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's own name
        """Say nothing."""


class Landing:
    """One wait for one answer."""

    def __init__(self, port: int, read: Callable[[str], str]) -> None:
        """Wait on a port; `read` takes the code out of an address, or raises why it cannot."""
        self._port = port
        self._read = read
        self._code = ""
        self._fault: CannotSignInError | None = None
        self.strangers = 0
        """How many answers came that belong to another sign-in."""
        self._arrived = threading.Event()
        self._server: BaseWSGIServer | None = None

    @property
    def redirect_uri(self) -> str:
        """Where the network is to send the browser."""
        return f"http://{HOST}:{self._port}{PATH}"

    def __enter__(self) -> Self:
        try:
            with socket.create_server((HOST, self._port)) as listening:
                self._server = make_server(
                    HOST,
                    self._port,
                    self._serve,
                    threaded=True,
                    request_handler=Quiet,
                    fd=listening.fileno(),
                )
        except OSError as error:
            message = (
                f"port {self._port} is taken on this machine ({error.strerror}); end what uses it, "
                f"or name another with --port and tell the network its address"
            )
            raise Failure(message) from error
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def wait(self, seconds: float) -> str:
        """Return the code; raise `CannotSignInError` for a no, `Failure` when nobody came."""
        if not self._arrived.wait(seconds):
            other = "; an answer came that belongs to another sign-in" if self.strangers else ""
            message = f"nobody came back from the network within {seconds:.0f} seconds{other}"
            raise Failure(message)
        if self._fault is not None:
            raise self._fault
        return self._code

    def _serve(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        answer = self._answer(request)
        answer.headers |= {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
        answer.headers["Content-Security-Policy"] = "default-src 'none'"
        return answer(environ, start)

    def _answer(self, request: Request) -> Response:
        if request.path != PATH or request.method != "GET":
            return _page(404, "Not here", "This address is for the answer to a sign-in.")
        if self._arrived.is_set():
            return _page(409, "Answered already", "This sign-in has had its answer.")
        try:
            code = self._read(request.url)
        except OtherAnswerError as error:
            self.strangers += 1
            return _page(400, "Not this sign-in", f"Nothing was done: {error}.")
        except CannotSignInError as error:
            self._fault = error
            self._arrived.set()
            return _page(200, "Not signed in", f"{error}.")
        self._code = code
        self._arrived.set()
        words = "You can close this page. How it went is said where the sign-in was started."
        return _page(200, "Thank you", words)


def _page(status: int, heading: str, words: str) -> Response:
    body = _PAGE.format(heading=html.escape(heading), words=html.escape(words))
    return Response(body, status=status, content_type="text/html; charset=utf-8")
