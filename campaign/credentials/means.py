"""What signing in, renewing and signing out work with, and what they share."""

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from campaign.clock import Clock
from campaign.credentials.sealing import Belonging, Seal
from campaign.publishing.accounts import Account
from campaign.settings import Settings, app_variable
from campaign.store.credentials import Kept
from campaign.store.database import Store
from connectors.contract import Access, Network, NetworkName, SignIn
from connectors.grants import App, AppPassword, Grant


class CannotSignInError(Exception):
    """A sign-in that did not come about; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Means:
    """One campaign's sign-ins."""

    store: Store
    clock: Clock
    seal: Seal
    settings: Settings
    networks: Mapping[NetworkName, Network]
    reach: Callable[[Account], Access]
    """How to reach an account, without any credentials."""
    stopped: Callable[[Account], str | None]
    """Why no call may leave for an account; None where one may."""

    def network_of(self, account: Account) -> Network:
        """Return the network of an account."""
        return self.networks[NetworkName(account.network)]

    def page_of(self, account: Account) -> SignIn | None:
        """Return how the network's own page is gone through; None where there is none."""
        found = self.network_of(account).sign_in
        return None if isinstance(found, AppPassword) else found

    def ready(self, account: Account) -> None:
        """Raise where nobody can be sent to a network for this account."""
        self.seal.check()
        if account.mode == "pack":
            message = f"{account.id} is posted to by hand from a pack; there is nothing to sign in"
            raise CannotSignInError(message)
        if account.server and not is_safe(account.server):
            raise CannotSignInError(not_encrypted(account.server))

    def app_at(self, account: Account) -> App:
        """Return what this installation is at a network; raise where a setting is missing."""
        network, page = account.network, self.page_of(account)
        known = {name: self.settings.app(network, name) for name in ("CLIENT_ID", "CLIENT_SECRET")}
        missing = [name for name in (page.needs if page else ()) if not known[name]]
        if missing:
            names = " and ".join(app_variable(network, name) for name in missing)
            title = self.network_of(account).title
            message = (
                f"set {names}: what {title} calls this installation's app, see docs/operations.md"
            )
            raise CannotSignInError(message)
        return App(client_id=known["CLIENT_ID"], client_secret=known["CLIENT_SECRET"])

    def row_of(self, belonging: Belonging, grant: Grant) -> dict[str, Any]:
        """Return what a row says of a grant."""
        return {
            "sealed": self.seal.seal(belonging, grant),
            "rights": " ".join(grant.rights),
            "expires_at": grant.expires_at,
            "renew_at": grant.renew_at,
            "ends_at": grant.ends_at,
        }


def belonging_of(kept: Kept) -> Belonging:
    """Return what a row is bound to."""
    return Belonging(channel=kept.channel, origin=kept.origin, grant_id=kept.grant_id)


def origin_of(server: str | None) -> str:
    """Return whom a token may be shown to: scheme, host and port, empty for the network's own."""
    if not server:
        return ""
    parts = urlsplit(server)
    return f"{parts.scheme}://{parts.netloc}".casefold()


def is_safe(server: str) -> bool:
    """Whether a token may be shown to a server: by TLS, or on this machine."""
    parts = urlsplit(server)
    if parts.scheme == "https":
        return True
    host = parts.hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def not_encrypted(server: str) -> str:
    """Say why a server is not spoken to."""
    return f"{server} is not encrypted; plain http is for this machine's own addresses"


def is_same_account(handle: str, account: str) -> bool:
    """Whether the network's name for an account is the schedule's handle."""

    def plain(name: str) -> str:
        # A Mastodon server calls its own people by the short name.
        return name.lstrip("@").casefold().split("@")[0]

    return plain(handle) == plain(account)
