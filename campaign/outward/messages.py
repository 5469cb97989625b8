"""The messages to subscribers as rows: taken by one sender at a time, ended, sent again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change
from campaign.store.tables import OUTWARD_MESSAGE, SUBSCRIBER

WAITING, ARRIVED, GIVEN_UP = "waiting", "arrived", "given-up"
LEASE = timedelta(minutes=2)
"""Longer than any try may take; who dies in one leaves it to the next after this."""
KEPT_FOR = timedelta(days=90)
"""How long a message that has ended can be sent again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message to one subscriber."""

    id: str
    subscriber: str
    kind: str
    about: str
    body: str
    made_at: datetime
    state: str
    tries: int
    next_at: datetime
    ended_at: datetime | None
    note: str


def due_messages(
    connection: Connection, names: Sequence[str], now: datetime, limit: int
) -> list[Message]:
    """Return what may be sent now to these subscribers, the oldest first."""
    query = (
        select(OUTWARD_MESSAGE)
        .join(SUBSCRIBER, SUBSCRIBER.c.name == OUTWARD_MESSAGE.c.subscriber)
        .where(SUBSCRIBER.c.disabled_at.is_(None), SUBSCRIBER.c.secret_sealed.is_not(None))
        .where(OUTWARD_MESSAGE.c.state == WAITING, OUTWARD_MESSAGE.c.next_at <= now)
        .where(OUTWARD_MESSAGE.c.subscriber.in_(list(names)))
        .order_by(OUTWARD_MESSAGE.c.made_at, OUTWARD_MESSAGE.c.id)
        .limit(limit)
    )
    return [_message(row) for row in connection.execute(query)]


def claim(connection: Connection, message: Message, now: datetime) -> bool:
    """Take a message for one try; False where somebody else has it."""
    taken = _as_seen(message).values(tries=message.tries + 1, next_at=now + LEASE)
    return connection.execute(taken).rowcount == 1


def finish(
    connection: Connection,
    message: Message,
    state: str,
    note: str,
    times: tuple[datetime, datetime],
) -> bool:
    """Write what became of the try that `claim` took; `times` are now and the next try.

    False where somebody has written something since.
    """
    now, next_at = times
    mine = update(OUTWARD_MESSAGE).where(
        OUTWARD_MESSAGE.c.id == message.id, OUTWARD_MESSAGE.c.tries == message.tries + 1
    )
    ended_at = None if state == WAITING else now
    values = {"state": state, "note": note, "next_at": next_at, "ended_at": ended_at}
    return connection.execute(mine.values(**values)).rowcount == 1


def list_messages(connection: Connection, subscriber: str, *, limit: int = 50) -> list[Message]:
    """Return the last messages to a subscriber, the newest first."""
    query = select(OUTWARD_MESSAGE).where(OUTWARD_MESSAGE.c.subscriber == subscriber)
    ordered = query.order_by(OUTWARD_MESSAGE.c.made_at.desc(), OUTWARD_MESSAGE.c.id).limit(limit)
    return [_message(row) for row in connection.execute(ordered)]


def replay(
    connection: Connection,
    subscriber: str,
    change: Change,
    *,
    ids: Sequence[str] = (),
    since: datetime | None = None,
) -> int:
    """Send messages again, each under the id it had: those named, else all that were given up.

    With `since` it is all from that instant on, arrived or not. Returns how many.
    """
    again = update(OUTWARD_MESSAGE).where(OUTWARD_MESSAGE.c.subscriber == subscriber)
    if ids:
        again = again.where(OUTWARD_MESSAGE.c.id.in_(list(ids)))
    elif since is not None:
        again = again.where(OUTWARD_MESSAGE.c.made_at >= since)
    else:
        again = again.where(OUTWARD_MESSAGE.c.state == GIVEN_UP)
    values = {"state": WAITING, "tries": 0, "next_at": change.at, "ended_at": None, "note": ""}
    number = connection.execute(again.values(**values)).rowcount
    if number:
        note_deed(connection, change, "sent again", f"subscriber {subscriber}: {number}")
    return number


def forget_old(connection: Connection, now: datetime) -> None:
    """Let go of messages about deliveries that ended long ago."""
    is_old = OUTWARD_MESSAGE.c.ended_at <= now - KEPT_FOR
    # Of reports it is known by the messages that they were told of.
    of_deliveries = OUTWARD_MESSAGE.c.source.startswith("move/")
    connection.execute(delete(OUTWARD_MESSAGE).where(is_old, of_deliveries))


def _as_seen(message: Message) -> Any:
    return update(OUTWARD_MESSAGE).where(
        OUTWARD_MESSAGE.c.id == message.id,
        OUTWARD_MESSAGE.c.state == WAITING,
        OUTWARD_MESSAGE.c.tries == message.tries,
        OUTWARD_MESSAGE.c.next_at == message.next_at,
    )


def _message(row: Row[Any]) -> Message:
    fields = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's mapping
    del fields["source"]
    return Message(**fields)
