"""What passes between a network's sign-in page and us, as part of `connectors.contract`.

A person goes to the network (`Asked` becomes a `Consent` with an address), says yes there, and
comes back with a code (`Brought`). The network turns it into a `Grant`. No password passes here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """One thing that the account's owner lets us do."""

    scope: str
    """As the network names it."""
    words: str
    """As a person would say it, after "may"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """This installation as the network knows it: registered once, by whoever runs it."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What goes along to the network's page, and has to come back from it."""

    redirect_uri: str
    state: str = field(repr=False)
    challenge: str = ""
    """SHA-256 of the verifier (RFC 7636), for networks that take one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """Where the account's owner says yes or no."""

    address: str
    app: App
    """Who asks: the installation's own app, or one that the server has just made for us."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Brought:
    """What the person came back with."""

    code: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """What a network gave for one account."""

    account: str
    """The handle, or a page's name, as the network writes it."""
    credentials: Mapping[str, str] = field(repr=False)
    """By the names of `Network.credentials`, and whatever else the connector reads."""
    keeps: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What only renewing and revoking need, such as a refresh token."""
    rights: tuple[str, ...] = ()
    """The scopes that were given; fewer than asked where the person took some out."""
    expires_at: datetime | None = None
    """When the credentials stop to work unless they are renewed; None where nobody says."""
    renew_at: datetime | None = None
    """When they are to be renewed; None where they cannot be."""
    ends_at: datetime | None = None
    """When the owner has to sign in again, whatever we do; None where nobody says."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AppPassword:
    """A sign-in by a password that the owner makes for us alone and can take back alone."""

    fields: tuple[Any, ...]
    """The `CredentialField`s that are typed."""
    rights: tuple[Right, ...]
    owner_page: str
    """Where the owner makes such a password, and takes it back."""
    take: Callable[[Any], Grant]
    """Tries what stands in an `Access`; raises a `ConnectorError` where it is no good."""
