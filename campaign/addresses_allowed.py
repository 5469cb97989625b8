"""The one place that says which addresses this program may call when somebody else named them.

Links come from authors, webhooks from partners, redirects from anybody: none of them may lead into
a private network, where this machine is trusted and they are not. A name is looked up, every
address of it judged, and the connection made to an address that was judged, so that a name which
leads elsewhere a moment later leads nowhere. Every redirect is a connection of its own.
`CAMPAIGN_PRIVATE_ADDRESSES` names the exceptions; this machine's loopback is one like any other.

What the schedule says under `server:`, the mail server, the database and our own public address are
named by those who run the program and are not asked about here.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from requests import ConnectionError as RequestsConnectionError
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import PoolManager
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

SETTING = "CAMPAIGN_PRIVATE_ADDRESSES"
_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""An IPv4 address stands in its last 32 bits (RFC 6052, 2.1)."""
_NOT_THE_WORLDS = (ipaddress.ip_network("168.63.129.16/32"),)
"""Public by its number, and yet inside: Azure answers there to its own machines alone."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Range = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]


class PrivateAddressError(NewConnectionError):
    """An address in a private network; it proves that nothing was sent."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.words = (
            f"{host} is in a private network, where nothing is fetched from; "
            f"if it has to be, name it in {SETTING}"
        )
        super().__init__(None, self.words)  # type: ignore[arg-type]  # as urllib3 itself unpickles

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, slots=True)
class Exempt:
    """The private addresses that may be called all the same, and hosts that may have any."""

    ranges: tuple[Range, ...] = ()
    hosts: frozenset[str] = frozenset()

    def allow(self, host: str, address: str) -> bool:
        """Whether a connection to this address, found under that name, may be made."""
        return host.casefold().rstrip(".") in self.hosts or self._may_be(
            ipaddress.ip_address(address.partition("%")[0])
        )

    def _may_be(self, address: Address) -> bool:
        forms = list(_forms_of(address))
        if any(one in known for one in forms for known in self.ranges):
            return True
        return all(_is_public(one) for one in forms)


NONE = Exempt()


def read_exempt(known: Mapping[str, str]) -> Exempt:
    """Read the exceptions from the environment; raise `ValueError` with a sentence for the user."""
    ranges, hosts = [], set()
    for one in (known.get(SETTING) or "").replace(",", " ").split():
        try:
            ranges.append(ipaddress.ip_network(one))
        except ValueError as error:
            if "/" in one or ":" in one or one.replace(".", "").isdigit():
                message = (
                    f"{SETTING}: “{one}” is no range of addresses; write such as 127.0.0.0/8, ::1, "
                    "10.1.2.3 or the name of a host, with commas between"
                )
                raise ValueError(message) from error
            hosts.add(one.casefold().rstrip("."))
    return Exempt(ranges=tuple(ranges), hosts=frozenset(hosts))


def resolve(host: str, port: int) -> Sequence[str]:
    """Look a name up; raise `OSError` where there is no such name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def addresses_of(
    host: str, port: int, exempt: Exempt = NONE, look_up: Resolve = resolve
) -> list[str]:
    """Return the addresses behind a name that may be connected to, at least one.

    Raises:
        OSError: there is no such name.
        PrivateAddressError: all of its addresses are in private networks.
    """
    try:
        found = [one for one in look_up(host, port) if exempt.allow(host, one)]
    except UnicodeError as error:  # a label that is too long or empty, as `idna` says it
        raise OSError(str(error)) from error
    if not found:
        raise PrivateAddressError(host)
    return found


def refuse_private(url: str, exempt: Exempt = NONE, look_up: Resolve = resolve) -> None:
    """Raise where nothing may be fetched from an address: a first look, before a person goes on.

    A name may lead elsewhere later, so this replaces no `guarded` connection.

    Raises:
        ValueError: it is no web address.
        OSError: there is no such name.
        PrivateAddressError: it leads into a private network.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or parts.port == 0:
        message = f"“{url}” is no web address"
        raise ValueError(message)
    addresses_of(parts.hostname, parts.port or _PORTS[parts.scheme], exempt, look_up)


def guarded(adapter: HTTPAdapter, exempt: Exempt = NONE, look_up: Resolve = resolve) -> BaseAdapter:
    """Have an adapter of `requests` connect to allowed addresses only, at every redirect as well.

    Through a proxy it is the proxy that looks a name up; what this machine finds under the name is
    judged before, and what the proxy reaches is the proxy's to guard.
    """
    find = partial(addresses_of, exempt=exempt, look_up=look_up)
    _guard_pools(adapter.poolmanager, find)
    return _Guarded(adapter, exempt, look_up)


class _Guarded(BaseAdapter):
    def __init__(self, inner: HTTPAdapter, exempt: Exempt, look_up: Resolve) -> None:
        super().__init__()
        self._inner, self._exempt, self._look_up = inner, exempt, look_up

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        try:
            refuse_private(request.url or "", self._exempt, self._look_up)
        except PrivateAddressError as error:
            raise RequestsConnectionError(error, request=request) from error
        except (
            OSError
        ):  # no such name: the connection says so in its own words, or a proxy knows it
            pass
        return self._inner.send(request, *args, **kwargs)

    def close(self) -> None:
        self._inner.close()


def _guard_pools(manager: PoolManager, find: Callable[[str, int], list[str]]) -> None:
    guarded_pools = {}
    for scheme, pool in manager.pool_classes_by_scheme.items():
        plain: Any = pool
        connection = type("Guarded", (_GuardedConnection, plain.ConnectionCls), {"find": [find]})
        guarded_pools[scheme] = type("GuardedPool", (pool,), {"ConnectionCls": connection})
    manager.pool_classes_by_scheme = guarded_pools


class _GuardedConnection:
    """Mixed with a connection of urllib3: looks the name up itself and connects to what may be."""

    find: Any
    """One function, in a list so that it is no method."""

    def _new_conn(self) -> socket.socket:
        one: Any = self
        try:
            addresses = self.find[0](one._dns_host, one.port)  # noqa: SLF001 - urllib3's own
        except socket.gaierror as error:
            raise NameResolutionError(one.host, one, error) from error
        except OSError as error:
            raise NewConnectionError(one, str(error)) from error
        return self._first_of(addresses)

    def _first_of(self, addresses: list[str]) -> socket.socket:
        one: Any = self
        for last, address in enumerate(addresses, start=1 - len(addresses)):
            try:
                return create_connection(
                    (address, one.port), one.timeout, one.source_address, one.socket_options
                )
            except OSError as error:
                if last == 0:
                    raise NewConnectionError(one, f"no connection: {error}") from error
        raise NewConnectionError(one, "no address to connect to")


def _forms_of(address: Address) -> Iterator[Address]:
    """Return an address and the IPv4 address that it stands for, where it does."""
    yield address
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            yield inner


def _is_public(address: Address) -> bool:
    if any(address in one for one in _NOT_THE_WORLDS):
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped or address in _NAT64:
            return True  # what it stands for is judged in its place
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
