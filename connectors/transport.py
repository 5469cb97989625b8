"""The way out: requests leave once and end in time, and what a broken call proves.

Under `connectors.http`, which makes every call through this. One way out serves all accounts of a
program: a request carries its sign-in in its headers, nothing stays on a connection but the
connection. A kept one is used again only within `KEPT_FOR` of its last answer.
"""

import ssl
import time
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError

from connectors.answers import Purpose
from connectors.contract import ConnectorError, NetworkName, NotSent, OutcomeUnknown

KEPT_FOR = 1.0
"""Seconds after an answer in which its connection may carry the next request.

A server that closes a connection at the moment we write on it leaves a create unknown. Servers
keep idle connections for 2 seconds (gunicorn) to minutes (nginx, 75), so within one second none
ends an idle one; and one that was closed before is seen to be before anything is written."""

_SERVERS, _CONNECTIONS = 256, 64
"""How many servers are remembered, and how many connections are kept to each: one a hand."""

_LARGE = 256 * 1024
"""Bytes; a piece of a request above this is not copied into one with the rest."""


def way_out(timeout: timedelta) -> HTTPAdapter:
    """Open a way out by real sockets: every request ends in time and is sent once."""
    return _OnceAdapter(timeout)


def transport_error(error: Exception, *, network: NetworkName, purpose: Purpose) -> ConnectorError:
    """Turn a broken call into our error, by the moment at which it broke."""
    if never_connected(error):
        return NotSent(_why_not_connected(error), network=network)
    if purpose is Purpose.CREATE:
        message = "The connection broke after the post was handed over; it may have gone out."
        return OutcomeUnknown(message, network=network)
    if purpose is Purpose.CHANGE:
        message = "The connection broke after the request was handed over; it may have been done."
        return OutcomeUnknown(message, network=network)
    return NotSent("The server gave no whole answer in time.", network=network)


def never_connected(error: BaseException) -> bool:
    """Whether an error proves that not a byte of the request was written.

    DNS, a refused connection and a connect time-out arrive from urllib3 as such; a TLS handshake
    that fails is made to (`_OnceConnection`).
    """
    if isinstance(error, requests.ConnectTimeout):
        return True
    return any(isinstance(one, NewConnectionError) for one in _reasons(error))


def _reasons(error: BaseException) -> Iterable[BaseException]:
    first = error.args[0] if error.args else None
    reason = getattr(first, "reason", None)
    for one in (error, first, reason, getattr(reason, "original_error", None)):
        if isinstance(one, BaseException):
            yield one


def _why_not_connected(error: BaseException) -> str:
    reasons = list(_reasons(error))
    said = next((getattr(one, "words", "") for one in reasons if hasattr(one, "words")), "")
    if said:  # a way out that calls no private network says so itself
        return f"{said}."
    causes = [one.__cause__ for one in reasons]
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in causes):
        return "The server's certificate is not one this machine trusts, so nothing was sent."
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return "No secure connection to the server could be made, so nothing was sent."
    return "The server could not be reached, so nothing was sent."


class _Whole:
    """Hands a small request to the network in one piece: one packet, one waking of the server.

    From a large one the pieces go out as they come, so that it is never held whole.
    """

    _pieces: list[bytes] | None = None

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._pieces = []
        try:
            super().request(*args, **kwargs)  # type: ignore[misc]  # of the class mixed with
            self._let_go()
        finally:
            self._pieces = None

    def send(self, data: Any) -> None:
        if self._pieces is None or not isinstance(data, bytes):
            super().send(data)  # type: ignore[misc]  # of the class mixed with
            return
        if len(data) > _LARGE:
            self._let_go()
            self.send(data)
        else:
            self._pieces.append(data)

    def _let_go(self) -> None:
        pieces, self._pieces = self._pieces, None
        if pieces:
            self.send(b"".join(pieces))


class _PlainConnection(_Whole, HTTPConnection):
    pass


class _OnceConnection(_Whole, HTTPSConnection):
    """Says of a failed TLS handshake what urllib3 says of a refused one: nothing was written."""

    def connect(self) -> None:
        try:
            super().connect()
        except HTTPError:
            raise
        except (OSError, ssl.CertificateError) as error:
            self.close()
            raise NewConnectionError(self, f"no TLS connection: {type(error).__name__}") from error


class _FreshPool(HTTPConnectionPool):
    """Keeps connections for a moment only; urllib3 itself looks whether one was closed."""

    ConnectionCls: type[Any] = _PlainConnection

    def _get_conn(self, timeout: float | None = None) -> Any:
        connection = super()._get_conn(timeout)
        if time.monotonic() - getattr(connection, "kept_since", 0.0) > KEPT_FOR:
            connection.close()  # opened anew by the request
        return connection

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.kept_since = time.monotonic()
        super()._put_conn(conn)


class _OncePool(_FreshPool, HTTPSConnectionPool):
    ConnectionCls = _OnceConnection


class _OnceAdapter(HTTPAdapter):
    """Supplies the time-out no caller can forget; `max_retries` stays 0.

    What `requests` works out for every request of the way to a server is remembered here, and
    what it gathers from an answer for cookies and encodings, which nobody asks for, is left out.
    """

    def __init__(self, timeout: timedelta) -> None:
        self._timeout = timeout.total_seconds()
        self._ways: dict[tuple[Any, ...], Any] = {}
        self._surroundings: dict[tuple[str, str], dict[str, Any]] = {}
        super().__init__(max_retries=0, pool_connections=_SERVERS, pool_maxsize=_CONNECTIONS)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        _use_own_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(proxy, **proxy_kwargs)
        _use_own_pools(manager)
        return manager

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: Any,
        proxies: Mapping[str, str] | None = None,
        cert: Any = None,
    ) -> Any:
        way = (_origin_of(request.url or ""), verify, cert, *sorted((proxies or {}).items()))
        found = self._ways.get(way)
        if found is None or found.pool is None:  # another server's connections took its place
            found = super().get_connection_with_tls_context(request, verify, proxies, cert)
            self._ways[way] = found
        return found

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        if proxies:
            return super().request_url(request, proxies)
        return request.path_url

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]  # by name only
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self._timeout
        if "proxies" not in kwargs:
            kwargs |= self._around(request.url or "")
        return super().send(request, **kwargs)

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        response = requests.Response()
        response.status_code, response.headers = resp.status, resp.headers
        response.raw, response.reason = resp, resp.reason
        response.url, response.request = req.url or "", req
        return response

    def _around(self, url: str) -> dict[str, Any]:
        origin = _origin_of(url)
        if origin not in self._surroundings:
            self._surroundings[origin] = _surroundings(url)
        return self._surroundings[origin]

    def close(self) -> None:
        self._ways.clear()
        super().close()


@lru_cache(maxsize=_SERVERS)
def _origin_of(url: str) -> tuple[str, str]:
    """Return scheme and host with port, by which connections are kept."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _surroundings(url: str) -> dict[str, Any]:
    """Return what the machine's settings say of calls to an address: proxies and certificates.

    As `requests` reads them from the environment; its `.netrc` is left out, because a password
    from there would take the place of our token.
    """
    with requests.Session() as session:
        return dict(session.merge_environment_settings(url, {}, True, None, None))


def _use_own_pools(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _FreshPool, "https": _OncePool}
