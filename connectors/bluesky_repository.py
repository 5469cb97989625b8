"""The account's own store of posts: writing a record once, and reading what stands under a name.

The server that keeps the account answers from the store itself, at once and with authority; that
makes it the place to look when an outcome is not known. Source: lexicons
`com.atproto.repo.putRecord`, `getRecord`, `uploadBlob` and the reference server, August 2026.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.bluesky_facts import COLLECTION, NAME, REPOSTS
from connectors.bluesky_key import created_at, written
from connectors.bluesky_record import build_record
from connectors.bluesky_session import BlueskySession, Session, Xrpc, error_name
from connectors.contract import (
    Absent,
    CannotSay,
    ConnectorError,
    Finding,
    Found,
    Media,
    NotSent,
    OutcomeUnknown,
    OutgoingPost,
    PostRefused,
    Prepared,
    PublishedPost,
    RemoteId,
)
from connectors.http import Purpose

_ADDRESS = re.compile(
    r"at://(?P<account>[^/]+)/(?P<collection>"
    rf"{re.escape(COLLECTION)}|{re.escape(REPOSTS)})/(?P<key>[^/?#]+)"
)
_RECORD_NOT_FOUND = "RecordNotFound"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a record stands: an account (DID or handle) and a key."""

    account: str
    key: str
    collection: str = COLLECTION

    def __str__(self) -> str:
        return f"at://{self.account}/{self.collection}/{self.key}"


def place_of(remote_id: str, *, or_repost: bool = False) -> Place | None:
    """Take a post's `at://` address apart, or return None; a repost's only where it may be one."""
    found = _ADDRESS.fullmatch(remote_id)
    if found is None or (found["collection"] == REPOSTS and not or_repost):
        return None
    return Place(account=found["account"], key=found["key"], collection=found["collection"])


def upload(session: BlueskySession, media: Media) -> dict[str, Any]:
    """Upload a picture and return the blob that a record refers to it by."""
    call = Xrpc(
        purpose=Purpose.PREPARE,
        name="com.atproto.repo.uploadBlob",
        content=media.content,
        media_type=media.media_type,
    )
    answer = session.ask(call)
    blob = answer.mapping().get("blob")
    if not answer.ok or not isinstance(blob, dict):
        raise session.error(answer, Purpose.PREPARE)
    return blob


def resolve(session: BlueskySession, handle: str) -> str | None:
    """Return the DID a handle means, or None where nobody has it."""
    call = Xrpc(
        purpose=Purpose.READ,
        name="com.atproto.identity.resolveHandle",
        query=(("handle", handle),),
    )
    answer = session.ask(call)
    if answer.status in {400, 404}:
        return None
    did = answer.mapping().get("did")
    if not answer.ok or not isinstance(did, str):
        raise session.error(answer, Purpose.READ)
    return did


def put(session: BlueskySession, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
    """Write the post under its key where nothing stands there yet.

    `swapRecord: null` asks for just that. The same record again is no change and gives the same
    answer; another record there is `InvalidSwap`, and then what stands there decides.
    """
    record = _record(post, prepared)
    who = session.who()
    body = {
        "repo": who.did,
        "collection": collection_of(post),
        "rkey": post.delivery_key,
        "record": record,
        "swapRecord": None,
    }
    answer = session.ask(Xrpc(purpose=Purpose.CREATE, name="com.atproto.repo.putRecord", json=body))
    if answer.ok and answer.mapping().get("uri") == _uri(who, post):
        return published_under(who, post)
    if answer.ok:
        message = "Bluesky's answer to the post cannot be read."
        raise session.http.unclear(message, Purpose.CREATE, code=str(answer.status))
    if error_name(answer) == "InvalidSwap":
        return _what_stands_there(session, post)
    if error_name(answer) == "BlobNotFound":
        message = "An upload is no longer on the server; it will be uploaded again."
        raise NotSent(message, network=NAME, code="BlobNotFound", uploads_gone=True)
    raise session.error(answer, Purpose.CREATE)


def look(session: BlueskySession, post: OutgoingPost) -> Finding:
    """Say whether the post stands under its key."""
    who = session.who()
    value = get(session, _place_for(who, post))
    if value is None:
        return Absent()
    if not _is_it(value, post):
        return CannotSay(why=f"another post has the name {_uri(who, post)}")
    return Found(post=published_under(who, post))


def get(session: BlueskySession, place: Place) -> dict[str, Any] | None:
    """Return the record at a place, None where the server says that there is none.

    Raises `NotSent` for any other answer: only `RecordNotFound` by name is proof.
    """
    found = entry(session, place)
    return None if found is None else found["value"]


def entry(session: BlueskySession, place: Place) -> dict[str, Any] | None:
    """Return the record at a place with its address and the hash of its content, as `get`."""
    query = (("repo", place.account), ("collection", place.collection), ("rkey", place.key))
    call = Xrpc(purpose=Purpose.READ, name="com.atproto.repo.getRecord", query=query)
    answer = session.ask(call)
    if answer.ok and isinstance(answer.mapping().get("value"), dict):
        return answer.mapping()
    if error_name(answer) == _RECORD_NOT_FOUND and answer.status in {400, 404}:
        return None
    raise session.error(answer, Purpose.READ)


def delete(session: BlueskySession, place: Place) -> None:
    """Delete the record at a place of the account's own; done also where nothing stands."""
    body = {"repo": place.account, "collection": place.collection, "rkey": place.key}
    call = Xrpc(purpose=Purpose.CHANGE, name="com.atproto.repo.deleteRecord", json=body)
    answer = session.ask(call)
    if not answer.ok:
        raise session.error(answer, Purpose.CHANGE)


def _what_stands_there(session: BlueskySession, post: OutgoingPost) -> PublishedPost:
    message = "Something stands under the post's name on Bluesky; it has to be looked at."
    unknown = OutcomeUnknown(message, network=NAME, code="InvalidSwap")
    try:
        finding = look(session, post)
    except ConnectorError as error:
        raise unknown from error
    if isinstance(finding, Found):
        return finding.post
    raise unknown


def _record(post: OutgoingPost, prepared: Prepared) -> dict[str, Any]:
    try:
        return build_record(post, prepared.tokens)
    except ValueError as error:
        message = "The post cannot be put together: its key or its uploads are not what they were."
        raise PostRefused(message, network=NAME) from error


def published_under(who: Session, post: OutgoingPost) -> PublishedPost:
    """Name a post that stands under its key."""
    url = f"https://bsky.app/profile/{who.handle}/post/{post.delivery_key}"
    if post.reposts is not None:
        url = post.reposts.url  # a repost has no page of its own
    return PublishedPost(
        remote_id=RemoteId(_uri(who, post)), url=url, published_at=created_at(post.delivery_key)
    )


def _uri(who: Session, post: OutgoingPost) -> str:
    return str(_place_for(who, post))


def _place_for(who: Session, post: OutgoingPost) -> Place:
    return Place(account=who.did, key=post.delivery_key, collection=collection_of(post))


def collection_of(post: OutgoingPost) -> str:
    """Return where an account keeps records of this kind."""
    return COLLECTION if post.reposts is None else REPOSTS


def _is_it(value: Mapping[str, Any], post: OutgoingPost) -> bool:
    """Whether a record that stands under the post's name is the post."""
    if value.get("createdAt") != _time_in(post):
        return False
    return post.reposts is not None or value.get("text") == post.text


def _time_in(post: OutgoingPost) -> str:
    return written(created_at(post.delivery_key))
