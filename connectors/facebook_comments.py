"""First comments on Facebook: made once, and looked for among the comments on the post.

Unlike a post, a comment cannot be made unseen first, so a lost answer leaves open whether it
stands, and a list proves no absence. It has no insights. Source: Meta, Graph API v26.0, object
comments.
"""

from collections.abc import Mapping
from typing import Any

from connectors.contract import (
    CannotSay,
    Finding,
    Found,
    OutgoingPost,
    PublishedPost,
    RemoteId,
    Sought,
)
from connectors.facebook_errors import graph_error
from connectors.facebook_facts import SKEW
from connectors.facebook_wire import FacebookWire
from connectors.graph_errors import instant_in
from connectors.http import Purpose

COMMENT = "comment:"
"""Stands before the id of a comment, which looks like that of a post and has no counts."""


def publish_comment(wire: FacebookWire, post: OutgoingPost, parent: str) -> PublishedPost:
    """Put the post under the page's own post; raise a `ConnectorError` otherwise."""
    answer = wire.comment(parent, post.text)
    if not answer.ok:
        raise graph_error(wire.http, answer, Purpose.CREATE)
    number = answer.mapping().get("id")
    if not isinstance(number, str) or not number:
        message = "Facebook answered without the id of the comment."
        raise wire.http.unclear(message, Purpose.CREATE)
    remote_id = RemoteId(COMMENT + number)
    return PublishedPost(remote_id=remote_id, url=_page_of(parent), published_at=wire.http.now())


def find_comment(wire: FacebookWire, sought: Sought, parent: str) -> Finding:
    """Look through the latest comments; exactly one of the page's that says the same is it."""
    answer = wire.comments(parent)
    listed = answer.mapping().get("data")
    if not answer.ok or not isinstance(listed, list):
        raise graph_error(wire.http, answer, Purpose.READ)
    alike = [one for one in listed if isinstance(one, dict) and _may_be(one, sought, wire.page)]
    at = instant_in(alike[0], "created_time") if len(alike) == 1 else None
    if at is None:
        why = f"{len(alike)} comments of the page on the post say the same"
        return CannotSay(why=why)
    remote_id = RemoteId(COMMENT + str(alike[0]["id"]))
    return Found(post=PublishedPost(remote_id=remote_id, url=_page_of(parent), published_at=at))


def _may_be(comment: Mapping[str, Any], sought: Sought, page: str) -> bool:
    author, at = comment.get("from"), instant_in(comment, "created_time")
    return (
        isinstance(author, dict)
        and author.get("id") == page
        and isinstance(comment.get("id"), str)
        and COMMENT + comment["id"] not in sought.taken
        and at is not None
        and at >= sought.since - SKEW
        and str(comment.get("message") or "").split() == sought.post.text.split()
    )


def _page_of(post_id: str) -> str:
    """A comment is shown where its post is."""
    return f"https://www.facebook.com/{post_id.replace('_', '/posts/')}"
