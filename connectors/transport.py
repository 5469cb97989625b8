"""Sessions that send once and end in time, and what a broken call proves.

Under `connectors.http`, which makes every call through these.
"""

import ssl
from collections.abc import Iterable
from datetime import timedelta
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError

from connectors.answers import Purpose
from connectors.contract import ConnectorError, NetworkName, NotSent, OutcomeUnknown


def open_session(timeout: timedelta, transport: BaseAdapter | None = None) -> requests.Session:
    """Open a session whose every request ends in time and is sent once.

    The machine's proxy and certificate settings hold; its `.netrc` does not, because requests
    would put a password from there in the place of our token. A `transport` replaces sockets.
    """
    session = requests.Session()
    adapter = transport or _OnceAdapter(timeout)
    # What carries calls without sockets needs no proxy, and looking for one takes its time.
    session.trust_env = transport is None
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.auth = _as_it_is
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = "campaign-desk/0.1"
    return session


def transport_error(error: Exception, *, network: NetworkName, purpose: Purpose) -> ConnectorError:
    """Turn a broken call into our error, by the moment at which it broke."""
    if never_connected(error):
        return NotSent(_why_not_connected(error), network=network)
    if purpose is Purpose.CREATE:
        message = "The connection broke after the post was handed over; it may have gone out."
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
    causes = [one.__cause__ for one in _reasons(error)]
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in causes):
        return "The server's certificate is not one this machine trusts, so nothing was sent."
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return "No secure connection to the server could be made, so nothing was sent."
    return "The server could not be reached, so nothing was sent."


class _OnceConnection(HTTPSConnection):
    """Says of a failed TLS handshake what urllib3 says of a refused one: nothing was written."""

    def connect(self) -> None:
        try:
            super().connect()
        except HTTPError:
            raise
        except (OSError, ssl.CertificateError) as error:
            self.close()
            raise NewConnectionError(self, f"no TLS connection: {type(error).__name__}") from error


class _OncePool(HTTPSConnectionPool):
    ConnectionCls = _OnceConnection


class _OnceAdapter(HTTPAdapter):
    """Supplies the time-out no caller can forget; `max_retries` stays 0."""

    def __init__(self, timeout: timedelta) -> None:
        self._timeout = timeout.total_seconds()
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        _use_once_pool(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(proxy, **proxy_kwargs)
        _use_once_pool(manager)
        return manager

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]  # requests passes these by name
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self._timeout
        return super().send(request, **kwargs)


def _use_once_pool(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {**manager.pool_classes_by_scheme, "https": _OncePool}


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
