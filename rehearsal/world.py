"""What all stand-in networks of one rehearsal share.

The clock, the accounts, the engagement, the used-up rate limits and the ordered faults.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from rehearsal.accounts import Account, AccountBook
from rehearsal.engagement import Engagement, Subject
from rehearsal.faults import FaultBook
from rehearsal.fetching import Fetch
from rehearsal.rates import RateBook
from rehearsal.records import StoredPost
from rehearsal.store import Store

SERVED = (
    *("x", "mastodon", "bluesky", "linkedin", "facebook", "instagram", "threads"),
    *("youtube", "webhook"),
)
"""Networks that answer over HTTP."""

WRITTEN, MAILED = ("feed",), ("email",)
"""Networks that are files in a folder, and letters."""

EVERY = SERVED + WRITTEN + MAILED

BY_HAND = ("linkedin", "facebook")
"""Networks on which partners also post by hand."""


class World:
    """One rehearsal's state; the networks hold no other."""

    def __init__(self, *, now: Callable[[], datetime], seed: int, fetch: Fetch) -> None:
        self.now = now
        self.fetch = fetch
        self.accounts = AccountBook(seed, now)
        self.engagement = Engagement(seed, now)
        self.rates = RateBook(now)
        self.faults = FaultBook()
        self.locks = {network: threading.RLock() for network in EVERY}
        self.stores = {network: Store(now) for network in EVERY}
        self.stopping = threading.Event()
        self.skews = dict.fromkeys(EVERY, timedelta())
        self.promoted: dict[str, int] = {}
        """By id of a post on X: how many showings were paid for, in per cent of the others."""

    def date_of(self, network: str) -> datetime:
        """Return what a network's `Date` header says: the rehearsal's clock, if not put wrong."""
        return self.now() + self.skews[network]

    def counts(self, account: Account, post: StoredPost) -> dict[str, int]:
        """Return a post's counts now."""
        return self.engagement.counts(
            Subject(
                network=account.network,
                key=post.remote_id,
                followers=account.followers,
                since=post.created_at,
            )
        )
