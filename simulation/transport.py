"""Carries requests to the rehearsal networks without a socket, and breaks them where told to.

Production's `requests` sessions send through this in place of their own adapter. A request is
handed straight to the network's WSGI application; a connection that the network drops comes back
as the error a dead socket gives, so that the connectors draw their own conclusions.
"""

import io
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from http.client import RemoteDisconnected
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPHeaderDict, HTTPResponse
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from rehearsal.front import Application

Carry = Callable[[str, Callable[[], requests.Response]], requests.Response]
"""Given the network's name and the call itself: makes it, or lets something happen around it."""


class Wire(HTTPAdapter):
    """All networks of one simulation, by the host their channels name as `server`."""

    def __init__(
        self,
        networks: Mapping[str, Application],
        *,
        date_of: Callable[[str], datetime],
        carry: Carry,
    ) -> None:
        super().__init__()
        self._networks = {host_of(name): (name, one) for name, one in networks.items()}
        self._date_of = date_of
        self._carry = carry

    def send(  # type: ignore[override]  # requests passes everything after the request by name
        self, request: requests.PreparedRequest, **_kwargs: Any
    ) -> requests.Response:
        """Hand a request to its network; raise what `requests` raises where no answer comes."""
        host = urlsplit(request.url or "").netloc
        name, application = self._networks[host]
        return self._carry(name, lambda: self._exchange(request, name, application))

    def _exchange(
        self, request: requests.PreparedRequest, name: str, application: Application
    ) -> requests.Response:
        try:
            status, headers, body = _ask(application, _environ(request))
        except ConnectionAbortedError:
            error = ProtocolError("Connection aborted.", RemoteDisconnected("no answer came"))
            raise requests.ConnectionError(error, request=request) from error
        headers.append(("Date", format_datetime(self._date_of(name).astimezone(UTC), usegmt=True)))
        raw = HTTPResponse(
            body=io.BytesIO(body),
            status=status,
            headers=HTTPHeaderDict(headers),
            preload_content=False,
        )
        return self.build_response(request, raw)


def host_of(network: str) -> str:
    """Return the host under which a network is reached in a simulation."""
    return f"{network}.example"


def unreachable(network: str) -> requests.ConnectionError:
    """Return the error of a connection that was refused: nothing was written."""
    host = host_of(network)
    connection = HTTPConnection(host)
    reason = NewConnectionError(connection, "[Errno 111] Connection refused")
    return requests.ConnectionError(MaxRetryError(HTTPConnectionPool(host), "/", reason))


def timed_out() -> requests.ReadTimeout:
    """Return the error of an answer that did not come while anybody waited for it."""
    return requests.ReadTimeout("Read timed out.")


def _ask(
    application: Application, environ: dict[str, Any]
) -> tuple[int, list[tuple[str, str]], bytes]:
    begun: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        begun[:] = [int(status.split(" ", 1)[0]), list(headers)]

    body = b"".join(application(environ, start_response))
    return begun[0], begun[1], body


def _environ(request: requests.PreparedRequest) -> dict[str, Any]:
    parts = urlsplit(request.url or "")
    body = request.body or b""
    content = body.encode() if isinstance(body, str) else _whole(body)
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": parts.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(content),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "werkzeug.socket": _NoSocket(),
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
    return environ


class _NoSocket:
    """Where a network that drops a connection expects the socket."""

    def shutdown(self, _how: int) -> None:
        """Leave it to the `ConnectionAbortedError` that follows."""


def _whole(body: bytes | Iterable[bytes]) -> bytes:
    """Return the bytes of a body, which a connector may also hand over a part at a time."""
    return body if isinstance(body, bytes) else b"".join(body)
