"""Keeps what will be sent, payloads and media by content hash: publishing reads no files."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from campaign.payload import Payload, PayloadMedia, payload_from_json
from campaign.store.backends import insert
from campaign.store.database import DamagedError
from campaign.store.media import keep_file, whole_content
from campaign.store.tables import PAYLOAD

DELETED = ""
"""Stands in place of a content that was let go under a rule of keeping; its hash stays."""
NO_LONGER_KEPT = "[The wording is no longer kept: it was deleted under a rule of keeping.]"


def save_payloads(connection: Connection, payloads: Iterable[Payload], at: datetime) -> None:
    """Store payloads with their media, each once; those that are there already stay."""
    by_hash = {one.content_hash: one for one in payloads}
    media = {one.sha256: one for payload in by_hash.values() for one in payload.all_media()}
    for sha256, picture in media.items():  # one by one: together they may not fit into memory
        keep_file(connection, sha256, picture.media_type, picture.content)
    rows = [
        {"content_hash": name, "body": payload.to_json(), "created_at": at}
        for name, payload in by_hash.items()
    ]
    if rows:
        statement = insert(connection, PAYLOAD)
        # What was let go is there again once somebody applies it anew.
        again = statement.on_conflict_do_update(
            index_elements=[PAYLOAD.c.content_hash],
            set_={"body": statement.excluded.body},
            where=PAYLOAD.c.body == DELETED,
        )
        connection.execute(again, rows)


def load_payload(connection: Connection, content_hash: str) -> Payload:
    """Return what was approved, media bytes included; raise `DamagedError` where it is not that."""
    body = connection.execute(
        select(PAYLOAD.c.body).where(PAYLOAD.c.content_hash == content_hash)
    ).scalar_one_or_none()
    return with_bytes(connection, read_payload(body, content_hash))


def read_payload(body: str | None, content_hash: str) -> Payload:
    """Return what was approved, media without bytes; raise `DamagedError` where it is not that."""
    if body is None or not _is_named(body.encode(), content_hash):
        raise DamagedError(f"what was approved {_DAMAGED}")
    return payload_from_json(body)


def is_kept(body: str | None) -> bool:
    """Whether a content is still there."""
    return body is None or body != DELETED


def payload_to_show(connection: Connection, content_hash: str) -> Payload:
    """Return what was approved, for somebody to look at, or a sentence where it was let go.

    For looking alone: whatever is sent is read by `load_payload`, which refuses that.
    """
    query = select(PAYLOAD.c.body).where(PAYLOAD.c.content_hash == content_hash)
    body = connection.execute(query).scalar_one_or_none()
    if not is_kept(body):
        return read_to_show(body, content_hash)
    return with_bytes(connection, read_payload(body, content_hash))


def read_to_show(body: str | None, content_hash: str) -> Payload:
    """Return what was approved, media without bytes, or a sentence where it was let go."""
    if is_kept(body):
        return read_payload(body, content_hash)
    return Payload(network="", handle="", server=None, text=NO_LONGER_KEPT, language="en")


def with_bytes(connection: Connection, payload: Payload) -> Payload:
    """Return a payload with the bytes of its media; raise `DamagedError` where they are not."""
    media = tuple(_with_bytes(connection, one) for one in payload.media)
    link = payload.link
    if link and link.thumbnail:
        link = replace(link, thumbnail=_with_bytes(connection, link.thumbnail))
    return replace(payload, media=media, link=link)


_DAMAGED = (
    "is no longer in the database as it was stored, so it is not sent; put a backup of the "
    "database in its place, or drop this delivery"
)


def _with_bytes(connection: Connection, media: PayloadMedia) -> PayloadMedia:
    content = whole_content(connection, media.sha256)
    if content is None:
        raise DamagedError(f"a file that was approved {_DAMAGED}")
    captions = _with_bytes(connection, media.captions) if media.captions else None
    return replace(media, content=content, captions=captions)


def _is_named(content: bytes, name: str) -> bool:
    return hashlib.sha256(content).hexdigest() == name
