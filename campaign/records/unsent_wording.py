"""Wording that never went out: given up before a network took it, and nobody's any more.

Whatever went out keeps its wording for good: the figures of a report are of it. And whatever may
yet go out keeps it, so that what was approved is what is sent.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Subquery, delete, exists, func, select, update

from campaign.payload import payload_from_json
from campaign.states import State
from campaign.store.media import drop_files
from campaign.store.payloads import DELETED
from campaign.store.tables import (
    ATTEMPT,
    CORRECTION,
    DELIVERY,
    LINK_CHECK,
    MEDIA,
    MOVE,
    PAYLOAD,
    SHOWN,
)

GIVEN_UP = (State.CANCELLED, State.DECLINED, State.NO_ANSWER)


def past_wording(before: datetime) -> Select[Any]:
    """Return the contents that were all given up before an instant, and that no network saw.

    A content that no delivery has any more, such as a wording that was replaced before it was
    sent, was given up when it was made. All in sets: it has to be quick with many deliveries.
    """
    given_up = _given_up()
    at = func.coalesce(given_up.c.at, PAYLOAD.c.created_at).label("past_at")
    columns = (PAYLOAD.c.content_hash, PAYLOAD.c.body, at)
    belongs = (given_up.c.post, given_up.c.partner, given_up.c.channel)
    query = select(*columns, *belongs).outerjoin(
        given_up, given_up.c.content_hash == PAYLOAD.c.content_hash
    )
    for wanted in _still_wanted():
        query = query.where(PAYLOAD.c.content_hash.not_in(wanted))
    return query.where(PAYLOAD.c.body != DELETED, at < before).order_by(at, PAYLOAD.c.content_hash)


def _given_up() -> Subquery:
    """Return by content when the last delivery of it was given up, and whose it was."""
    return (
        select(
            DELIVERY.c.content_hash,
            func.max(MOVE.c.at).label("at"),
            *(func.min(DELIVERY.c[name]).label(name) for name in ("post", "partner", "channel")),
        )
        .join(MOVE, MOVE.c.delivery_id == DELIVERY.c.id)
        .where(DELIVERY.c.state.in_(GIVEN_UP))
        .group_by(DELIVERY.c.content_hash)
        .subquery()
    )


def _still_wanted() -> tuple[Select[Any], ...]:
    return (
        select(DELIVERY.c.content_hash).where(DELIVERY.c.state.not_in(GIVEN_UP)),
        select(ATTEMPT.c.content_hash),
        select(CORRECTION.c.before_hash),
        select(CORRECTION.c.content_hash),
    )


def let_go(connection: Connection, rows: Sequence[Any]) -> None:
    """Empty the contents, keep their hashes, and delete pictures that nothing else shows."""
    hashes = [row.content_hash for row in rows]
    those = PAYLOAD.c.content_hash.in_(hashes)
    connection.execute(delete(LINK_CHECK).where(LINK_CHECK.c.content_hash.in_(hashes)))
    connection.execute(update(PAYLOAD).where(those).values(body=DELETED))
    pictures = {one for row in rows for one in _pictures(row.body)}
    for sha256 in sorted(pictures):
        named = exists().where(PAYLOAD.c.body.contains(sha256, autoescape=True))
        shown = exists().where(SHOWN.c.sha256 == sha256)
        drop_files(connection, MEDIA.c.sha256 == sha256, ~named, ~shown)


def _pictures(body: str) -> set[str]:
    return {one.sha256 for one in payload_from_json(body).all_media()}
