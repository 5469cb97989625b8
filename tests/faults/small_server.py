"""Two small networks behind one HTTP server: one publishes containers once, one tells nothing.

No network that we have connectors for behaves like either, yet the engine has to hold its promise
on both: Instagram and Threads publish containers, and a network with neither key nor look-up may
come any day.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

SITE = "https://small.example/ico/"


@dataclass(frozen=True)
class Stored:
    """A post that everybody sees."""

    text: str
    url: str


class SmallServer:
    """`/containers` publishes each of them once; `/posts` takes whatever comes."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._containers: dict[str, str] = {}
        self._published: dict[str, dict[str, str]] = {}
        self.posts: list[Stored] = []
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
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def answer(self, method: str, path: str, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Do what the request asks for, one after the other."""
        with self._lock:
            match (method, path.strip("/").split("/")):
                case ("GET", ["me"]):
                    return 200, {"id": "1", "handle": "ico"}
                case ("POST", ["posts"]):
                    return 200, self._post(fields["text"])
                case ("POST", ["containers"]):
                    name = str(len(self._containers) + 1)
                    self._containers[name] = fields["text"]
                    return 200, {"id": name}
                case (_, ["containers", name, *rest]) if name in self._containers:
                    return 200, self._container(name, publish=rest == ["publish"])
        return 404, {"error": "there is nothing here"}

    def _container(self, name: str, *, publish: bool) -> dict[str, Any]:
        if publish and name not in self._published:
            self._published[name] = self._post(self._containers[name])
        return {"published": self._published.get(name)}

    def _post(self, text: str) -> dict[str, str]:
        name = str(len(self.posts) + 1)
        self.posts.append(Stored(text, SITE + name))
        return {"id": name, "url": SITE + name, "published_at": self._now().isoformat()}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, fields = server.answer(self.command, self.path, json.loads(body or b"{}"))
                said = json.dumps(fields).encode()
                self.send_response_only(status)
                self.send_header("Date", format_datetime(server._now(), usegmt=True))
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = serve  # noqa: N815 - the names that http.server calls

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
