"""Serves files over HTTP by a token in their address, and nothing else: no index, no log, no why.

A small server inside whatever process publishes, for the networks that fetch pictures themselves.
It stands behind a reverse proxy, which ends TLS and keeps slow clients away; what it answers hangs
on the token alone, so the proxy may put any path in front. Everything that is not a whole answer
is the same empty 404.
"""

import logging
import re
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from werkzeug.http import parse_range_header

from campaign.store.media import File
from connectors.content import Content, Span, pieces

log = logging.getLogger(__name__)

AT_ONCE = 16
"""Requests answered at the same time; more are turned away, since each holds a part of a file."""
PATIENCE_S = 10.0
"""How long one client may keep silent."""
POLL_S = 0.1

_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/(?P<token>[A-Za-z0-9_-]{43})\.[a-z0-9]{1,5}")
"""Any path of a proxy's, then the token, then an ending, which networks like to see."""

Find = Callable[[str], File | None]


class Gallery:
    """One listener and the threads that answer."""

    def __init__(self, host: str, port: int, find: Find) -> None:
        """Listen; raise `OSError` where the port is taken or the address is not this machine's."""
        self._server = _server_class(host)((host, port), _handler_class(find))
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_S,), name="gallery", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Listen no longer; answers that are under way end by themselves."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    """Threads up to a number; it says nothing of broken requests, whose addresses are secret."""

    request_queue_size = 64
    daemon_threads = True

    def __init__(self, *args: Any) -> None:
        self._room = threading.BoundedSemaphore(AT_ONCE)
        super().__init__(*args)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the parent's names
        log.info("a request for a picture broke off", extra={"action": "show"})


def _server_class(host: str) -> type[_Server]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return type("Server", (_Server,), {"address_family": family})


class _Handler(BaseHTTPRequestHandler):
    """Answers one request and closes."""

    timeout = PATIENCE_S
    protocol_version = "HTTP/1.1"
    find: Find

    def do_GET(self) -> None:
        """Answer with the file, or the part of it that is asked for."""
        file = self._found()
        if file is None:
            self._nothing(HTTPStatus.NOT_FOUND)
            return
        size = len(file.content)
        asked = parse_range_header(self.headers.get("Range"))
        if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
            self._head(HTTPStatus.OK, file.media_type, size)
            self._write(file.content)
            return
        span = asked.range_for_length(size)
        if span is None:
            self._nothing(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, f"bytes */{size}")
            return
        start, stop = span
        said = f"bytes {start}-{stop - 1}/{size}"
        self._head(HTTPStatus.PARTIAL_CONTENT, file.media_type, stop - start, said)
        self._write(Span(file.content, start, stop))

    def do_HEAD(self) -> None:
        """Answer as to a GET, without the file."""
        file = self._found()
        if file is None:
            self._nothing(HTTPStatus.NOT_FOUND)
        else:
            self._head(HTTPStatus.OK, file.media_type, len(file.content))

    def _found(self) -> File | None:
        match = _PATH.fullmatch(self.path)
        return self.find(match["token"]) if match else None

    def _write(self, content: Content) -> None:
        for piece in pieces(content):
            self.wfile.write(piece)

    def _nothing(self, status: HTTPStatus, content_range: str = "") -> None:
        self._head(status, "text/plain", 0, content_range)

    def _head(
        self, status: HTTPStatus, media_type: str, length: int, content_range: str = ""
    ) -> None:
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(length))
        if content_range:
            self.send_header("Content-Range", content_range)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("X-Robots-Tag", "noindex")
        self.send_header("Connection", "close")
        self.end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - the parent's names
        """Give to what is no request, or none we answer, what everything else gets."""
        self._nothing(HTTPStatus.NOT_FOUND)

    def version_string(self) -> str:
        """Say nothing of what this is made with."""
        return "media"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's own name
        """Keep addresses out of every log."""


def _handler_class(find: Find) -> type[_Handler]:
    return type("Handler", (_Handler,), {"find": staticmethod(find)})
