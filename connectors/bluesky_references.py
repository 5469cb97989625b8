"""How a post is named by another record: its address and the hash of its content.

An answer names what it answers, a repost what it passes on, both as `com.atproto.repo.strongRef`.
The hash is never worked out here: it is what the network says stands there.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from connectors.bluesky_facts import NAME
from connectors.bluesky_repository import Place, entry, place_of, resolve
from connectors.bluesky_session import BlueskySession, Xrpc
from connectors.contract import NotSent, PostRefused
from connectors.http import Purpose

_INDEXED_WITHIN = timedelta(seconds=30)


def own_reference(session: BlueskySession, remote_id: str) -> dict[str, str]:
    """Ask the account's own server; raise `PostRefused` where the post is no longer there."""
    place = place_of(remote_id)
    found = entry(session, place) if place else None
    if found is None:
        message = f"The post that this one answers is not on the server any more: {remote_id}"
        raise PostRefused(message, network=NAME, code="RecordNotFound")
    return _reference(found)


def foreign_reference(session: BlueskySession, remote_id: str) -> dict[str, str]:
    """Ask the public index, which sees other servers' posts a little later than they do."""
    place = place_of(remote_id)
    did = _did(session, place.account) if place else None
    if place is None or did is None:
        message = f"Nobody knows the account of {remote_id}, which is to be reposted."
        raise PostRefused(message, network=NAME)
    uri = str(Place(account=did, key=place.key))
    call = Xrpc(purpose=Purpose.READ, name="app.bsky.feed.getPosts", query=(("uris", uri),))
    answer = session.ask_index(call)
    posts = answer.mapping().get("posts")
    if not answer.ok or not isinstance(posts, list):
        raise session.error(answer, Purpose.READ)
    if not posts or not isinstance(posts[0], dict):
        message = "Bluesky's index does not show the post yet that is to be reposted."
        later = session.http.now() + _INDEXED_WITHIN
        raise NotSent(message, network=NAME, retry_at=later)
    return _reference(posts[0])


def _did(session: BlueskySession, account: str) -> str | None:
    return account if account.startswith("did:") else resolve(session, account)


def _reference(found: Mapping[str, Any]) -> dict[str, str]:
    uri, cid = found.get("uri"), found.get("cid")
    if not isinstance(uri, str) or not isinstance(cid, str):
        message = "Bluesky does not name the content of a post that is to be referred to."
        raise NotSent(message, network=NAME)
    return {"uri": uri, "cid": cid}
