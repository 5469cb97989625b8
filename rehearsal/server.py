"""The rehearsal: stand-in networks that speak the networks' own wire formats.

They are served over HTTP on this machine's loopback interface, by a clock that the caller moves.
The demo, `campaign rehearse` and the tests publish to them exactly as they would to the real ones.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from rehearsal.accounts import Account
from rehearsal.bluesky import BlueskyStandIn
from rehearsal.engagement import Subject
from rehearsal.facebook import FacebookStandIn
from rehearsal.faults import Call, Fault, PendingFault
from rehearsal.feed import FeedStandIn, MemoryFolder
from rehearsal.fetching import Fetch, over_http
from rehearsal.front import Application, Front
from rehearsal.instagram import InstagramStandIn
from rehearsal.linkedin import LinkedInStandIn
from rehearsal.mail import MailStandIn
from rehearsal.mastodon import MastodonStandIn
from rehearsal.records import RecordedRequest, StoredMedia, StoredPost
from rehearsal.threads import ThreadsStandIn
from rehearsal.webhook import WebhookStandIn
from rehearsal.world import BY_HAND, EVERY, SERVED, World
from rehearsal.x import XStandIn
from rehearsal.youtube import YouTubeStandIn

__all__ = [
    "Call",
    "Fault",
    "PendingFault",
    "RecordedRequest",
    "Rehearsal",
    "StoredMedia",
    "StoredPost",
]

HAND_METRICS = {
    "linkedin": {
        "impressions": "impressions",
        "reach": "reach",
        "reactions": "reactions",
        "replies": "replies",
        "reshares": "reshares",
    },
    "facebook": {
        "views": "impressions",
        "reach": "reach",
        "reactions": "reactions",
        "replies": "replies",
        "reshares": "reshares",
    },
}
"""What the two networks show the owner of a page, and the drawn count behind it. Facebook counts
views since it dropped impressions in November 2025. Neither tells clicks on the link from other
clicks on the post, so no clicks are here."""


class Rehearsal:
    """All stand-in networks of one run; two with the same seed and clock are the same."""

    def __init__(
        self, *, now: Callable[[], datetime], seed: int = 1, fetch: Fetch = over_http
    ) -> None:
        self._world = World(now=now, seed=seed, fetch=fetch)
        stand_ins = (
            XStandIn(self._world),
            MastodonStandIn(self._world),
            BlueskyStandIn(self._world),
            LinkedInStandIn(self._world),
            FacebookStandIn(self._world),
            InstagramStandIn(self._world),
            ThreadsStandIn(self._world),
            YouTubeStandIn(self._world),
            WebhookStandIn(self._world),
        )
        self._served = {one.name: Front(one, self._world) for one in stand_ins}
        self._feeds = FeedStandIn(self._world)
        self.mail = MailStandIn(self._world)
        """The mail server; a socket is for whoever wants one to put in front."""
        self._fronts: dict[str, Front | FeedStandIn | MailStandIn] = {
            **self._served,
            "feed": self._feeds,
            "email": self.mail,
        }
        self._authorities = {
            one.name: one.authority
            for one in stand_ins
            if not isinstance(one, BlueskyStandIn | WebhookStandIn)
        }
        self._by_hand: dict[tuple[str, str, str], datetime] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, first_port: int = 0) -> None:
        """Serve every network; with `first_port` on that port and the following, else on any.

        Raises:
            OSError: a port is taken; nothing is served then.
        """
        self._world.stopping.clear()
        try:
            for place, front in enumerate(self._fronts.values()):
                front.start(first_port + place if first_port else 0)
        except OSError:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop serving and give the ports back; what was stored stays readable."""
        self._world.stopping.set()
        for front in self._fronts.values():
            front.stop()

    def server_of(self, network: str) -> str:
        """Return the origin of a started network; raise `ValueError` for one without a server."""
        return self._front(network).origin

    def application_of(self, network: str) -> Application:
        """Return a network as a WSGI application, for those who need no socket."""
        _check_network(network, SERVED)
        return self._served[network].application

    def open_folder(self, name: str) -> MemoryFolder:
        """Open the folder of a feed; raise `FileNotFoundError` for one that nobody has."""
        return self._feeds.open(name)

    def date_of(self, network: str) -> datetime:
        """Return what a network's `Date` header says."""
        _check_network(network, SERVED)
        return self._world.date_of(network)

    def add_account(self, network: str, handle: str, *, followers: int = 5000) -> dict[str, str]:
        """Open an account and return its credentials by field name."""
        _check_network(network, EVERY)
        account = self._world.accounts.add(
            network, handle, followers=followers, added_at=self._world.now()
        )
        return dict(account.credentials)

    def add_app(self, network: str, redirect_uri: str) -> dict[str, str]:
        """Register an app with a network, and return what it is called by field name."""
        _check_network(network, SERVED)
        client = self._authorities[network].add_client(redirect_uri)
        return {"CLIENT_ID": client.client_id, "CLIENT_SECRET": client.client_secret}

    def posts(
        self, network: str, handle: str | None = None, *, with_deleted: bool = False
    ) -> list[StoredPost]:
        """List what was stored, oldest first; deleted posts only when asked for."""
        _check_network(network, EVERY)
        wanted = self._account(network, handle).handle if handle is not None else None
        with self._world.locks[network]:
            every = self._world.stores[network].every()
        return [
            post
            for post in every
            if wanted in (None, post.handle) and (with_deleted or post.deleted_at is None)
        ]

    def requests(self, network: str) -> list[RecordedRequest]:
        """List every request that arrived, in the order they were dealt with."""
        return self._front(network).recorded()

    def take_requests(self, network: str) -> list[RecordedRequest]:
        """Return the requests that arrived since the last time, and forget them."""
        return self._front(network).take_recorded()

    def inject(  # noqa: PLR0913 - an order has six parts, four of them with a usual value
        self,
        network: str,
        fault: Fault,
        *,
        on: Call = Call.PUBLISH,
        handle: str | None = None,
        times: int = 1,
        seconds: float = 0.0,
    ) -> None:
        """Let a fault happen to the next fitting requests; they queue in the order ordered."""
        self._front(network)
        owner = self._account(network, handle).handle if handle is not None else None
        self._world.faults.order(
            PendingFault(
                network=network, fault=fault, on=on, handle=owner, seconds=seconds, left=times
            )
        )

    def pending_faults(self) -> list[PendingFault]:
        """List the faults that have not happened as often as they were ordered."""
        return self._world.faults.pending()

    def drop_counts(self, network: str, remote_id: str, *, percent: float = 3.0) -> None:
        """Take 1 to 5 % off all counts of a post, as networks do when they remove spam."""
        self._front(network)
        if self._world.stores[network].get(remote_id) is None:
            message = f"{network} has no post {remote_id} whose counts could drop"
            raise ValueError(message)
        self._world.engagement.drop(network, remote_id, percent=percent)

    def promote(self, remote_id: str, *, percent: int) -> None:
        """Let a post on X be promoted for money: so much per cent of its counts come on top."""
        if self._world.stores["x"].get(remote_id) is None:
            message = f"x has no post {remote_id} that could be promoted"
            raise ValueError(message)
        self._world.promoted[remote_id] = percent

    def skew_dates(self, network: str, by: timedelta) -> None:
        """Let a network's `Date` header differ from the rehearsal's clock."""
        self._front(network)
        self._world.skews[network] = by

    def hand_post(self, network: str, handle: str, key: str, published_at: datetime) -> None:
        """A partner posts by hand; engagement grows from then. `key` is any name of the post."""
        _check_network(network, BY_HAND)
        account = self._account(network, handle)
        self._by_hand[network, account.handle, key] = published_at

    def hand_counts(self, network: str, handle: str, key: str) -> dict[str, int]:
        """Return what the network would show the partner now, by metric name.

        Raises:
            ValueError: the post was not made, or only later than now; that is not a count of 0.
        """
        _check_network(network, BY_HAND)
        account = self._account(network, handle)
        since = self._by_hand.get((network, account.handle, key))
        if since is None or since > self._world.now():
            message = f"{handle} has not posted {key} on {network} yet, so there are no counts"
            raise ValueError(message)
        subject = Subject(
            network=network,
            key=f"{account.handle}/{key}",
            followers=account.followers,
            since=since,
        )
        counts = self._world.engagement.counts(subject)
        return {name: counts[drawn] for name, drawn in HAND_METRICS[network].items()}

    def _front(self, network: str) -> Front | FeedStandIn | MailStandIn:
        _check_network(network, EVERY)
        return self._fronts[network]

    def _account(self, network: str, handle: str) -> Account:
        account = self._world.accounts.get(network, handle)
        if account is None:
            message = f"the rehearsal has no account {handle} on {network}; add_account opens one"
            raise ValueError(message)
        return account


def _check_network(network: str, known: tuple[str, ...]) -> None:
    if network not in known:
        message = f"the rehearsal knows {', '.join(known)} here, not {network}"
        raise ValueError(message)
