"""Writes what came of an attempt, fenced: a late answer to an old attempt changes nothing."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, update

from campaign.models import Delivery
from campaign.publishing.verdict import Instead
from campaign.states import State
from campaign.store.deliveries import Change, move
from campaign.store.tables import ATTEMPT, CHANNEL
from connectors.contract import (
    AccessRefused,
    ConnectorError,
    NotSent,
    OutcomeUnknown,
    PublishedPost,
    Refused,
)

SHORTEST_WAIT = timedelta(seconds=1)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=10)
ACCESS_PAUSE = timedelta(minutes=15)
"""How long a channel rests after its network refused the account."""


def write_published(  # noqa: PLR0913 - each one is a fact of the outcome
    connection: Connection,
    delivery: Delivery,
    post: PublishedPost,
    change: Change,
    *,
    evidence: str,
    read_due_at: datetime | None,
) -> bool:
    """Record that a delivery is out; `evidence` says how we know: `api`, `found` or `person`."""
    values = facts_of(post, evidence=evidence, read_due_at=read_due_at)
    if not move(connection, delivery, State.PUBLISHED, change, values):
        return False
    end_attempt(connection, delivery, change.at, outcome="published", error=None)
    forget_refusal(connection, delivery.channel)
    return True


def facts_of(post: PublishedPost, *, evidence: str, read_due_at: datetime | None) -> dict[str, Any]:
    """Return what a delivery's row says of a post that is out."""
    return {
        "published_at": post.published_at,
        "remote_id": post.remote_id,
        "url": post.url,
        "evidence": evidence,
        "note": "; ".join(post.warnings),
        "read_due_at": read_due_at,
        "lease_until": None,
        "not_before": None,
    }


def write_failure(
    connection: Connection,
    delivery: Delivery,
    error: ConnectorError,
    *,
    now: datetime,
    settling: timedelta,
) -> State | None:
    """Record an attempt that did not publish; return the new state, None if fenced off."""
    to, outcome, not_before = _consequence(delivery, error, now, settling)
    values = {"note": str(error), "not_before": not_before, "lease_until": None}
    change = Change(who="campaign", at=now, why=str(error))
    if not move(connection, delivery, to, change, values):
        return None
    end_attempt(connection, delivery, now, outcome=outcome, error=str(error))
    if isinstance(error, NotSent) and error.uploads_gone:
        _forget_uploads(connection, delivery)
    _tell_channel(connection, delivery.channel, error, now)
    return to


def give_back(connection: Connection, delivery: Delivery, instead: Instead, now: datetime) -> None:
    """Undo a claim whose call never started, because something came in between."""
    to = State.PLANNED if instead.to is State.AWAITING_APPROVAL else instead.to
    values = {"note": instead.why, "lease_until": None}
    if move(connection, delivery, to, Change(who="campaign", at=now, why=instead.why), values):
        end_attempt(connection, delivery, now, outcome="given-back", error=instead.why)


def _consequence(
    delivery: Delivery, error: ConnectorError, now: datetime, settling: timedelta
) -> tuple[State, str, datetime | None]:
    if isinstance(error, NotSent):
        wait = min(FIRST_WAIT * 2 ** min(delivery.attempt - 1, 10), LONGEST_WAIT)
        # A network may name a time that is already past; never go round without a pause.
        again_at = max(error.retry_at, now + SHORTEST_WAIT) if error.retry_at else now + wait
        return State.PLANNED, "not-sent", again_at
    if isinstance(error, Refused):
        return State.REFUSED, "refused", None
    if isinstance(error, OutcomeUnknown):
        return State.UNKNOWN, "unknown", now + settling
    message = f"{type(error).__name__} is none of the errors a connector may raise"
    raise TypeError(message)


def end_attempt(
    connection: Connection, delivery: Delivery, now: datetime, *, outcome: str, error: str | None
) -> None:
    """Write what came of the attempt whose number the delivery carries."""
    connection.execute(
        update(ATTEMPT)
        .where(ATTEMPT.c.delivery_id == delivery.id, ATTEMPT.c.number == delivery.attempt)
        .values(ended_at=now, outcome=outcome, error=error)
    )


def _forget_uploads(connection: Connection, delivery: Delivery) -> None:
    connection.execute(
        update(ATTEMPT).where(ATTEMPT.c.delivery_id == delivery.id).values(prepared_json=None)
    )


def _tell_channel(
    connection: Connection, channel: str, error: ConnectorError, now: datetime
) -> None:
    values: dict[str, Any] = {}
    if isinstance(error, NotSent) and error.retry_at:
        values = {"not_before": error.retry_at}
    elif isinstance(error, AccessRefused):
        values = {"not_before": now + ACCESS_PAUSE, "refused_access": str(error)}
    if values:
        connection.execute(update(CHANNEL).where(CHANNEL.c.id == channel).values(**values))


def forget_refusal(connection: Connection, channel: str) -> None:
    """Let a channel be used again: its network has just accepted the account."""
    connection.execute(
        update(CHANNEL)
        .where(CHANNEL.c.id == channel, CHANNEL.c.refused_access.is_not(None))
        .values(refused_access=None, not_before=None)
    )
