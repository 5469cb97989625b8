"""A relay in front of the real server, so that a test can act at one exact moment of one call.

It hands every call on as it came and the answer back as it came, unless a test has ordered a
`Turn` for the call: that decides whether and when the server gets it and what the caller hears.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import requests

_TIMEOUT_S = 30
_HEADERS = ("Authorization", "Content-Type", "Accept", "User-Agent")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a caller hears."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True, slots=True)
class Asked:
    """A call as it arrived; a turn may change it before the server gets it."""

    method: str
    name: str
    """The last part of the call's name: `putRecord`."""
    path: str
    headers: dict[str, str]
    body: bytes
    answered: int | None = None
    """The status that the caller heard; None where it heard nothing."""


Turn = Callable[[Asked, Callable[[], Answer]], Answer | None]
"""Gets the call and a way to hand it on; returns what the caller hears, None to hang up."""


@dataclass(kw_only=True, slots=True)
class Order:
    """A turn for the next calls of some names."""

    names: tuple[str, ...]
    turn: Turn
    left: int
    came: bool = False


class Relay:
    """Serves on a free port of this machine."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._orders: list[Order] = []
        self._lock = threading.Lock()
        self._session = requests.Session()
        self.asked: list[Asked] = []
        """Every call that arrived, oldest first."""
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))

    @property
    def origin(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def in_vain(self) -> list[tuple[str, ...]]:
        """The names of calls for which a turn was ordered that never came."""
        return [one.names for one in self._orders if not one.came]

    def on(self, *names: str, turn: Turn, times: int = 1) -> None:
        """Order a turn for the next calls of these names (`putRecord`, without the dots)."""
        with self._lock:
            self._orders.append(Order(names=names, turn=turn, left=times))

    def count(self, name: str) -> int:
        """Return how many calls of that name arrived."""
        return len([one for one in self.asked if one.name == name])

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving; calling it twice does no harm."""
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
            self._http.server_close()
            self._session.close()

    def answer(self, asked: Asked) -> Answer | None:
        """Let the ordered turn happen, or hand the call on."""
        with self._lock:
            self.asked.append(asked)
            turn = self._next_turn(asked.name)
        heard = turn(asked, lambda: self._forward(asked))
        asked.answered = heard.status if heard else None
        return heard

    def _next_turn(self, name: str) -> Turn:
        for order in self._orders:
            if name in order.names and order.left:
                order.left -= 1
                order.came = True
                return order.turn
        return _hand_on

    def _forward(self, asked: Asked) -> Answer:
        response = self._session.request(
            asked.method,
            f"{self._server}{asked.path}",
            data=asked.body or None,
            headers=asked.headers,
            timeout=_TIMEOUT_S,
        )
        headers = {
            name: value
            for name, value in response.headers.items()
            if name.lower() in {"content-type", "retry-after", "date"}
            or name.lower().startswith("ratelimit-")
        }
        return Answer(status=response.status_code, body=response.content, headers=headers)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        relay = self

        class Handler(BaseHTTPRequestHandler):
            def serve(self) -> None:
                heard = relay.answer(self._asked())
                if heard is None:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response_only(heard.status)
                for name, value in heard.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(heard.body)))
                self.end_headers()
                self.wfile.write(heard.body)

            do_GET = do_POST = serve  # noqa: N815 - the names that http.server calls

            def _asked(self) -> Asked:
                length = int(self.headers.get("Content-Length") or 0)
                return Asked(
                    method=self.command,
                    name=urlsplit(self.path).path.rpartition(".")[2],
                    path=self.path,
                    headers={one: self.headers[one] for one in _HEADERS if one in self.headers},
                    body=self.rfile.read(length),
                )

            def log_message(self, *_: object) -> None:
                """Say nothing."""

            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:
                    # Whoever called has been killed; that is what these tests do.
                    self.close_connection = True

        return Handler


def _hand_on(_asked: Asked, forward: Callable[[], Answer]) -> Answer | None:
    return forward()


@contextmanager
def relaying(server: str) -> Iterator[Relay]:
    """Put a relay in front of a server; every turn that was ordered must have come once."""
    relay = Relay(server)
    relay.start()
    try:
        yield relay
        assert relay.in_vain == [], "an ordered turn did not come"
    finally:
        relay.stop()
