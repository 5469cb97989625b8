"""Rate limits that hold over every thread and process: asked in the claim's own transaction.

The attempts are the account book. An attempt counts against its channel's quota from the claim
until one window after its call has ended, so wherever in between the network counted it, no
window of the network's own can hold more than the quota. What the network's answers say is left
corrects the count downwards. The channel's row is locked meanwhile: two claims never count the
same state.
"""

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    func,
    or_,
    select,
    union_all,
    update,
)

from campaign.publishing.accounts import Seat, Standing
from campaign.store.deliveries import AnyDelivery, update_fields
from campaign.store.prepared import Prepared
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


_OURS = ATTEMPT.c.channel.in_(bindparam("channels", expanding=True))
_CALLED = or_(ATTEMPT.c.outcome.is_(None), ATTEMPT.c.outcome != "given-back")
_OPEN = and_(
    ATTEMPT.c.ended_at.is_(None),
    # One that a crash left open ended with its lease.
    ATTEMPT.c.started_at > bindparam("started_after"),
)
_ENDED = ATTEMPT.c.ended_at > bindparam("ended_after")


def _used(which: ColumnElement[bool]) -> Any:
    number = func.count().label("number")
    return select(ATTEMPT.c.channel, number).where(_OURS, which, _CALLED).group_by("channel")


# Two halves, because each of them is a stretch of the index.
_USED = Prepared(union_all(_used(_ENDED), _used(_OPEN)))
_IN_FLIGHT = Prepared(
    select(ATTEMPT.c.channel, func.count().label("number"))
    .where(_OURS, ATTEMPT.c.ended_at.is_(None))
    .group_by(ATTEMPT.c.channel)
)
# Those that ended first make room first; what is in flight cannot end before now.
_IN_THE_WAY = (
    select(ATTEMPT.c.ended_at)
    .where(_OURS, or_(_ENDED, _OPEN), _CALLED)
    .order_by(ATTEMPT.c.ended_at.is_(None), ATTEMPT.c.ended_at)
    .offset(bindparam("ahead"))
    .limit(1)
)
_SPEND = Prepared(
    update(CHANNEL)
    .where(CHANNEL.c.id == bindparam("channel"), CHANNEL.c.allowance.is_not(None))
    .values(allowance=CHANNEL.c.allowance - bindparam("cost"))
)
_OF_CHANNEL = update(CHANNEL).where(CHANNEL.c.id == bindparam("channel"))
_NOTE = Prepared(_OF_CHANNEL, "allowance", "allowance_until")
_REST = Prepared(_OF_CHANNEL, "not_before")


class Book:
    """The account book, open at the channels of one transaction, which has locked them."""

    def __init__(
        self,
        connection: Connection,
        standings: Mapping[str, Standing],
        quotas: Mapping[str, Sequence[Quota]],
        *,
        now: datetime,
        lease: timedelta,
    ) -> None:
        self._connection = connection
        self._standings = standings
        self._quotas = quotas
        self._now = now
        self._lease = lease
        self._counts: dict[tuple[timedelta, str], int] = {}
        self._spent: dict[str, list[int]] = {}
        """What each of this transaction's own claims costs, by channel."""

    def open_at(self, seats: Collection[Seat]) -> None:
        """Count, at once, what is used of every quota of these accounts."""
        channels: dict[timedelta, set[str]] = {}
        for seat in seats:
            for quota in self._quotas.get(seat.account.network, ()):
                channels.setdefault(quota.per, set()).update(seat.sharing[quota.scope])
        for per, some in channels.items():
            rows = _USED.rows(self._connection, self._window(some, per))
            for one in some:
                self._counts[per, one] = 0
            for row in rows:
                self._counts[per, row.channel] += row.number

    def room_at(self, seat: Seat) -> datetime | None:
        """Return when a post may be claimed if that is later than now; None where there is room."""
        quotas = self._quotas.get(seat.account.network, ())
        waits = [self._room_in(seat.sharing[one.scope], one) for one in quotas]
        waits.append(self._allowed_at(seat.account.id, quotas))
        return max((one for one in waits if one is not None), default=None)

    def use_up(self, seat: Seat) -> None:
        """Take in that one more post of this account is claimed."""
        quotas = self._quotas.get(seat.account.network, ())
        if quotas:
            self._spent.setdefault(seat.account.id, []).append(_cost(quotas))

    def close(self) -> None:
        """Take what was claimed from what the networks said is left."""
        spent = [{"channel": one, "cost": sum(costs)} for one, costs in self._spent.items()]
        if spent:
            _SPEND.change(self._connection, spent)

    def _room_in(self, sharing: Sequence[str], quota: Quota) -> datetime | None:
        most = quota.most // quota.cost
        used = sum(self._counts[quota.per, one] for one in sharing)
        used += sum(len(self._spent.get(one, ())) for one in sharing)
        if used < most:
            return None
        asked = {**self._window(sharing, quota.per), "ahead": used - most}
        last_in_the_way = self._connection.execute(_IN_THE_WAY, asked).scalar()
        return (last_in_the_way or self._now) + quota.per

    def _allowed_at(self, channel: str, quotas: Sequence[Quota]) -> datetime | None:
        known = self._standings[channel]
        until = known.allowance_until
        if not quotas or known.allowance is None or until is None or until <= self._now:
            return None
        left = known.allowance - sum(self._spent.get(channel, ()))
        return until if left < _cost(quotas) else None

    def _window(self, channels: Collection[str], per: timedelta) -> dict[str, Any]:
        after = self._now - per
        return {
            "channels": sorted(channels),
            "ended_after": after,
            "started_after": after - self._lease,
        }


def rest(connection: Connection, delivery: AnyDelivery, until: datetime) -> None:
    """Leave a delivery planned until there is room; its channel rests, so that none overtakes."""
    update_fields(
        connection, [delivery.id], not_before=until, note="waits for the network's rate limit"
    )
    _REST.change(connection, [{"channel": delivery.channel, "not_before": until}])


def note_allowances(
    connection: Connection,
    said: Mapping[str, tuple[Allowance, Sequence[Quota]]],
    standings: Mapping[str, Standing],
) -> dict[str, Standing]:
    """Write down what answers said, by channel, less what calls still in flight may take of it.

    Answers may be written in another order than they were given: within one window of the
    network the figure only goes down. Returns how these channels stand by now.
    """
    if not said:
        return {}
    rows = _IN_FLIGHT.rows(connection, {"channels": sorted(said)})
    in_flight = {row.channel: row.number for row in rows}
    found: dict[str, Standing] = {}
    for channel, (allowance, quotas) in said.items():
        known = standings[channel]
        left = allowance.left - in_flight.get(channel, 0) * _cost(quotas)
        ends = known.allowance_until
        if ends is not None and known.allowance is not None:
            left = min(left, known.allowance) if allowance.until <= ends + SAME_RESET else left
        found[channel] = Standing(
            channel, known.not_before, left, allowance.until, known.refused_access
        )
    lines = [
        {"channel": one.id, "allowance": one.allowance, "allowance_until": one.allowance_until}
        for one in found.values()
    ]
    _NOTE.change(connection, lines)
    return found


def _cost(quotas: Sequence[Quota]) -> int:
    return max(
        (one.cost for one in quotas if one.scope is QuotaScope.ACCOUNT), default=quotas[0].cost
    )
