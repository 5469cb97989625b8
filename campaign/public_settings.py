"""Where the networks reach this machine to fetch pictures: an address of ours, and a listener."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

LISTEN = "127.0.0.1:8480"
"""Where we listen unless told otherwise: a reverse proxy on this machine hands requests on."""

OFF = "off"
"""Written in place of an address, it means that nothing is listened for."""

MISSING = (
    "Set CAMPAIGN_PUBLIC_URL to the https address at which the world reaches this machine; "
    "docs/operations.md says how"
)
"""What to do where there is no public address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Public:
    """The address the world knows, and where this machine listens for what is asked there."""

    url: str
    """Without a slash at the end; empty for the listener's own address, as tests use it."""
    host: str = "127.0.0.1"
    port: int = 0
    """0 for any that is free."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listener:
    """Where this machine listens for those who open the pages."""

    host: str = "127.0.0.1"
    port: int = 8480

    @property
    def url(self) -> str:
        """The address for a browser on this machine, without a slash at the end."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def read_listener(known: Mapping[str, str]) -> Listener | None:
    """Read where to listen; None where the environment says `off`.

    Raises `ValueError` with a sentence for the user.
    """
    text = known.get("CAMPAIGN_LISTEN") or LISTEN
    if text == OFF:
        return None
    host, port = split_listener("CAMPAIGN_LISTEN", text)
    return Listener(host=host, port=port)


def read_public(known: Mapping[str, str]) -> Public | None:
    """Read the public address from the environment; None where none is set.

    Raises `ValueError` with a sentence for the user.
    """
    address = known.get("CAMPAIGN_PUBLIC_URL")
    if not address:
        return None
    message = (
        f"CAMPAIGN_PUBLIC_URL is “{address}”; write the address at which the world reaches this "
        "machine, for example https://media.ico.example; plain http is for this machine's own "
        "addresses"
    )
    try:
        parts = urlsplit(address)
        is_fit = parts.port != 0 and _is_safe(parts.scheme, parts.hostname or "")
    except ValueError as error:
        raise ValueError(message) from error
    if not is_fit or parts.username is not None or parts.query or parts.fragment:
        raise ValueError(message)
    text = known.get("CAMPAIGN_LISTEN") or LISTEN
    host, port = split_listener("CAMPAIGN_LISTEN", LISTEN if text == OFF else text)
    return Public(url=address.rstrip("/"), host=host, port=port)


def _is_safe(scheme: str, host: str) -> bool:
    return bool(host) and (scheme == "https" or (scheme == "http" and is_loopback(host)))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_safe_address(address: str) -> bool:
    """Whether something may be sent to an address: it is encrypted, or this machine itself."""
    try:
        parts = urlsplit(address)
        return parts.port != 0 and _is_safe(parts.scheme, parts.hostname or "")
    except ValueError:
        return False


def split_listener(name: str, text: str) -> tuple[str, int]:
    """Part `host:port` of a setting; raise `ValueError` with a sentence for the user."""
    message = f"{name} is “{text}”; write an address of this machine and a port, {LISTEN}"
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(message) from error
    if not host or not port or parts.path or parts.query or parts.username is not None:
        raise ValueError(message)
    return host, port
