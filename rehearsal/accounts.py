"""The invented accounts of the stand-in networks and their made-up credentials.

All of them are derived from the seed, so two rehearsals of one campaign are the same to the last
letter.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

GROWTH_A_DAY = 0.0004
"""New followers a day as a share of the first count: about 3 % over 11 weeks, an invented rate."""

_FIRST_IDS = {
    "x": 1_700_000_000_000_000_000,
    "mastodon": 109_300_000_000_000_000,
    "linkedin": 5_515_700,
    "facebook": 104_000_000_000_000,
    "instagram": 17_841_400_000_000_000,
    "threads": 26_000_000_000_000_000,
    "webhook": 0,
    "feed": 0,
    "email": 0,
}
"""What account ids begin at, as on the networks themselves."""

MOST_ACCOUNTS = 255
"""Account numbers are part of post ids and have one byte."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One account on one stand-in network."""

    network: str
    handle: str
    """As it was given."""
    number: int
    """Counted from 1 within the network."""
    remote_id: str
    """A number as text; Bluesky: a DID; YouTube: a channel's id."""
    followers: int
    added_at: datetime
    credentials: dict[str, str] = field(repr=False)

    @property
    def name(self) -> str:
        """The handle without the sign in front and without a Mastodon server behind."""
        return self.handle.lstrip("@").partition("@")[0]

    def followers_at(self, instant: datetime) -> int:
        """Return the followers at an instant; the number only grows."""
        days = max((instant - self.added_at).total_seconds(), 0) / 86_400
        return int(self.followers * (1 + GROWTH_A_DAY * days))


class AccountBook:
    """All accounts; handles are compared without the sign in front and without case."""

    def __init__(self, seed: int, now: Callable[[], datetime]) -> None:
        self._seed = seed
        self._now = now
        self._accounts: dict[tuple[str, str], Account] = {}
        self._issued: dict[tuple[str, str], tuple[str, Account, datetime | None]] = {}

    def add(self, network: str, handle: str, *, followers: int, added_at: datetime) -> Account:
        """Open an account; asking twice for the same one is a mistake of the caller."""
        key = (network, _key(handle))
        number = 1 + sum(other == network for other, _ in self._accounts)
        if key in self._accounts:
            message = f"the rehearsal already has an account {handle} on {network}"
            raise ValueError(message)
        if number > MOST_ACCOUNTS:
            message = f"the rehearsal has room for {MOST_ACCOUNTS} accounts on {network}"
            raise ValueError(message)
        account = Account(
            network=network,
            handle=handle,
            number=number,
            remote_id=self._remote_id(network, handle, number=number),
            followers=followers,
            added_at=added_at,
            credentials=self._credentials(network, handle, number=number),
        )
        self._accounts[key] = account
        return account

    def get(self, network: str, handle: str) -> Account | None:
        """Find an account by its handle."""
        return self._accounts.get((network, _key(handle)))

    def by_credential(self, network: str, name: str, *, value: str) -> Account | None:
        """Find the account that a credential was given to."""
        for account in self.on(network):
            if account.credentials.get(name) == value:
                return account
        called, owner, until = self._issued.get((network, value), ("", None, None))
        is_good = called == name and (until is None or self._now() < until)
        return owner if is_good else None

    def issue(
        self, network: str, name: str, value: str, account: Account, until: datetime | None
    ) -> None:
        """Give a credential to whoever an account's owner let in; it ends at an instant."""
        self._issued[network, value] = name, account, until

    def withdraw(self, network: str, value: str) -> None:
        """Let a credential that was given be good no longer."""
        self._issued.pop((network, value), None)

    def by_remote_id(self, network: str, remote_id: str) -> Account | None:
        """Find an account by the network's own id."""
        for account in self.on(network):
            if account.remote_id == remote_id:
                return account
        return None

    def on(self, network: str) -> list[Account]:
        """List the accounts of one network."""
        return [account for account in list(self._accounts.values()) if account.network == network]

    def _remote_id(self, network: str, handle: str, *, number: int) -> str:
        if network == "bluesky":
            return "did:plc:" + self.secret(network, handle, label="did")[:24]
        if network == "youtube":
            return "UC" + self.secret(network, handle, label="channel")[:22]
        return str(_FIRST_IDS[network] + number)

    def _credentials(self, network: str, handle: str, *, number: int) -> dict[str, str]:
        if network == "x":
            return {
                "API_KEY": self.secret(network, "", label="api key")[:25],
                "API_SECRET": self.secret(network, "", label="api secret")[:50],
                "ACCESS_TOKEN": f"{self._remote_id(network, handle, number=number)}-"
                + self.secret(network, handle, label="token")[:40],
                "ACCESS_TOKEN_SECRET": self.secret(network, handle, label="token secret")[:45],
            }
        if network == "mastodon":
            return {"ACCESS_TOKEN": self.secret(network, handle, label="token")[:43]}
        if network == "bluesky":
            letters = self.secret(network, handle, label="app password")
            password = "-".join(letters[at : at + 4] for at in range(0, 16, 4))
            return {"IDENTIFIER": handle.lstrip("@"), "APP_PASSWORD": password}
        if network == "webhook":
            secret = hashlib.sha256(self.secret(network, handle, label="secret").encode()).digest()
            return {
                "URL": f"https://partner.example/hooks/{self.secret(network, handle, label='url')}",
                "SECRET": f"whsec_{base64.b64encode(secret).decode()}",
                "DROPS_REPEATS_FOR": "no",
            }
        if network == "feed":
            folder = self.secret(network, handle, label="folder")[:12]
            return {"FOLDER": folder, "ADDRESS": f"https://feed.example/{folder}/"}
        # A page on LinkedIn or Facebook is known by its number, and so is an Instagram account.
        page = self._remote_id(network, handle, number=number)
        token = self.secret(network, handle, label="token")
        return {
            "email": {},
            "threads": {"ACCESS_TOKEN": f"THA{token}"},
            "instagram": {"ACCOUNT_ID": page, "ACCESS_TOKEN": f"EAAI{token}"},
            "linkedin": {"ACCESS_TOKEN": f"AQ{token}", "ORGANIZATION_ID": page},
            "facebook": {"PAGE_ID": page, "PAGE_TOKEN": f"EAA{token}"},
            "youtube": {"CHANNEL_ID": page, "ACCESS_TOKEN": f"ya29.{token}"},
        }[network]

    def secret(self, network: str, handle: str, *, label: str) -> str:
        """Return 52 letters and digits that only the seed and the words given decide."""
        words = f"{self._seed}\n{network}\n{handle}\n{label}"
        digest = hashlib.sha256(words.encode()).digest()
        return base64.b32encode(digest).decode().rstrip("=").lower()


def _key(handle: str) -> str:
    return handle.lstrip("@").lower()
