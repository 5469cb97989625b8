"""A web site on loopback whose pages the test writes, and which counts who came."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from campaign.cli.landing import Quiet


@dataclass
class Site:
    """What it shows by path: a title, a status, or where it sends people on to."""

    port: int = 0
    scheme: str = "http"
    pages: dict[str, str | int] = field(default_factory=dict)
    without_head: bool = False
    visits: list[tuple[str, str]] = field(default_factory=list)

    def at(self, path: str) -> str:
        """Return the address of a page."""
        return f"{self.scheme}://127.0.0.1:{self.port}{path}"

    def paths(self, method: str = "GET") -> list[str]:
        """Return what was asked for with a method."""
        return [path for used, path in self.visits if used == method]

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        request = Request(environ)
        self.visits.append((request.method, request.path))
        return self._answer(request)(environ, start)

    def _answer(self, request: Request) -> Response:
        if request.method == "HEAD" and self.without_head:
            return Response(status=405)
        shown = self.pages.get(request.path, 404)
        if isinstance(shown, int):
            return Response("<title>Sorry</title>", status=shown, content_type="text/html")
        if shown.startswith(("/", "http", "gopher")):
            return Response(status=302, headers={"Location": shown})
        page = f"<html><head><title>\n {shown} </title></head></html>"
        return Response(page, content_type="text/html; charset=utf-8")


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[Site]:
    """Serve a site, by TLS where there is a certificate."""
    site = Site(scheme="https" if certificate else "http")
    server = make_server(
        "127.0.0.1",
        0,
        site,
        threaded=True,
        request_handler=Quiet,
        ssl_context=(str(certificate), str(certificate)) if certificate else None,
    )
    site.port = server.port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
