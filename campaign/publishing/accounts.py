"""The accounts that deliveries go to, as the transaction of a claim or an outcome sees them.

What an account is changes only with `apply`, which nothing of this runs beside. What its network
has said of it (rest, what is left of a quota) changes with every post: that is read under a lock.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, or_, select

from campaign.store.tables import CHANNEL, DELIVERY
from connectors.quota import QuotaScope


@dataclass(frozen=True, slots=True)
class Account:
    """What has to be known to sign in to a channel's account."""

    id: str
    """The channel."""
    network: str
    partner: str
    mode: str
    handle: str
    server: str | None


@dataclass(frozen=True, slots=True)
class Seat:
    """An account, and the channels with which it shares a quota, each list in one order."""

    account: Account
    sharing: dict[QuotaScope, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a network has said of an account, in the channel's row."""

    id: str
    not_before: datetime | None
    allowance: int | None
    allowance_until: datetime | None
    refused_access: str | None


_OTHER = CHANNEL.alias()
_SEATS = (
    select(
        DELIVERY.c.id.label("delivery"),
        CHANNEL.c.id,
        CHANNEL.c.network,
        CHANNEL.c.partner,
        CHANNEL.c.mode,
        CHANNEL.c.handle,
        CHANNEL.c.server,
        _OTHER.c.id.label("other"),
        _OTHER.c.handle.label("other_handle"),
    )
    .join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
    .join(
        _OTHER,
        and_(
            _OTHER.c.network == CHANNEL.c.network,
            _OTHER.c.server.is_not_distinct_from(CHANNEL.c.server),
            or_(
                _OTHER.c.handle == CHANNEL.c.handle,
                CHANNEL.c.network.in_(bindparam("one_app", expanding=True)),
            ),
        ),
    )
    .where(DELIVERY.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_OTHER.c.id)
)
_STANDINGS = select(
    CHANNEL.c.id,
    CHANNEL.c.not_before,
    CHANNEL.c.allowance,
    CHANNEL.c.allowance_until,
    CHANNEL.c.refused_access,
).where(CHANNEL.c.id.in_(bindparam("ids", expanding=True)))
_LOCKED = _STANDINGS.order_by(CHANNEL.c.id.desc()).with_for_update()


def seats_of(
    connection: Connection, deliveries: Collection[str], *, one_app: Collection[str]
) -> dict[str, Seat]:
    """Return the seat of each delivery; `one_app` names networks whose accounts share a quota."""
    rows = connection.execute(_SEATS, {"ids": list(deliveries), "one_app": list(one_app)})
    found: dict[str, Seat] = {}
    for row in rows:
        seat = found.get(row.delivery)
        if seat is None:
            account = Account(row.id, row.network, row.partner, row.mode, row.handle, row.server)
            seat = found[row.delivery] = Seat(account, {QuotaScope.ACCOUNT: (), QuotaScope.APP: ()})
        seat.sharing[QuotaScope.APP] += (row.other,)
        if row.other_handle == row.handle:
            seat.sharing[QuotaScope.ACCOUNT] += (row.other,)
    return found


def lock(connection: Connection, channels: Iterable[str]) -> dict[str, Standing]:
    """Let nobody else claim on these channels or write of them until the transaction ends.

    One statement, the last in the alphabet first: two that lock several never wait for each
    other. SQLite has one writer anyway. To lock the first of those that share a quota is to lock
    the quota.
    """
    rows = connection.execute(_LOCKED, {"ids": sorted(set(channels))})
    return {row.id: Standing(*row) for row in rows}
