"""Keeps what will be sent, payloads and media by content hash: publishing reads no files."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from campaign.payload import Payload, PayloadMedia, payload_from_json
from campaign.store.backends import insert
from campaign.store.tables import MEDIA, PAYLOAD


def save_payload(connection: Connection, payload: Payload, at: datetime) -> str:
    """Store a payload with its media and return its content hash; saving twice is harmless."""
    for media in payload.all_media():
        connection.execute(
            insert(connection, MEDIA)
            .values(sha256=media.sha256, media_type=media.media_type, content=media.content)
            .on_conflict_do_nothing()
        )
    connection.execute(
        insert(connection, PAYLOAD)
        .values(content_hash=payload.content_hash, body=payload.to_json(), created_at=at)
        .on_conflict_do_nothing()
    )
    return payload.content_hash


def load_payload(connection: Connection, content_hash: str) -> Payload:
    """Return what was approved, media bytes included."""
    body = connection.execute(
        select(PAYLOAD.c.body).where(PAYLOAD.c.content_hash == content_hash)
    ).scalar_one()
    payload = payload_from_json(body)
    media = tuple(_with_bytes(connection, one) for one in payload.media)
    link = payload.link
    if link and link.thumbnail:
        link = replace(link, thumbnail=_with_bytes(connection, link.thumbnail))
    return replace(payload, media=media, link=link)


def _with_bytes(connection: Connection, media: PayloadMedia) -> PayloadMedia:
    content = connection.execute(
        select(MEDIA.c.content).where(MEDIA.c.sha256 == media.sha256)
    ).scalar_one()
    return replace(media, content=content)
