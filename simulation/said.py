"""Reads what our database says when everything has come to rest, and what the networks keep."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from campaign.models import Delivery
from campaign.payload import payload_from_json
from campaign.store.database import Store
from campaign.store.deliveries import list_deliveries
from campaign.store.tables import ATTEMPT, MOVE, PAYLOAD
from rehearsal.server import Rehearsal, StoredPost
from simulation.campaigns import CHANNELS, digest
from simulation.history import Account, Content, History, Logged, Said, Stored, Tried
from simulation.journal import Journal


def read_history(
    store: Store, rehearsal: Rehearsal, journal: Journal, ended_at: datetime
) -> History:
    """Put the three accounts of a campaign side by side."""
    with store.read() as connection:
        said = tuple(every_said(connection))
        contents = dict(every_content(connection))
    return History(
        ended_at=ended_at,
        channels={name: Account(network=one[0], partner=one[1]) for name, one in CHANNELS.items()},
        contents=contents,
        acts=tuple(journal.acts),
        stored=tuple(sorted(_stored(rehearsal, journal), key=lambda post: post.order)),
        called=tuple(journal.called),
        said=said,
    )


def _stored(rehearsal: Rehearsal, journal: Journal) -> Iterator[Stored]:
    for channel, (network, _, handle) in CHANNELS.items():
        for post in posts_of(rehearsal, network, handle):
            sent = journal.sent[network, post.remote_id]
            yield Stored(
                order=sent.order,
                asked_at=sent.asked_at,
                called_at=sent.called_at,
                clock_off=sent.clock_off,
                fate=sent.fate,
                channel=channel,
                remote_id=post.remote_id,
                url=post.url,
                text=post.text,
                media=tuple(digest(one.content) for one in post.media),
            )


def posts_of(rehearsal: Rehearsal, network: str, handle: str) -> list[StoredPost]:
    """Return everything an account ever showed."""
    every = rehearsal.posts(network, with_deleted=True)
    return [post for post in every if post.handle == handle]


def every_content(connection: Connection) -> Iterator[tuple[str, Content]]:
    """Yield every content that was ever applied, by its hash."""
    for row in connection.execute(select(PAYLOAD.c.content_hash, PAYLOAD.c.body)):
        payload = payload_from_json(row.body)
        media = tuple(one.sha256 for one in payload.media)
        yield row.content_hash, Content(text=payload.text, media=media)


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
    )
