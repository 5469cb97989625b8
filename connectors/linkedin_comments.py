"""First comments on LinkedIn: made once, and looked for among the comments on the post.

A comment is plain text, nothing in it is escaped. It has no statistics of its own. Nothing says how
late it may be listed, so that it is not there is never proved. Source: LinkedIn, Comments API,
version 202609.
"""

from collections.abc import Iterator, Mapping
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
from connectors.http import Answer, Purpose
from connectors.linkedin_errors import linkedin_error
from connectors.linkedin_finding import SKEW, elements_of, instant_of
from connectors.linkedin_wire import PAGE, LinkedInWire

COMMENT = "urn:li:comment:"
_MOST_PAGES = 5


def publish_comment(wire: LinkedInWire, post: OutgoingPost, parent: RemoteId) -> PublishedPost:
    """Put the post under the page's own post; raise a `ConnectorError` otherwise."""
    answer = wire.comment(parent, post.text)
    if not answer.ok:
        raise linkedin_error(wire.http, answer, Purpose.CREATE)
    urn = _urn_of(answer.mapping())
    if urn is None:
        message = "LinkedIn answered without the id of the comment."
        raise wire.http.unclear(message, Purpose.CREATE)
    return PublishedPost(remote_id=urn, url=_page_of(parent), published_at=wire.http.now())


def find_comment(wire: LinkedInWire, sought: Sought, parent: RemoteId) -> Finding:
    """Look through the comments on the post; exactly one of ours that says the same is it."""
    alike = [one for one in _comments(wire, parent) if _may_be(one, sought, wire.author)]
    urn = _urn_of(alike[0]) if len(alike) == 1 else None
    at = _made_at(alike[0]) if urn else None
    if urn is None or at is None:
        why = f"{len(alike)} comments of the page on the post say the same"
        return CannotSay(why=why)
    return Found(post=PublishedPost(remote_id=urn, url=_page_of(parent), published_at=at))


def _comments(wire: LinkedInWire, parent: RemoteId) -> Iterator[Mapping[str, Any]]:
    for page in range(_MOST_PAGES):
        answer: Answer = wire.comments(parent, page * PAGE)
        elements = elements_of(answer)
        if not answer.ok or elements is None:
            raise linkedin_error(wire.http, answer, Purpose.READ)
        yield from elements
        if len(elements) < PAGE:
            return


def _may_be(comment: Mapping[str, Any], sought: Sought, author: str) -> bool:
    at, message = _made_at(comment), comment.get("message")
    text = message.get("text") if isinstance(message, dict) else None
    return (
        comment.get("actor") == author
        and _urn_of(comment) not in sought.taken
        and at is not None
        and at >= sought.since - SKEW
        and str(text or "").split() == sought.post.text.split()
    )


def _made_at(comment: Mapping[str, Any]) -> Any:
    created = comment.get("created")
    return instant_of(created.get("time")) if isinstance(created, dict) else None


def _urn_of(comment: Mapping[str, Any]) -> RemoteId | None:
    """Return a comment's URN, which stands under one of two names."""
    named = (comment.get("commentUrn"), comment.get("$URN"))
    found = next((one for one in named if isinstance(one, str) and one.startswith(COMMENT)), None)
    return RemoteId(found) if found else None


def _page_of(urn: str) -> str:
    """A comment is shown where its post is."""
    return f"https://www.linkedin.com/feed/update/{urn}/"
