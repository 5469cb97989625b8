"""The accounts that deliveries go to, as the transaction of a claim or an outcome sees them.

What an account is changes only with `apply`, which nothing of this runs beside. What its network
has said of it (rest, what is left of a quota) changes with every post: that is read under a lock.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, select

from campaign.store.prepared import Prepared
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
_SEATS = Prepared(
    select(
        DELIVERY.c.id.label("delivery"),
        CHANNEL.c.id,
        CHANNEL.c.network,
        CHANNEL.c.partner,
        CHANNEL.c.mode,
        CHANNEL.c.handle,
        CHANNEL.c.server,
        _OTHER.c.id.label("other"),
    )
    .join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
    .join(
        _OTHER,
        and_(
            _OTHER.c.handle == CHANNEL.c.handle,
            _OTHER.c.network == CHANNEL.c.network,
            _OTHER.c.server.is_not_distinct_from(CHANNEL.c.server),
        ),
    )
    .where(DELIVERY.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_OTHER.c.id)
)
_OF_APP = Prepared(
    select(CHANNEL.c.id, CHANNEL.c.network, CHANNEL.c.server)
    .where(CHANNEL.c.network.in_(bindparam("networks", expanding=True)))
    .order_by(CHANNEL.c.id)
)
_STANDINGS = select(
    CHANNEL.c.id,
    CHANNEL.c.not_before,
    CHANNEL.c.allowance,
    CHANNEL.c.allowance_until,
    CHANNEL.c.refused_access,
).where(CHANNEL.c.id.in_(bindparam("ids", expanding=True)))
_LOCKED = Prepared(_STANDINGS.order_by(CHANNEL.c.id.desc()).with_for_update())


def seats_of(
    connection: Connection, deliveries: Collection[str], *, one_app: Collection[str]
) -> dict[str, Seat]:
    """Return the seat of each delivery; `one_app` names networks whose accounts share a quota."""
    found: dict[str, Seat] = {}
    for row in _SEATS.rows(connection, {"ids": list(deliveries)}):
        seat = found.get(row.delivery)
        if seat is None:
            account = Account(row.id, row.network, row.partner, row.mode, row.handle, row.server)
            seat = found[row.delivery] = Seat(account, {QuotaScope.ACCOUNT: (), QuotaScope.APP: ()})
        seat.sharing[QuotaScope.ACCOUNT] += (row.other,)
    _share_apps(connection, list(found.values()), one_app)
    return found


def _share_apps(connection: Connection, seats: Collection[Seat], one_app: Collection[str]) -> None:
    """Tell every seat with which channels it shares an app; most keep to themselves."""
    networks = sorted({seat.account.network for seat in seats} & set(one_app))
    of_app: dict[tuple[str, str | None], tuple[str, ...]] = {}
    if networks:
        for row in _OF_APP.rows(connection, {"networks": networks}):
            app = (row.network, row.server)
            of_app[app] = (*of_app.get(app, ()), row.id)
    for seat in seats:
        app = (seat.account.network, seat.account.server)
        seat.sharing[QuotaScope.APP] = of_app.get(app, seat.sharing[QuotaScope.ACCOUNT])


def lock(connection: Connection, channels: Iterable[str]) -> dict[str, Standing]:
    """Let nobody else claim on these channels or write of them until the transaction ends.

    One statement, the last in the alphabet first: two that lock several never wait for each
    other. SQLite has one writer anyway. To lock the first of those that share a quota is to lock
    the quota.
    """
    rows = _LOCKED.rows(connection, {"ids": sorted(set(channels))})
    return {row.id: Standing(*row) for row in rows}
