"""What the stand-in for Mastodon says of accounts, their statuses and itself.

From Mastodon's documentation, "accounts API methods" and "instance API methods".
"""

from collections.abc import Iterator
from typing import Any

from werkzeug.datastructures import MultiDict

from rehearsal import mastodon_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import Answer, Visit, as_json
from rehearsal.mastodon_door import MastodonDoor
from rehearsal.records import StoredPost
from rehearsal.world import World

USUAL_PAGE = 20
MAX_PAGE = 40
TRUE = frozenset({"true", "1", "on"})


class MastodonAccounts:
    """Answers for accounts, timelines and the instance."""

    def __init__(self, world: World, door: MastodonDoor) -> None:
        self._world = world
        self._store = world.stores["mastodon"]
        self._door = door

    def verify(self, visit: Visit) -> Answer:
        """`GET /api/v1/accounts/verify_credentials`."""
        account = self._door.admit(visit)
        return as_json(
            200,
            shapes.as_own_account(
                account, self._world.now(), statuses=_statuses(self._world, account)
            ),
        )

    def statuses(self, visit: Visit) -> Answer:
        """`GET /api/v1/accounts/:id/statuses`, newest first, with a Link header for pages."""
        if visit.bearer() is None:
            self._door.let_in(visit)
        else:
            self._door.admit(visit)
        account = self._world.accounts.by_remote_id("mastodon", visit.arguments["id"])
        if account is None:
            return shapes.error(404, "Record not found")
        page = _page(list(self._wanted(account, visit.query)), visit.query)
        visit.headers |= _links(visit, page)
        return as_json(200, [as_seen(self._world, post) for post in page])

    def lookup(self, visit: Visit) -> Answer:
        """`GET /api/v1/accounts/lookup`; needs no token, and knows its own by short name."""
        self._door.let_in(visit)
        sought = visit.query.get("acct", "").lstrip("@").partition("@")[0]
        for account in self._world.accounts.on("mastodon"):
            if account.handle.lstrip("@").partition("@")[0] == sought:
                statuses = _statuses(self._world, account)
                return as_json(
                    200, shapes.as_account(account, self._world.now(), statuses=statuses)
                )
        return shapes.error(404, "Record not found")

    def search(self, visit: Visit) -> Answer:
        """`GET /api/v2/search` for the address of a status; nothing else is found here."""
        self._door.admit(visit)
        found = [
            as_seen(self._world, post)
            for post in self._store.every()
            if post.url == visit.query.get("q") and post.deleted_at is None
        ]
        return as_json(200, {"accounts": [], "statuses": found, "hashtags": []})

    def instance(self, visit: Visit) -> Answer:
        """`GET /api/v2/instance`; needs no token."""
        self._door.let_in(visit)
        return as_json(200, shapes.instance())

    def _wanted(self, account: Account, query: MultiDict[str, str]) -> Iterator[StoredPost]:
        only_media = query.get("only_media") in TRUE
        without_replies = query.get("exclude_replies") in TRUE
        without_boosts = query.get("exclude_reblogs") in TRUE
        for post in self._store.of(account):
            if only_media and not post.media:
                continue
            if without_replies and post.answers is not None:
                continue
            if without_boosts and post.reposts is not None:
                continue
            yield post


def as_seen(world: World, post: StoredPost) -> dict[str, Any]:
    """Return a status with its author and its counts of now."""
    account = world.accounts.get("mastodon", post.handle)
    assert account is not None  # noqa: S101 - accounts are never closed
    author = shapes.as_account(account, world.now(), statuses=_statuses(world, account))
    seen = shapes.as_status(post, author, counts=world.counts(account, post))
    original = world.stores["mastodon"].get(post.reposts) if post.reposts else None
    return seen | {"reblog": as_seen(world, original)} if original else seen


def _statuses(world: World, account: Account) -> int:
    return sum(1 for _ in world.stores["mastodon"].of(account))


def _page(posts: list[StoredPost], query: MultiDict[str, str]) -> list[StoredPost]:
    size = min(max(_number(query, "limit") or USUAL_PAGE, 1), MAX_PAGE)
    highest, lowest = _number(query, "max_id"), _number(query, "since_id")
    cursor = _number(query, "min_id")
    inside = [
        post
        for post in posts
        if (highest is None or int(post.remote_id) < highest)
        and (lowest is None or int(post.remote_id) > lowest)
        and (cursor is None or int(post.remote_id) > cursor)
    ]
    return inside[-size:] if cursor is not None else inside[:size]


def _number(query: MultiDict[str, str], name: str) -> int | None:
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else None


def _links(visit: Visit, page: list[StoredPost]) -> dict[str, str]:
    if not page:
        return {}
    address = visit.request.base_url
    older = f'<{address}?max_id={page[-1].remote_id}>; rel="next"'
    newer = f'<{address}?min_id={page[0].remote_id}>; rel="prev"'
    return {"Link": f"{older}, {newer}"}
