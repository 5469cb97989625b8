"""Writes what came of an attempt, fenced: a late answer to an old attempt changes nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, update

from campaign.publishing.verdict import Instead
from campaign.states import State
from campaign.store.deliveries import AnyDelivery, Change, Due, Step, move, move_all, standing
from campaign.store.prepared import Prepared
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

_END = Prepared(
    update(ATTEMPT).where(
        ATTEMPT.c.delivery_id == bindparam("the_id"), ATTEMPT.c.number == bindparam("the_number")
    ),
    "ended_at",
    "outcome",
    "error",
)
_FORGET = (
    update(CHANNEL)
    .where(
        CHANNEL.c.id.in_(bindparam("ids", expanding=True)), CHANNEL.c.refused_access.is_not(None)
    )
    .values(refused_access=None, not_before=None)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """The network has confirmed one attempt's post."""

    delivery: Due
    """As it was claimed: its attempt is the fence."""
    post: PublishedPost
    read_due_at: datetime | None


def write_all_published(
    connection: Connection, news: Sequence[News], *, who: str, at: datetime
) -> list[bool]:
    """Record that deliveries are out; False for those that another attempt has taken over.

    The caller sees to it that channels which were refused are used again.
    """
    if not news:
        return []
    there = standing(connection, [one.delivery for one in news], to_change=True)
    in_force = [(one.delivery.id, one.delivery.attempt) in there for one in news]
    done = [one for one, is_so in zip(news, in_force, strict=True) if is_so]
    move_all(connection, [_published(one, who, at) for one in done])
    _end_all(connection, [one.delivery for one in done], at)
    return in_force


def _published(news: News, who: str, at: datetime) -> Step:
    change = Change(who=who, at=at, why=f"the network confirmed it: {news.post.url}")
    values = facts_of(news.post, evidence="api", read_due_at=news.read_due_at)
    return Step(delivery=news.delivery, to=State.PUBLISHED, change=change, values=values)


def _end_all(connection: Connection, deliveries: Collection[AnyDelivery], at: datetime) -> None:
    ended = {"ended_at": at, "outcome": "published", "error": None}
    lines = [{"the_id": one.id, "the_number": one.attempt, **ended} for one in deliveries]
    if lines:
        _END.change(connection, lines)


def write_published(  # noqa: PLR0913 - each one is a fact of the outcome
    connection: Connection,
    delivery: AnyDelivery,
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
    forget_refusals(connection, [delivery.channel])
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
    delivery: AnyDelivery,
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


def give_back(
    connection: Connection, delivery: AnyDelivery, instead: Instead, now: datetime
) -> None:
    """Undo a claim whose call never started, because something came in between."""
    to = State.PLANNED if instead.to is State.AWAITING_APPROVAL else instead.to
    values = {"note": instead.why, "lease_until": None}
    if move(connection, delivery, to, Change(who="campaign", at=now, why=instead.why), values):
        end_attempt(connection, delivery, now, outcome="given-back", error=instead.why)


def _consequence(
    delivery: AnyDelivery, error: ConnectorError, now: datetime, settling: timedelta
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
    connection: Connection, delivery: AnyDelivery, now: datetime, *, outcome: str, error: str | None
) -> None:
    """Write what came of the attempt whose number the delivery carries."""
    line = {"the_id": delivery.id, "the_number": delivery.attempt}
    _END.change(connection, [{**line, "ended_at": now, "outcome": outcome, "error": error}])


def _forget_uploads(connection: Connection, delivery: AnyDelivery) -> None:
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


def forget_refusals(connection: Connection, channels: Collection[str]) -> None:
    """Let channels be used again: their networks have just accepted the accounts."""
    connection.execute(_FORGET, {"ids": sorted(channels)})
