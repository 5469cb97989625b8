"""The account's own posts on Instagram and Threads, where a container does not name its post.

A container tells whether it was published, not as what. So the post's address is read once it is
out, and after a lost answer the post is looked for by its text and time. Exactly one has to be
like it: the newest is never taken for ours because it is the newest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from connectors.contract import (
    CannotSay,
    ConnectorError,
    Finding,
    Found,
    PublishedPost,
    RemoteId,
    Sought,
)
from connectors.graph_errors import graph_error, instant_in
from connectors.http import Answer, Http, Purpose

_SKEW = timedelta(minutes=2)
"""By how much the network's clock may differ from ours."""


class Wire(Protocol):
    """The calls of one network."""

    @property
    def http(self) -> Http:
        """The way to the network."""

    def read(self, object_id: str, fields: str) -> Answer:
        """Read some fields of a post."""

    def own_posts(self, fields: str, *, since: int = 0) -> Answer:
        """List the account's posts, the newest first; `since` is an epoch in seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnPosts:
    """Reads one account's posts."""

    wire: Wire
    title: str
    text_field: str
    """What the network calls a post's text."""
    profile: str
    """The account's page, where a post's own address is not known."""
    replies: Callable[..., Answer] | None = None
    """Lists the account's answers as `own_posts` does its posts, where the network has them."""

    def published(self, post_id: RemoteId) -> PublishedPost:
        """Name a post that has just gone out, with its address where the network tells it."""
        try:
            url = self.wire.read(post_id, "permalink").mapping().get("permalink")
        except ConnectorError:
            url = None
        known = isinstance(url, str) and url.startswith("https://")
        return PublishedPost(
            remote_id=post_id,
            url=str(url) if known else self.profile,
            published_at=self.wire.http.now(),
            warnings=() if known else (f"{self.title} did not name the post's own address.",),
        )

    def find(self, sought: Sought) -> Finding:
        """Look for a post that may be out by its text and the time since the first attempt."""
        since = sought.since - _SKEW
        fields = f"id,{self.text_field},timestamp,permalink"
        answer = self._listed(sought, fields, int(since.timestamp()))
        posts = answer.mapping().get("data")
        if not answer.ok or not isinstance(posts, list):
            raise graph_error(self.wire.http, answer, Purpose.READ, title=self.title)
        alike = [one for one in posts if isinstance(one, dict) and self._is_it(one, sought, since)]
        if len(alike) == 1:
            at = instant_in(alike[0], "timestamp") or self.wire.http.now()
            url = str(alike[0].get("permalink") or self.profile)
            post_id = RemoteId(str(alike[0]["id"]))
            return Found(post=PublishedPost(remote_id=post_id, url=url, published_at=at))
        what = "It may be out" if sought.key_at else "It was published, or has expired"
        why = f"{what}, and {self.title} lists {len(alike)} posts like it."
        return CannotSay(why=why, unseen=not alike and not _goes_on(answer))

    def _listed(self, sought: Sought, fields: str, since: int) -> Answer:
        """List what may be it: lists of posts leave answers out."""
        if sought.post.answers is None or self.replies is None:
            return self.wire.own_posts(fields, since=since)
        return self.replies(f"{fields},replied_to", since=since)

    def _is_it(self, post: Mapping[str, Any], sought: Sought, since: datetime) -> bool:
        at = instant_in(post, "timestamp")
        return (
            isinstance(post.get("id"), str)
            and post["id"] not in sought.taken
            and at is not None
            and at >= since
            and str(post.get(self.text_field) or "").split() == sought.post.text.split()
            and (sought.post.answers is None or _answers(post, sought.post.answers.parent))
        )


def _goes_on(answer: Answer) -> bool:
    """Whether a list has another page."""
    paging = answer.mapping().get("paging")
    return isinstance(paging, dict) and "next" in paging


def _answers(post: Mapping[str, Any], parent: RemoteId) -> bool:
    """Whether a post answers another, as far as the network says; an address names no id."""
    replied_to = post.get("replied_to")
    named = replied_to.get("id") if isinstance(replied_to, dict) else None
    return named is None or not parent.isdigit() or named == parent
