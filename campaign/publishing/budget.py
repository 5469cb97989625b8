"""Rate limits that hold over every thread and process: asked in the claim's own transaction.

The attempts are the account book. An attempt counts against its channel's quota from the claim
until one window after its call has ended, so wherever in between the network counted it, no
window of the network's own can hold more than the quota. What the network's answers say is left
corrects the count downwards. The channel's row is locked meanwhile: two claims never count the
same state.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from campaign.models import Delivery
from campaign.store.deliveries import update_fields
from campaign.store.tables import ATTEMPT, CHANNEL
from connectors.quota import Quota, QuotaScope

SAME_RESET = timedelta(seconds=2)
"""Two answers of one window may name its end to different seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """What a network said is left of an account's quota, in its own unit, and until when."""

    left: int
    until: datetime


class Allowances:
    """What the latest answers said, by channel, until it is written down with the outcome."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said: dict[str, Allowance] = {}

    def saw(self, channel: str, left: int, until: datetime) -> None:
        """Keep what an answer said."""
        with self._lock:
            self._said[channel] = Allowance(left=left, until=until)

    def take(self, channel: str) -> Allowance | None:
        """Return what was said since the last time, if anything was."""
        with self._lock:
            return self._said.pop(channel, None)


def room_at(
    connection: Connection,
    delivery: Delivery,
    quotas: Sequence[Quota],
    *,
    now: datetime,
    lease: timedelta,
) -> datetime | None:
    """Return when a post may be claimed if that is later than now; None where there is room."""
    if not quotas:
        return None
    scopes = {one.scope for one in quotas}
    channels = {one: _channels(connection, delivery, one) for one in QuotaScope if one in scopes}
    for shared in channels.values():
        _lock(connection, shared[0])
    waits = [_room_in(connection, channels[one.scope], one, now, lease) for one in quotas]
    waits.append(_allowed_at(connection, delivery, quotas, now))
    return max((one for one in waits if one is not None), default=None)


def rest(connection: Connection, delivery: Delivery, until: datetime) -> None:
    """Leave a delivery planned until there is room; its channel rests, so that none overtakes."""
    update_fields(
        connection, [delivery.id], not_before=until, note="waits for the network's rate limit"
    )
    connection.execute(
        update(CHANNEL).where(CHANNEL.c.id == delivery.channel).values(not_before=until)
    )


def use_up(connection: Connection, delivery: Delivery, quotas: Sequence[Quota]) -> None:
    """Take one post's cost from what the network said is left."""
    if not quotas:
        return
    connection.execute(
        update(CHANNEL)
        .where(CHANNEL.c.id == delivery.channel, CHANNEL.c.allowance.is_not(None))
        .values(allowance=CHANNEL.c.allowance - _cost(quotas))
    )


def note_allowance(
    connection: Connection, channel: str, said: Allowance | None, quotas: Sequence[Quota]
) -> None:
    """Write down what an answer said, less what calls still in flight may take of it.

    Answers may be written in another order than they were given: within one window of the
    network the figure only goes down.
    """
    if said is None or not quotas:
        return
    in_flight = connection.execute(
        select(func.count()).where(ATTEMPT.c.channel == channel, ATTEMPT.c.ended_at.is_(None))
    ).scalar_one()
    left = said.left - in_flight * _cost(quotas)
    known = connection.execute(
        select(CHANNEL.c.allowance, CHANNEL.c.allowance_until).where(CHANNEL.c.id == channel)
    ).one()
    if known.allowance_until is not None and said.until <= known.allowance_until + SAME_RESET:
        left = min(left, known.allowance)
    connection.execute(
        update(CHANNEL)
        .where(CHANNEL.c.id == channel)
        .values(allowance=left, allowance_until=said.until)
    )


def _channels(connection: Connection, delivery: Delivery, scope: QuotaScope) -> list[str]:
    """Return the channels that share a quota: of the account, or all of the network."""
    own = select(CHANNEL.c.handle, CHANNEL.c.server).where(CHANNEL.c.id == delivery.channel)
    handle, server = connection.execute(own).one()
    query = select(CHANNEL.c.id).where(CHANNEL.c.network == delivery.network)
    query = query.where(CHANNEL.c.server.is_not_distinct_from(server))
    if scope is QuotaScope.ACCOUNT:
        query = query.where(CHANNEL.c.handle == handle)
    return list(connection.execute(query.order_by(CHANNEL.c.id)).scalars())


def _lock(connection: Connection, channel: str) -> None:
    """Let one claim at a time count what these channels share; SQLite has one writer anyway.

    The first channel stands for all. The own one, the account's first, the network's first: each
    is no later in the alphabet than the one before, so no two claims wait for each other.
    """
    query = select(CHANNEL.c.id).where(CHANNEL.c.id == channel)
    connection.execute(query.with_for_update(key_share=True)).all()


def _room_in(
    connection: Connection, channels: Sequence[str], quota: Quota, now: datetime, lease: timedelta
) -> datetime | None:
    most = quota.most // quota.cost
    counted = _counted(channels, now - quota.per, lease)
    used = connection.execute(select(func.count()).select_from(ATTEMPT).where(counted)).scalar_one()
    if used < most:
        return None
    # Those that ended first make room first; what is in flight cannot end before now.
    ended = (
        select(ATTEMPT.c.ended_at)
        .where(counted)
        .order_by(ATTEMPT.c.ended_at.is_(None), ATTEMPT.c.ended_at)
    )
    last_in_the_way = connection.execute(ended.offset(used - most).limit(1)).scalar()
    return (last_in_the_way or now) + quota.per


def _counted(
    channels: Sequence[str], ended_after: datetime, lease: timedelta
) -> ColumnElement[bool]:
    """Say which attempts are in the window; one that a crash left open ended with its lease."""
    still_open = and_(ATTEMPT.c.ended_at.is_(None), ATTEMPT.c.started_at > ended_after - lease)
    called = or_(ATTEMPT.c.outcome.is_(None), ATTEMPT.c.outcome != "given-back")
    return and_(
        ATTEMPT.c.channel.in_(channels), or_(ATTEMPT.c.ended_at > ended_after, still_open), called
    )


def _allowed_at(
    connection: Connection, delivery: Delivery, quotas: Sequence[Quota], now: datetime
) -> datetime | None:
    query = select(CHANNEL.c.allowance, CHANNEL.c.allowance_until)
    row = connection.execute(query.where(CHANNEL.c.id == delivery.channel)).one()
    if row.allowance_until is None or row.allowance_until <= now:
        return None
    until: datetime = row.allowance_until
    return until if row.allowance < _cost(quotas) else None


def _cost(quotas: Sequence[Quota]) -> int:
    return max(
        (one.cost for one in quotas if one.scope is QuotaScope.ACCOUNT), default=quotas[0].cost
    )
