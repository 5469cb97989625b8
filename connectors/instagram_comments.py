"""First comments on Instagram: made once, and looked for among the comments on the post.

Unlike a post, a comment has no container, so a lost answer leaves open whether it stands, and a
list proves no absence. It has no insights. Source: Meta, Instagram Platform, IG Media comments
(Graph API v26.0): `instagram_manage_comments`, newest first, at most 50 a call.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from connectors.contract import (
    CannotSay,
    ConnectorError,
    Finding,
    Found,
    OutgoingPost,
    PostRefused,
    PublishedPost,
    RemoteId,
    Sought,
)
from connectors.graph_errors import graph_error, instant_in
from connectors.http import Purpose
from connectors.instagram_facts import COMMENT, NAME
from connectors.instagram_reading import TITLE
from connectors.instagram_wire import InstagramWire

_SKEW = timedelta(minutes=2)
"""How far Instagram's clock and ours may differ."""


def publish_comment(wire: InstagramWire, post: OutgoingPost, parent: RemoteId) -> PublishedPost:
    """Put the post under the account's own post; raise a `ConnectorError` otherwise."""
    post_id = _known(parent)
    answer = wire.comment(post_id, post.text)
    if not answer.ok:
        raise graph_error(wire.http, answer, Purpose.CREATE, title=TITLE)
    number = answer.mapping().get("id")
    if not isinstance(number, str) or not number:
        message = "Instagram answered without the id of the comment."
        raise wire.http.unclear(message, Purpose.CREATE)
    return PublishedPost(
        remote_id=RemoteId(COMMENT + number),
        url=_address_of(wire, post_id),
        published_at=wire.http.now(),
    )


def find_comment(wire: InstagramWire, sought: Sought, parent: RemoteId) -> Finding:
    """Look through the latest comments; exactly one of the account's that says the same is it."""
    post_id = _known(parent)
    answer = wire.comments(post_id)
    listed = answer.mapping().get("data")
    if not answer.ok or not isinstance(listed, list):
        raise graph_error(wire.http, answer, Purpose.READ, title=TITLE)
    alike = [one for one in listed if isinstance(one, dict) and _may_be(one, sought, wire.account)]
    at = instant_in(alike[0], "timestamp") if len(alike) == 1 else None
    if at is None:
        why = f"{len(alike)} comments of the account on the post say the same"
        return CannotSay(why=why)
    remote_id = RemoteId(COMMENT + str(alike[0]["id"]))
    url = _address_of(wire, post_id)
    return Found(post=PublishedPost(remote_id=remote_id, url=url, published_at=at))


def _known(parent: RemoteId) -> str:
    if not (parent.isascii() and parent.isdigit()):
        message = f"The address {parent} does not say which post is to be commented on."
        raise PostRefused(message, network=NAME)
    return parent


def _may_be(comment: Mapping[str, Any], sought: Sought, account: str) -> bool:
    author, at = comment.get("from"), instant_in(comment, "timestamp")
    return (
        isinstance(author, dict)
        and author.get("id") == account
        and isinstance(comment.get("id"), str)
        and COMMENT + comment["id"] not in sought.taken
        and at is not None
        and at >= sought.since - _SKEW
        and str(comment.get("text") or "").split() == sought.post.text.split()
    )


def _address_of(wire: InstagramWire, post_id: str) -> str:
    """A comment is shown where its post is; that it is out does not hang on its address."""
    try:
        url = wire.read(post_id, "permalink").mapping().get("permalink")
    except ConnectorError:
        url = None
    return url if isinstance(url, str) else "https://www.instagram.com/"
