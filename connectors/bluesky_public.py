"""What an account on Bluesky has shown to everybody, read from its own store without signing in.

`com.atproto.repo.listRecords` answers anybody (lexicon and reference server, August 2026). The
public index would answer as well, but only after it has seen a post.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from connectors.bluesky_facts import COLLECTION, NAME
from connectors.bluesky_session import OWN_SERVER, Xrpc
from connectors.contract import Access, PublicPost, RemoteId
from connectors.http import Http, Purpose

_PAGE = 100
_MOST_PAGES = 5


def public_posts(access: Access, since: datetime) -> list[PublicPost]:
    """List an account's posts since an instant; raise a `ConnectorError` where nobody answers."""
    account = access.handle.strip().lstrip("@").casefold()
    http = Http(NAME, access)
    found: list[PublicPost] = []
    try:
        for record in _records(http, access, account):
            post = _post_in(record, account)
            if post is not None and post.published_at < since:
                break
            if post is not None:
                found.append(post)
    finally:
        http.close()
    return found


def _records(http: Http, access: Access, account: str) -> Iterator[Mapping[str, Any]]:
    """Yield the account's records, the newest first."""
    origin = access.server.rstrip("/") if access.server else OWN_SERVER
    cursor = ""
    for _ in range(_MOST_PAGES):
        query = [("repo", account), ("collection", COLLECTION), ("limit", str(_PAGE))]
        query += [("cursor", cursor)] if cursor else []
        call = Xrpc(purpose=Purpose.READ, name="com.atproto.repo.listRecords", query=tuple(query))
        answer = http.send(call.on(origin))
        records = answer.mapping().get("records")
        if not answer.ok or not isinstance(records, list):
            raise http.plain_error(answer, Purpose.READ)
        yield from (one for one in records if isinstance(one, dict))
        cursor = str(answer.mapping().get("cursor") or "")
        if not cursor:
            return


def _post_in(record: Mapping[str, Any], account: str) -> PublicPost | None:
    """Return a record as a post; None for an answer, or for what cannot be read."""
    value, key = record.get("value"), str(record.get("uri", "")).rpartition("/")[2]
    if not isinstance(value, dict) or not key or "reply" in value:
        return None
    try:
        published_at = datetime.fromisoformat(str(value.get("createdAt", "")))
    except ValueError:
        return None
    if published_at.tzinfo is None:
        return None
    return PublicPost(
        remote_id=RemoteId(f"at://{account}/{COLLECTION}/{key}"),
        url=f"https://bsky.app/profile/{account}/post/{key}",
        text=str(value.get("text", "")),
        links=tuple(_links_in(value)),
        published_at=published_at,
    )


def _links_in(value: Mapping[str, Any]) -> Iterator[str]:
    facets = value.get("facets")
    for facet in facets if isinstance(facets, list) else ():
        features = facet.get("features") if isinstance(facet, dict) else None
        for one in features if isinstance(features, list) else ():
            if isinstance(one, dict) and isinstance(one.get("uri"), str):
                yield one["uri"]
    embed = value.get("embed")
    card = embed.get("external") if isinstance(embed, dict) else None
    if isinstance(card, dict) and isinstance(card.get("uri"), str):
        yield card["uri"]
