"""Stands before a network and lets one trouble happen to the first publish request.

Everything else passes as it came. `arrived` tells a test that the network has the request; the
request or its answer then waits until the test lets it go.
"""

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.faults.cells import UNSTORED, Trouble

PATIENCE_S = 60.0
HOP_BY_HOP = frozenset({"connection", "content-length", "transfer-encoding", "keep-alive"})


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What the caller hears."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


FAILED = Answer(500, (("Content-Type", "text/html"),), b"<h1>Internal Server Error</h1>")
LATER = Answer(429, (("Content-Type", "text/plain"), ("Retry-After", "60")), b"Too many requests")


class Gate:
    """One trouble for the first request that publishes; `hold` keeps its answer back as well."""

    def __init__(
        self, network: str, is_publish: Callable[[str, str], bool], trouble: Trouble, *, hold: bool
    ) -> None:
        self._network = urlsplit(network).netloc
        self._is_publish = is_publish
        self._trouble = trouble
        self._hold = hold
        self._lock = threading.Lock()
        self._let_go = threading.Event()
        self._done = threading.Event()
        self.arrived = threading.Event()
        self.publish_requests = 0
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    @property
    def origin(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._let_go.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def release(self) -> None:
        """Let what is held go on, and return when the network has dealt with it."""
        if self.arrived.is_set():
            self._let_go.set()
            assert self._done.wait(PATIENCE_S), "the held request never came to its end"

    def answer(self, asked: Asked) -> Answer | None:
        """Return what the caller hears, None to hang up."""
        if not self._is_publish(asked.method, asked.path):
            return self._pass_on(asked)
        with self._lock:
            self.publish_requests += 1
            first = self.publish_requests == 1
        return self._first_publish(asked) if first else self._pass_on(asked)

    def _first_publish(self, asked: Asked) -> Answer | None:
        if self._trouble is Trouble.LATE:
            self._wait()
        stored = None if self._trouble in UNSTORED else self._pass_on(asked)
        assert stored is None or stored.status < 300, stored
        if self._hold and self._trouble is not Trouble.LATE:
            self._wait()
        self._done.set()
        return self._heard(stored)

    def _wait(self) -> None:
        self.arrived.set()
        assert self._let_go.wait(PATIENCE_S), "nobody let the held request go"

    def _heard(self, stored: Answer | None) -> Answer | None:
        if self._trouble in (Trouble.FAIL_BEFORE, Trouble.FAIL_AFTER):
            return FAILED
        if self._trouble is Trouble.RATE_LIMIT:
            return LATER
        return stored if self._trouble is Trouble.NONE else None

    def _pass_on(self, asked: Asked) -> Answer:
        connection = HTTPConnection(self._network, timeout=PATIENCE_S)
        try:
            connection.request(asked.method, asked.path, asked.body, dict(asked.headers))
            came = connection.getresponse()
            kept = [one for one in came.getheaders() if one[0].lower() not in HOP_BY_HOP]
            return Answer(came.status, tuple(kept), came.read())
        finally:
            connection.close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gate = self

        class Handler(BaseHTTPRequestHandler):
            def serve(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                kept = [one for one in self.headers.items() if one[0].lower() not in HOP_BY_HOP]
                asked = Asked(self.command, self.path, tuple(kept), self.rfile.read(length))
                heard = gate.answer(asked)
                if heard is None:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response_only(heard.status)
                for name, value in heard.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(heard.body)))
                self.end_headers()
                self.wfile.write(heard.body)

            do_GET = do_POST = do_PUT = do_DELETE = serve  # noqa: N815 - the names that http.server calls

            def log_message(self, *_: object) -> None:
                """Say nothing."""

            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:
                    # Whoever called has been killed or has given up: that is what is tested.
                    self.close_connection = True

        return Handler
