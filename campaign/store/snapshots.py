"""Writes what networks and partners said of posts and accounts, and finds what is to be read.

Snapshots are only ever appended to: collection and imports write them here, the report reads
them. The rows hold counts and nothing else that a network may have sent along.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from campaign.instants import to_micros
from campaign.states import State
from campaign.store.backends import insert
from campaign.store.many import Many
from campaign.store.series_weeks import follow, series_ids
from campaign.store.tables import (
    ACCOUNT_SNAPSHOT,
    CAMPAIGN,
    CHANNEL,
    DELIVERY,
    PARTNER_LEAVING,
    READING,
    SNAPSHOT,
)

_LEFT = select(PARTNER_LEAVING.c.partner).where(PARTNER_LEAVING.c.back_at.is_(None))
"""Partners that have left: nobody asks the networks for them any more."""
SIGNED_IN = "connected"
"""The mode of channels that we have been signed in to; others are posted to by hand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SnapshotLine:
    """One count of one delivery, or the reason why there is none."""

    delivery_id: str
    metric: str
    definition: str
    source: str
    observed_at: datetime
    recorded_at: datetime
    value: int | None
    reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountLine:
    """One count of one account, or the reason why there is none."""

    channel: str
    metric: str
    definition: str
    observed_at: datetime
    recorded_at: datetime
    value: int | None
    reason: str | None


def add_snapshots(connection: Connection, lines: Iterable[SnapshotLine]) -> None:
    """Append snapshots and bring their weeks up to date; the very same line again adds nothing."""
    listed = list(lines)
    if not listed:
        return
    ids = series_ids(
        connection,
        {(one.delivery_id, one.definition, one.source): one.metric for one in listed},
    )
    rows = [
        (
            ids[one.delivery_id, one.definition, one.source],
            to_micros(one.observed_at),
            to_micros(one.recorded_at),
            one.value,
            one.reason,
        )
        for one in listed
    ]
    _ADD_READING.execute(connection, rows)
    points = [
        (series, str(line.metric), observed, recorded, value)
        for (series, observed, recorded, value, _), line in zip(rows, listed, strict=True)
        if value is not None
    ]
    follow(connection, points, _zone(connection))


def add_account_snapshots(connection: Connection, lines: Iterable[AccountLine]) -> None:
    """Append an account's own numbers; the very same line again adds nothing."""
    rows = [asdict(line) for line in lines]
    if rows:
        connection.execute(insert(connection, ACCOUNT_SNAPSHOT).on_conflict_do_nothing(), rows)


def known_values(
    connection: Connection, delivery_ids: Iterable[str], source: str
) -> dict[tuple[str, str, datetime], int | None]:
    """Return what is held by (delivery, definition, observed_at); the last recorded value holds."""
    query = (
        select(SNAPSHOT)
        .where(SNAPSHOT.c.delivery_id.in_(sorted(set(delivery_ids))), SNAPSHOT.c.source == source)
        .order_by(SNAPSHOT.c.recorded_at, SNAPSHOT.c.value)
    )
    return {
        (row.delivery_id, row.definition, row.observed_at): row.value
        for row in connection.execute(query)
    }


def take_due(connection: Connection, now: datetime, back_at: datetime) -> Sequence[Row[Any]]:
    """Claim every post that is to be read by `now`: nobody else gets it before `back_at`.

    Should this worker die, its posts come back by themselves.
    """
    due = connection.execute(_readable().where(DELIVERY.c.read_due_at <= now)).all()
    # One row at a time: a statement holds a limited number of values, a catch-up does not.
    claim = update(DELIVERY).where(DELIVERY.c.read_due_at <= now).values(read_due_at=back_at)
    return [row for row in due if connection.execute(claim.where(DELIVERY.c.id == row.id)).rowcount]


def bring_forward(connection: Connection, now: datetime) -> None:
    """Let every live post be due now that is to be read later; what is read no more stays so."""
    later = _readable().where(DELIVERY.c.read_due_at > now)
    for row in connection.execute(later).all():
        set_read_due(connection, row.id, now)


def next_reading(connection: Connection) -> datetime | None:
    """Return when the next post is to be read; None where none is."""
    joined = DELIVERY.join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
    soonest = select(func.min(DELIVERY.c.read_due_at)).select_from(joined).where(_is_readable())
    return connection.execute(soonest).scalar()


def take_due_accounts(
    connection: Connection, now: datetime, back_at: datetime
) -> Sequence[Row[Any]]:
    """Claim every account whose own numbers are to be read by `now`."""
    is_due = or_(CHANNEL.c.followers_due_at.is_(None), CHANNEL.c.followers_due_at <= now)
    columns = (CHANNEL.c.id, CHANNEL.c.network)
    query: Select[Any] = select(*columns).where(_reachable(), is_due).order_by(CHANNEL.c.id)
    due = connection.execute(query).all()
    claim = update(CHANNEL).where(is_due).values(followers_due_at=back_at)
    return [row for row in due if connection.execute(claim.where(CHANNEL.c.id == row.id)).rowcount]


def awaiting_read(connection: Connection, until: datetime) -> Sequence[Row[Any]]:
    """Return posts whose next read is to be tried by an instant, with when counts last came.

    A read that failed is tried again later, so a post may be long overdue and yet be planned for
    the near future: only `read_at`, None where no count has ever come, tells how old they are.
    """
    last = (
        select(func.max(SNAPSHOT.c.observed_at))
        .where(
            SNAPSHOT.c.delivery_id == DELIVERY.c.id,
            SNAPSHOT.c.source == "api",
            SNAPSHOT.c.value.is_not(None),
        )
        .correlate(DELIVERY)
        .scalar_subquery()
    )
    columns = (DELIVERY.c.network, DELIVERY.c.published_at, last.label("read_at"))
    joined = DELIVERY.join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
    query: Select[Any] = select(*columns).select_from(joined).where(_is_readable())
    return connection.execute(query.where(DELIVERY.c.read_due_at <= until)).all()


def next_due_at(connection: Connection) -> datetime | None:
    """Return when the next post or account is to be read; None while nothing is."""
    posts = connection.execute(
        select(func.min(DELIVERY.c.read_due_at))
        .select_from(DELIVERY.join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel))
        .where(_is_readable())
    ).scalar()
    accounts = connection.execute(
        select(func.min(CHANNEL.c.followers_due_at)).where(_reachable())
    ).scalar()
    return min((at for at in (posts, accounts) if at is not None), default=None)


def set_read_due(connection: Connection, delivery_id: str, due_at: datetime | None) -> None:
    """Say when a post is to be read next; None means never again."""
    connection.execute(
        update(DELIVERY).where(DELIVERY.c.id == delivery_id).values(read_due_at=due_at)
    )


def mark_gone(connection: Connection, delivery_id: str, seen_at: datetime) -> None:
    """Note that the network no longer has the post; the first such answer counts."""
    connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.id == delivery_id, DELIVERY.c.deleted_at.is_(None))
        .values(deleted_at=seen_at)
    )


def set_followers_due(connection: Connection, channel: str, due_at: datetime | None) -> None:
    """Say when an account's own numbers are to be read next."""
    connection.execute(
        update(CHANNEL).where(CHANNEL.c.id == channel).values(followers_due_at=due_at)
    )


def note_refused_access(connection: Connection, channel: str, why: str) -> None:
    """Note that the network refused the account: nothing is read until it signs in again."""
    connection.execute(update(CHANNEL).where(CHANNEL.c.id == channel).values(refused_access=why))


def _readable() -> Select[Any]:
    names = ("id", "channel", "network", "remote_id", "published_at")
    columns = [DELIVERY.c[name] for name in names]
    joined = DELIVERY.join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
    return select(*columns).select_from(joined).where(_is_readable()).order_by(DELIVERY.c.id)


def _is_readable() -> ColumnElement[bool]:
    return and_(
        DELIVERY.c.state == State.PUBLISHED,
        DELIVERY.c.remote_id.is_not(None),
        DELIVERY.c.published_at.is_not(None),
        DELIVERY.c.deleted_at.is_(None),
        _reachable(),
    )


def _reachable() -> ColumnElement[bool]:
    signed_in = and_(CHANNEL.c.mode == SIGNED_IN, CHANNEL.c.refused_access.is_(None))
    return and_(signed_in, CHANNEL.c.active.is_(True), CHANNEL.c.partner.not_in(_LEFT))


def _add_reading(connection: Connection) -> Any:
    statement = insert(connection, READING).values(
        series_id=bindparam("series", type_=Integer),
        observed_at=bindparam("observed", type_=BigInteger),
        recorded_at=bindparam("recorded", type_=BigInteger),
        value=bindparam("count", type_=BigInteger),
        reason=bindparam("why", type_=String),
    )
    return statement.on_conflict_do_nothing()


_ADD_READING = Many(columns=("series", "observed", "recorded", "count", "why"), build=_add_reading)


def _zone(connection: Connection) -> ZoneInfo:
    return ZoneInfo(connection.execute(select(CAMPAIGN.c.timezone)).scalar_one())
