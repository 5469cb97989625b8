"""Makes addresses for the pictures of an attempt, and sees to it that somebody answers there.

Used where a network fetches pictures itself. Every process that publishes listens, if it can; the
tokens are in the database, so whichever of them is reached answers for all. Where another process
of this machine holds the port, it is asked whether it is one of ours before an address is given
away.
"""

import secrets
import threading
from collections.abc import Sequence
from datetime import timedelta

import requests

from campaign.clock import Clock
from campaign.public_settings import MISSING, Public
from campaign.publishing.gallery import Gallery
from campaign.store.database import Store
from campaign.store.deliveries import AnyDelivery
from campaign.store.media import File
from campaign.store.shown import HERE, Token, find_shown, show, show_ourselves
from connectors.content import digest
from connectors.contract import Media, NetworkName, NotSent

LASTS_FOR = timedelta(hours=1)
"""How long an address leads somewhere. Networks fetch within minutes; a later attempt gets new
ones."""
LOOK_LASTS_FOR = timedelta(minutes=1)
PATIENCE_S = 5.0
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "video/mp4": "mp4",
}


class Showing:
    """The public addresses of one campaign, as one process hands them out."""

    def __init__(self, store: Store, clock: Clock, public: Public | None) -> None:
        self._store = store
        self._clock = clock
        self._public = public
        self._gallery: Gallery | None = None
        self._closed = False
        self._by_pages = False
        self._lock = threading.Lock()

    def open(self) -> str | None:
        """Listen, if that is set up and not done yet; say why it cannot be done, None if it is."""
        public = self._public
        if public is None:
            return MISSING
        with self._lock:
            if self._gallery is not None or self._by_pages or self._closed:
                return None
            try:
                self._gallery = Gallery(public.host, public.port, self.find)
            except (OSError, OverflowError) as error:
                return f"CAMPAIGN_LISTEN: {public.host}:{public.port} cannot be used ({error})"
        return None

    def answered_by_pages(self) -> None:
        """Take note that the pages of this process answer for pictures at the same address."""
        with self._lock:
            self._by_pages = True

    def find(self, secret: str) -> File | None:
        """Return what an address leads to just now, None where that is nothing."""
        with self._store.read() as connection:
            return find_shown(connection, secret, self._clock.now())

    def addresses(self, delivery: AnyDelivery, media: Sequence[Media]) -> list[str]:
        """Return an address for each picture of an attempt.

        Raises:
            NotSent: nobody would answer there; nothing was told to the network.
        """
        why, public = self.open(), self._public
        if public is None or (why and not self.is_reached(self._own_base(public))):
            network = NetworkName(delivery.network)
            message = f"The network has to fetch the pictures, and cannot. {why}"
            raise NotSent(message, network=network)
        tokens = [
            Token(secret=secrets.token_urlsafe(32), sha256=digest(one.content)) for one in media
        ]
        now = self._clock.now()
        with self._store.write_one() as connection:
            show(connection, delivery, tokens, now=now, until=now + LASTS_FOR)
        base = public.url or self._own_base(public)
        return [
            f"{base}/{token.secret}.{ENDINGS.get(one.media_type, 'bin')}"
            for token, one in zip(tokens, media, strict=True)
        ]

    def is_reached(self, base: str) -> bool:
        """Ask at an address of ours whether a process with this database answers there."""
        secret, now = secrets.token_urlsafe(32), self._clock.now()
        with self._store.write_one() as connection:
            show_ourselves(connection, secret, now=now, until=now + LOOK_LASTS_FOR)
        return _answer_at(f"{base}/{secret}.txt") == HERE

    def close(self) -> None:
        """Listen no longer, nor begin again."""
        with self._lock:
            self._closed = True
            if self._gallery is not None:
                self._gallery.close()
                self._gallery = None

    def _own_base(self, public: Public) -> str:
        host = f"[{public.host}]" if ":" in public.host else public.host
        return f"http://{host}:{self._gallery.port if self._gallery else public.port}"


def _answer_at(address: str) -> bytes | None:
    """Return how an address answers, followed nowhere else; None where that is no 200."""
    try:
        with requests.get(
            address, timeout=PATIENCE_S, allow_redirects=False, stream=True
        ) as answer:
            beginning = next(answer.iter_content(len(HERE) + 1), b"")
            return beginning if answer.status_code == requests.codes.ok else None
    except requests.RequestException:
        return None
