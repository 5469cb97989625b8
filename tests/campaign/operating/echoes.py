"""A network that says back in every answer what it was sent: headers, body and all."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

STATUSES = (422, 500, 429, 401, 400)


class _Echo(BaseHTTPRequestHandler):
    asked: ClassVar[Counter[str]]
    """How often each address was asked: channels, whose turns nobody knows, have their own."""

    def _answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said = f"no: {self.path} {dict(self.headers)} {sent.decode('utf-8', 'replace')}"
        body = json.dumps(
            {"error": said, "detail": said, "title": said, "message": said,
             "errors": [{"message": said, "code": 1}]}
        ).encode()  # fmt: skip
        path = self.path.partition("?")[0]
        self.send_response(STATUSES[self.asked[path] % len(STATUSES)])
        self.asked[path] += 1
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _answer  # noqa: N815 - as the library calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing on stderr."""


@contextmanager
def echoing() -> Iterator[str]:
    """Serve it, and return its address."""
    handler = type("Echo", (_Echo,), {"asked": Counter()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
