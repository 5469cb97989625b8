"""What the stand-in for X tells: posts with their counts, timelines, and who is signed in.

From X's API v2 documentation: "Post lookup", "User posts timelines", "Metrics". Private metrics are
shown to the account itself for 30 days; after that they come as partial errors.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from rehearsal import x_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import Answer, RefusedError, Visit, as_json
from rehearsal.records import StoredPost
from rehearsal.world import World
from rehearsal.x_door import XDoor
from rehearsal.x_request import (
    ID,
    check_parameters,
    fields_asked,
    id_asked,
    instant_asked,
    number_asked,
)

RETWEET_SHOWS = 140
PRIVATE_FOR = timedelta(days=30)
MAX_IDS = 100
FIELDS = frozenset({"tweet.fields", "post.fields", "user.fields", "media.fields", "expansions"})
TIMELINE_PARAMETERS = FIELDS | {
    "max_results",
    "pagination_token",
    "start_time",
    "end_time",
    "since_id",
    "until_id",
    "exclude",
}
NEVER_PROMOTED = ("quotes", "saves")
"""Counts that X does not split."""


class XReading:
    """Answers the reading half of the API."""

    def __init__(self, world: World, door: XDoor) -> None:
        self._world = world
        self._store = world.stores["x"]
        self._door = door

    def read(self, visit: Visit) -> Answer:
        """`GET /2/tweets?ids=`: up to 100 posts; those that are missing stand under `errors`."""
        account = self._door.admit(visit, "posts")
        check_parameters(visit, FIELDS | {"ids"})
        wanted = visit.query.get("ids", "").split(",")
        if len(wanted) > MAX_IDS or not all(ID.fullmatch(one) for one in wanted):
            message = f"The `ids` query parameter takes 1 to {MAX_IDS} ids of up to 19 digits"
            raise RefusedError(shapes.invalid("ids", ",".join(wanted), message=message))
        found = {one: self._store.get(one) for one in wanted}
        errors = [shapes.missing(one, "ids") for one, post in found.items() if post is None]
        shown = [
            self._shown(post, account, visit=visit, errors=errors)
            for post in found.values()
            if post
        ]
        return as_json(
            200, ({"data": shown} if shown else {}) | ({"errors": errors} if errors else {})
        )

    def me(self, visit: Visit) -> Answer:
        """`GET /2/users/me`."""
        account = self._door.admit(visit, "me")
        check_parameters(visit, FIELDS)
        posts = sum(1 for _ in self._store.of(account))
        asked = fields_asked(visit, "user.fields")
        return as_json(
            200, {"data": shapes.as_user(account, self._world.now(), posts=posts, fields=asked)}
        )

    def timeline(self, visit: Visit) -> Answer:
        """`GET /2/users/:id/tweets`, newest first."""
        reader = self._door.admit(visit, "timeline")
        check_parameters(visit, TIMELINE_PARAMETERS)
        author = self._world.accounts.by_remote_id("x", visit.arguments["id"])
        if author is None:
            return as_json(200, {"errors": [shapes.missing(visit.arguments["id"], "id")]})
        most = number_asked(visit, "max_results", low=5, high=100, usual=10)
        skipped = number_asked(visit, "pagination_token", low=0, high=3200, usual=0)
        posts = list(self._within(visit, author))
        page = posts[skipped : skipped + most]
        errors: list[dict[str, Any]] = []
        shown = [self._shown(post, reader, visit=visit, errors=errors) for post in page]
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0].remote_id, "oldest_id": page[-1].remote_id}
        if skipped + most < len(posts):
            meta["next_token"] = str(skipped + most)
        return as_json(
            200,
            ({"data": shown} if shown else {})
            | ({"errors": errors} if errors else {})
            | {"meta": meta},
        )

    def _within(self, visit: Visit, author: Account) -> Iterator[StoredPost]:
        after, before = instant_asked(visit, "start_time"), instant_asked(visit, "end_time")
        since, until = id_asked(visit, "since_id"), id_asked(visit, "until_id")
        excluded = visit.query.get("exclude", "").split(",")
        for post in self._store.of(author):
            inside = _between(post.created_at, after, before=before)
            number = int(post.remote_id)
            inside = inside and (since is None or number > since)
            inside = inside and (until is None or number < until)
            if inside and not _is_excluded(post, excluded):
                yield post

    def _words(self, post: StoredPost) -> StoredPost:
        """Give a repost the text that X shows of it, which may be cut."""
        original = self._store.get(post.reposts) if post.reposts else None
        if original is None:
            return post
        author = self._world.accounts.get("x", original.handle)
        name = author.name if author else original.handle
        return replace(post, text=f"RT @{name}: {original.text}"[:RETWEET_SHOWS])

    def _shown(
        self, post: StoredPost, reader: Account, *, visit: Visit, errors: list[dict[str, Any]]
    ) -> dict[str, Any]:
        author = self._world.accounts.get("x", post.handle)
        assert author is not None  # noqa: S101 - accounts are never closed
        asked = fields_asked(visit, "tweet.fields")
        shown = shapes.as_post(self._words(post), author, fields=asked)
        own = author == reader and self._world.now() < post.created_at + PRIVATE_FOR
        for group, counts in self._groups(author, post).items():
            if group not in asked:
                continue
            if group == "public_metrics" or (own and counts is not None):
                shown[group] = counts
            else:
                names = shapes.split_metrics(_NOTHING) if counts is None else counts
                errors += [shapes.withheld(post.remote_id, f"{group}.{name}") for name in names]
        return shown

    def _groups(self, author: Account, post: StoredPost) -> dict[str, dict[str, int] | None]:
        """Return the counts by group; None where the post has no such counts."""
        organic = self._world.counts(author, post)
        percent = self._world.promoted.get(post.remote_id)
        paid = {
            name: 0 if name in NEVER_PROMOTED else count * (percent or 0) // 100
            for name, count in organic.items()
        }
        both = {name: count + paid[name] for name, count in organic.items()}
        return {
            "public_metrics": shapes.public_metrics(both),
            "non_public_metrics": shapes.private_metrics(both),
            "organic_metrics": shapes.split_metrics(organic),
            "promoted_metrics": None if percent is None else shapes.split_metrics(paid),
        }


_NOTHING = dict.fromkeys(("impressions", "reactions", "replies", "reshares", "link-clicks"), 0)


def _is_excluded(post: StoredPost, kinds: Collection[str]) -> bool:
    is_reply, is_repost = post.answers is not None, post.reposts is not None
    return (is_reply and "replies" in kinds) or (is_repost and "retweets" in kinds)


def _between(at: datetime, after: datetime | None, *, before: datetime | None) -> bool:
    return (after is None or at >= after) and (before is None or at < before)
