"""What is kept of subscribers: their secrets, sealed, and whether they still answer.

A secret is bound to the server that it was made for: where the schedule names another one, nothing
is sent until a person has made a new secret.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, select, update

from campaign.credentials.sealing import Belonging, Seal
from campaign.schedule.subscribers import Subscriber
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change
from campaign.store.tables import SUBSCRIBER
from connectors.standard_webhooks import key_of, new_secret

OLD_FOR = timedelta(hours=24)
"""How long messages are signed with the secret before as well, so that receivers can change."""


class NoSecretError(Exception):
    """Messages to a subscriber cannot be signed; the message says what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a subscriber stands."""

    name: str
    told_to: int
    since: datetime
    has_secret: bool
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: str


def known_subscribers(connection: Connection) -> dict[str, Standing]:
    """Return every subscriber that there is or was, by name."""
    rows = connection.execute(select(SUBSCRIBER).order_by(SUBSCRIBER.c.name))
    return {row.name: _standing(row) for row in rows}


def make_secret(
    connection: Connection, name: str, to: Subscriber, seal: Seal, change: Change
) -> str:
    """Make a secret for a subscriber and return it; the one before holds for a day more.

    The subscriber has to be taken in already. Raises `SealError` where there is no key for it.
    """
    secret = new_secret()
    row = connection.execute(select(SUBSCRIBER).where(SUBSCRIBER.c.name == name)).one()
    values = {
        "secret_sealed": seal.seal_text(_belonging(name, to.url), secret),
        "old_secret_sealed": row.secret_sealed,
        "old_until": change.at + OLD_FOR if row.secret_sealed else None,
    }
    connection.execute(update(SUBSCRIBER).where(SUBSCRIBER.c.name == name).values(**values))
    note_deed(connection, change, "made secret", f"subscriber {name}")
    return secret


def keys_of(
    connection: Connection, name: str, to: Subscriber, seal: Seal, now: datetime
) -> list[bytes]:
    """Return what messages are signed with at this instant, the newest first.

    Raises `NoSecretError` where there is none for the server that the schedule names.
    """
    row = connection.execute(select(SUBSCRIBER).where(SUBSCRIBER.c.name == name)).first()
    sealed = [] if row is None else [row.secret_sealed]
    if row is not None and row.old_until is not None and now < row.old_until:
        sealed.append(row.old_secret_sealed)
    belonging = _belonging(name, to.url)
    opened = [seal.open_text(belonging, one) for one in sealed if one is not None]
    if not opened or opened[0] is None:
        message = f"no secret for {to.url}; make one with `campaign subscriber secret {name}`"
        raise NoSecretError(message)
    return [key_of(one) for one in opened if one is not None]


def note_arrival(connection: Connection, name: str) -> None:
    """Write down that a message has arrived: whatever failed before is over."""
    arrived = update(SUBSCRIBER).where(
        SUBSCRIBER.c.name == name, SUBSCRIBER.c.failing_since.is_not(None)
    )
    connection.execute(arrived.values(failing_since=None))


def note_failure(connection: Connection, name: str, now: datetime) -> datetime:
    """Write down that a message did not arrive; return since when none has."""
    failing = update(SUBSCRIBER).where(
        SUBSCRIBER.c.name == name, SUBSCRIBER.c.failing_since.is_(None)
    )
    connection.execute(failing.values(failing_since=now))
    query = select(SUBSCRIBER.c.failing_since).where(SUBSCRIBER.c.name == name)
    since: datetime = connection.execute(query).scalar_one()
    return since


def disable(connection: Connection, name: str, why: str, now: datetime) -> bool:
    """Send a subscriber nothing more until a person says so; False where that is so already."""
    still = update(SUBSCRIBER).where(SUBSCRIBER.c.name == name, SUBSCRIBER.c.disabled_at.is_(None))
    return connection.execute(still.values(disabled_at=now, disabled_why=why)).rowcount == 1


def enable(connection: Connection, name: str, change: Change) -> bool:
    """Send a subscriber messages again, those that waited first; False where that is so already."""
    disabled = update(SUBSCRIBER).where(
        SUBSCRIBER.c.name == name, SUBSCRIBER.c.disabled_at.is_not(None)
    )
    values: dict[str, Any] = {"disabled_at": None, "disabled_why": "", "failing_since": None}
    is_done = connection.execute(disabled.values(**values)).rowcount == 1
    if is_done:
        note_deed(connection, change, "enabled", f"subscriber {name}")
    return is_done


def _belonging(name: str, url: str) -> Belonging:
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    return Belonging(channel=f"subscriber {name}", origin=origin, grant_id="secret")


def _standing(row: Any) -> Standing:
    return Standing(
        name=row.name,
        told_to=row.told_to,
        since=row.since,
        has_secret=row.secret_sealed is not None,
        failing_since=row.failing_since,
        disabled_at=row.disabled_at,
        disabled_why=row.disabled_why,
    )
