"""What one stand-in network keeps: posts in the order they came, uploads, and the ids it gives.

The network's lock is held by the front for the whole of a request, so nothing here locks again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rehearsal.accounts import Account
from rehearsal.records import StoredMedia, StoredPost

SEQUENCE_BITS = 8
ACCOUNT_BITS = 8


class Ids:
    """Gives ids that start with the time, as X and Mastodon do, and are never given twice.

    Behind the milliseconds stand a running number and the account's number, so an id does not
    depend on which thread came first, and a rehearsal repeated with the same clock gives the
    same ids.
    """

    def __init__(self, *, epoch_ms: int, low_bits: int) -> None:
        self._epoch_ms = epoch_ms
        self._shift = low_bits - SEQUENCE_BITS - ACCOUNT_BITS
        self._last: dict[int, int] = {}

    def give(self, account: Account, at: datetime) -> str:
        """Return the next id of an account, larger than all it was given before."""
        milliseconds = int(at.timestamp() * 1000) - self._epoch_ms
        first = milliseconds << SEQUENCE_BITS
        turn = max(first, self._last.get(account.number, -1) + 1)
        self._last[account.number] = turn
        return str(((turn << ACCOUNT_BITS) | account.number) << self._shift)


@dataclass(kw_only=True, slots=True)
class Upload:
    """A picture that waits for the post it belongs to."""

    handle: str
    media: StoredMedia
    uploaded_at: datetime
    ready_at: datetime
    used: bool = False


class Store:
    """Posts and uploads of one network."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.uploads: dict[tuple[str, str], Upload] = {}
        """By account's handle and id: two accounts may upload the same bytes under one id."""
        self._posts: dict[str, StoredPost] = {}

    def keep(self, post: StoredPost) -> None:
        """Add a post, or put it in the place of one with the same id."""
        self._posts[post.remote_id] = post

    def delete(self, remote_id: str) -> None:
        """Mark a post as deleted; what was once shown is not forgotten."""
        self._posts[remote_id] = replace(self._posts[remote_id], deleted_at=self.now())

    def get(self, remote_id: str) -> StoredPost | None:
        """Return a post that still stands."""
        post = self._posts.get(remote_id)
        return post if post and post.deleted_at is None else None

    def every(self) -> list[StoredPost]:
        """List all posts in the order they came, deleted ones too."""
        return list(self._posts.values())

    def of(self, account: Account) -> Iterator[StoredPost]:
        """Yield an account's standing posts, newest first."""
        for post in reversed(self._posts.values()):
            if post.handle == account.handle and post.deleted_at is None:
                yield post

    def put_up(self, account: Account, media: StoredMedia, *, wait: timedelta) -> Upload:
        """Keep an upload under its id; it is ready after `wait`."""
        upload = Upload(
            handle=account.handle,
            media=media,
            uploaded_at=self.now(),
            ready_at=self.now() + wait,
        )
        self.uploads[account.handle, media.remote_id] = upload
        return upload
