"""The claim: the intent to send, written and committed before the network is called.

A claim is an attempt row and the state `sending` under a lease, in one transaction. Whoever
finds the row in another state has lost the race and sends nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from campaign.models import Delivery
from campaign.publishing.budget import rest, room_at, use_up
from campaign.publishing.verdict import Instead, objection
from campaign.states import State
from campaign.store.deliveries import Change, get_delivery, move
from campaign.store.tables import ATTEMPT, CHANNEL
from connectors.contract import DeliveryKey
from connectors.quota import Quota

ChooseKey = Callable[[str, str, datetime], DeliveryKey]


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """The right to make one attempt at a delivery until the lease ends."""

    delivery: Delivery
    """As it stands after the claim: `sending`, with the attempt's number as its fence."""
    key: DeliveryKey
    prepared_json: str | None
    """What an earlier attempt at the same content had already uploaded."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Worker:
    """Who claims, for how long, and within which quotas."""

    name: str
    lease: timedelta
    quotas: Mapping[str, tuple[Quota, ...]] = field(default_factory=dict)
    """By network."""


def claim(
    connection: Connection,
    delivery_id: str,
    *,
    worker: Worker,
    now: datetime,
    choose_key: ChooseKey,
) -> Claim | Instead | None:
    """Claim a planned delivery that is due, or move it to where it belongs and say where.

    Where a quota is used up it stays planned and rests with its channel until there is room.
    """
    delivery = get_delivery(connection, delivery_id)
    if delivery is None or not _ripe(connection, delivery, now):
        return None
    against = objection(connection, delivery, now)
    if against:
        return against if move_instead(connection, delivery, against, now) else None
    quotas = worker.quotas.get(delivery.network, ())
    until = room_at(connection, delivery, quotas, now=now, lease=worker.lease)
    if until:
        rest(connection, delivery, until)
        return None
    use_up(connection, delivery, quotas)
    earlier = _earlier_attempt(connection, delivery)
    if earlier is None:
        key = choose_key(delivery.id, delivery.content_hash, now)
        earlier = (key, None)
    return _write(connection, delivery, worker, now, earlier=earlier)


def move_instead(
    connection: Connection, delivery: Delivery, against: Instead, now: datetime
) -> bool:
    """Move a delivery that may not go out to where it belongs, with the reason as its note."""
    change = Change(who="campaign", at=now, why=against.why)
    values = {"note": against.why, "lease_until": None}
    return move(connection, delivery, against.to, change, values)


def _ripe(connection: Connection, delivery: Delivery, now: datetime) -> bool:
    if delivery.state != State.PLANNED or delivery.due_at > now:
        return False
    if delivery.not_before and delivery.not_before > now:
        return False
    # Locking the channel's row lets the claims on one channel happen one after the other.
    query = select(CHANNEL.c.not_before).where(CHANNEL.c.id == delivery.channel)
    wait_until = connection.execute(query.with_for_update()).scalar()
    return wait_until is None or wait_until <= now


def _earlier_attempt(
    connection: Connection, delivery: Delivery
) -> tuple[DeliveryKey, str | None] | None:
    # The key belongs to the delivery's content, not to the attempt: the same content gets the
    # same key for ever, so that a network which honours keys can never be made to post twice.
    query = (
        select(ATTEMPT.c.delivery_key, ATTEMPT.c.prepared_json)
        .where(ATTEMPT.c.delivery_id == delivery.id)
        .where(ATTEMPT.c.content_hash == delivery.content_hash)
        .order_by(ATTEMPT.c.number.desc())
    )
    row = connection.execute(query.limit(1)).first()
    return (DeliveryKey(row.delivery_key), row.prepared_json) if row else None


def _write(
    connection: Connection,
    delivery: Delivery,
    worker: Worker,
    now: datetime,
    *,
    earlier: tuple[DeliveryKey, str | None],
) -> Claim | None:
    key, prepared_json = earlier
    number = delivery.attempt + 1
    values = {"attempt": number, "lease_until": now + worker.lease, "not_before": None}
    change = Change(who=worker.name, at=now, why=f"attempt {number}")
    if not move(connection, delivery, State.SENDING, change, values):
        return None
    connection.execute(
        insert(ATTEMPT).values(
            delivery_id=delivery.id,
            number=number,
            channel=delivery.channel,
            content_hash=delivery.content_hash,
            delivery_key=key,
            worker=worker.name,
            started_at=now,
            prepared_json=prepared_json,
        )
    )
    claimed = Delivery(**{**delivery.model_dump(), **values, "state": State.SENDING})
    return Claim(delivery=claimed, key=key, prepared_json=prepared_json)


def save_prepared(connection: Connection, claimed: Claim, prepared_json: str) -> None:
    """Keep what `prepare` left at the network, so that a later attempt uploads nothing again."""
    connection.execute(
        update(ATTEMPT)
        .where(ATTEMPT.c.delivery_id == claimed.delivery.id)
        .where(ATTEMPT.c.number == claimed.delivery.attempt)
        .values(prepared_json=prepared_json)
    )
