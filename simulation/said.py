"""Reads what our database says when everything has come to rest, and what the networks keep."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from campaign.models import Delivery
from campaign.payload import Form, payload_from_json
from campaign.store.database import Store
from campaign.store.deliveries import list_deliveries
from campaign.store.tables import ATTEMPT, MOVE, PAYLOAD
from rehearsal.server import Rehearsal, StoredPost
from simulation.cast import Cast
from simulation.history import (
    Account,
    Act,
    Applied,
    Content,
    History,
    Logged,
    Said,
    Stopped,
    Stored,
    Tried,
    Windows,
)
from simulation.journal import Journal


def read_history(
    store: Store, rehearsal: Rehearsal, cast: Cast, journal: Journal, ended_at: datetime
) -> History:
    """Put the three accounts of a campaign side by side."""
    with store.read() as connection:
        said = tuple(every_said(connection))
        contents = dict(every_content(connection))
    return History(
        ended_at=ended_at,
        channels={
            name: Account(network=seat.network, partner=seat.partner)
            for name, seat in cast.seats.items()
        },
        contents=contents,
        acts=tuple(act for act in journal.acts if _concerns(act, cast)),
        stored=tuple(sorted(_stored(rehearsal, cast, journal, contents), key=_order)),
        called=tuple(journal.called),
        said=tuple(one for one in said if one.channel in cast.seats),
    )


def _concerns(act: Act, cast: Cast) -> bool:
    """Leave out what is posted by hand: no network of ours can say what became of it."""
    return isinstance(act, Stopped | Windows) or act.delivery.split("/")[1] in cast.seats


def _order(post: Stored) -> int:
    return post.order


def _stored(
    rehearsal: Rehearsal, cast: Cast, journal: Journal, contents: Mapping[str, Content]
) -> Iterator[Stored]:
    known = {name: _by_id(rehearsal, name) for name in {one for one, _ in cast.channels}}
    for (network, handle), channels in cast.channels.items():
        for post in posts_of(rehearsal, network, handle):
            sent = journal.sent[network, post.remote_id]
            original = known[network].get(post.reposts or "")
            seen = original or post
            media = tuple(digest(one.content) for one in seen.media)
            shown = Content(text=seen.text, media=media, is_repost=original is not None)
            yield Stored(
                order=sent.order,
                checked=sent.checked,
                asked_at=sent.asked_at,
                called_at=sent.called_at,
                clock_off=sent.clock_off,
                fate=sent.fate,
                channel=_channel_of(shown, channels, journal, contents),
                remote_id=post.remote_id,
                url=post.url,
                text=seen.text,
                media=media,
                under=post.reposts or post.answers,
                passed_on=original.url if original else None,
                deleted=post.deleted_at is not None,
            )


def _by_id(rehearsal: Rehearsal, network: str) -> dict[str, StoredPost]:
    """Return everything that a network ever showed."""
    return {post.remote_id: post for post in rehearsal.posts(network, with_deleted=True)}


def _channel_of(
    shown: Content, channels: Sequence[str], journal: Journal, contents: Mapping[str, Content]
) -> str:
    """Tell which of an account's channels a post belongs to: the one that was to say this."""
    if len(channels) > 1:
        for act in journal.acts:
            if isinstance(act, Applied) and contents[act.content] == shown:
                channel = act.delivery.split("/")[1]
                if channel in channels:
                    return channel
    return channels[0]


def posts_of(rehearsal: Rehearsal, network: str, handle: str) -> list[StoredPost]:
    """Return everything an account ever showed."""
    return rehearsal.posts(network, handle, with_deleted=True)


def digest(content: bytes) -> str:
    """Return the name that a picture's bytes have in a history."""
    return hashlib.sha256(content).hexdigest()


def every_content(connection: Connection) -> Iterator[tuple[str, Content]]:
    """Yield every content that was ever applied, by its hash."""
    for row in connection.execute(select(PAYLOAD.c.content_hash, PAYLOAD.c.body)):
        payload = payload_from_json(row.body)
        media = tuple(one.sha256 for one in payload.media)
        repost = payload.form is Form.REPOST
        yield row.content_hash, Content(text=payload.text, media=media, is_repost=repost)


def every_said(connection: Connection) -> Iterator[Said]:
    """Yield what our database says of every delivery."""
    log: dict[str, list[Logged]] = defaultdict(list)
    for row in connection.execute(select(MOVE).order_by(MOVE.c.id)):
        line = Logged(before=row.from_state, after=row.to_state, why=row.why)
        log[row.delivery_id].append(line)
    tried: dict[str, list[Tried]] = defaultdict(list)
    for row in connection.execute(select(ATTEMPT).order_by(ATTEMPT.c.number)):
        tried[row.delivery_id].append(Tried(content=row.content_hash, key=row.delivery_key))
    for one in list_deliveries(connection):
        yield _say(one, log[one.id], tried[one.id])


def _say(one: Delivery, log: list[Logged], tried: list[Tried]) -> Said:
    return Said(
        delivery=one.id,
        channel=one.channel,
        state=one.state,
        note=one.note,
        remote_id=one.remote_id,
        url=one.url,
        by_person=one.evidence == "person",
        due_at=one.due_at,
        late_limit=timedelta(seconds=one.late_limit_s),
        log=tuple(log),
        attempts=tuple(tried),
        out_at=one.published_at,
    )
