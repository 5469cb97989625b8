"""Looks for a post whose name nobody has noted, among the newest records of the account's own.

A post's name holds the millisecond of its first attempt; what is finer comes from the delivery and
its content. So each record of that time tells whether this post would have been given its name.
Source: lexicon `com.atproto.repo.listRecords` and the reference server, August 2026.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from connectors.bluesky_key import created_at
from connectors.bluesky_repository import collection_of, published_under
from connectors.bluesky_session import BlueskySession, Session, Xrpc
from connectors.contract import (
    Absent,
    CannotSay,
    DeliveryKey,
    Finding,
    Found,
    RemoteId,
    Sought,
)
from connectors.http import Purpose

SKEW = timedelta(minutes=5)
"""How far our own clock may have been wrong when the post was named."""
_PAGE = 100
_MOST_PAGES = 20


def look_through(session: BlueskySession, sought: Sought) -> Finding:
    """Say whether one of the records since then has the post's name, or says the same."""
    who, cursor, alike = session.who(), "", False
    for _ in range(_MOST_PAGES):
        records, cursor = _page(session, who, collection_of(sought.post), cursor)
        for record in records:
            key = _key_of(record)
            if _is_older(key, sought):
                return _not_found(alike=alike)
            if _is_its_own(key, sought):
                named = replace(sought.post, delivery_key=key)
                return Found(post=published_under(who, named))
            alike = alike or _says_the_same(record, sought)
        if not cursor:
            return _not_found(alike=alike)
    return CannotSay(why="the account's records could not be read back far enough")


def _not_found(*, alike: bool) -> Finding:
    if alike:
        return CannotSay(why="a post of the account says the same under another name")
    return Absent()


def _page(
    session: BlueskySession, who: Session, collection: str, cursor: str
) -> tuple[list[Mapping[str, Any]], str]:
    """Return some records, the newest first, and where the next ones begin."""
    query = [("repo", who.did), ("collection", collection), ("limit", str(_PAGE))]
    query += [("cursor", cursor)] if cursor else []
    call = Xrpc(purpose=Purpose.READ, name="com.atproto.repo.listRecords", query=tuple(query))
    answer = session.ask(call)
    records = answer.mapping().get("records")
    if not answer.ok or not isinstance(records, list):
        raise session.error(answer, Purpose.READ)
    found: list[Mapping[str, Any]] = [one for one in records if isinstance(one, dict)]
    return found, str(answer.mapping().get("cursor") or "")


def _key_of(record: Mapping[str, Any]) -> DeliveryKey:
    return DeliveryKey(str(record.get("uri", "")).rpartition("/")[2])


def _is_older(key: DeliveryKey, sought: Sought) -> bool:
    """Whether a record was named before then; other programs may name theirs in other ways."""
    try:
        return created_at(key) < sought.since - SKEW
    except ValueError:
        return False


def _is_its_own(key: DeliveryKey, sought: Sought) -> bool:
    try:
        began_at = created_at(key)
    except ValueError:
        return False
    return sought.key_at is not None and sought.key_at(began_at) == key


def _says_the_same(record: Mapping[str, Any], sought: Sought) -> bool:
    value = record.get("value")
    if not isinstance(value, dict) or RemoteId(str(record.get("uri"))) in sought.taken:
        return False
    original = sought.post.reposts
    if original is not None:
        subject = value.get("subject")
        return isinstance(subject, dict) and subject.get("uri") == original.remote_id
    return str(value.get("text") or "").split() == sought.post.text.split()
