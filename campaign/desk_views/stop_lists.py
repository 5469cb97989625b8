"""The stops that stand, and what each holds: the list that somebody reads before lifting."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from campaign.decisions.approvals import CannotDecideError
from campaign.decisions.stops import covered
from campaign.desk_views.rows import Row, Some, rows_where
from campaign.models import Stop
from campaign.states import State
from campaign.store.tables import CHANNEL, DELIVERY, STOP

SHOWN = 50
PAST = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What a stop covers."""

    kind: str
    """`all`, `channel`, `partner`, `network` or `theme`."""
    target: str
    """Empty for `all`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """The stops of one scope, and what is held by them."""

    scope: Scope
    stops: tuple[Stop, ...]
    held: Some
    fingerprint: str
    """Names exactly this list, so that a lift is bound to what was read."""


class ListHasChangedError(CannotDecideError):
    """More or other deliveries are held than those that were read; nothing was lifted."""


def standing_stops(connection: Connection, now: datetime) -> tuple[Standing, ...]:
    """Return every stop that stands, by scope, with what it holds."""
    query = select(STOP).where(STOP.c.lifted_at.is_(None)).order_by(STOP.c.id)
    by_scope: dict[tuple[str, str], list[Stop]] = {}
    for row in connection.execute(query):
        stop = Stop.model_construct(**row._mapping)  # noqa: SLF001 - the documented way to it
        by_scope.setdefault((stop.scope, stop.target), []).append(stop)
    return tuple(
        _standing(connection, Scope(kind=kind, target=target), stops, now)
        for (kind, target), stops in by_scope.items()
    )


def past_stops(connection: Connection) -> tuple[Stop, ...]:
    """Return the last stops that were lifted, the latest first."""
    query = select(STOP).where(STOP.c.lifted_at.is_not(None)).order_by(STOP.c.lifted_at.desc())
    rows = connection.execute(query.limit(PAST))
    return tuple(Stop.model_construct(**row._mapping) for row in rows)  # noqa: SLF001 - documented


def check_read(connection: Connection, scope: Scope, fingerprint: str, now: datetime) -> None:
    """Raise `ListHasChangedError` unless what a stop holds is what somebody has read."""
    if _fingerprint(held_by(connection, scope, now)) != fingerprint:
        raise ListHasChangedError(
            "what this stop holds has changed since you read the list; read it again"
        )


def held_by(connection: Connection, scope: Scope, now: datetime) -> tuple[Row, ...]:
    """Return what a person has to go through once a stop is lifted, the earliest first.

    That is what is on hold, and what fell due meanwhile and would be put on hold by the lifting.
    """
    by_hand = select(CHANNEL.c.id).where(CHANNEL.c.mode == "pack")
    is_due = and_(
        DELIVERY.c.state.in_([State.PLANNED, State.AWAITING_APPROVAL]),
        DELIVERY.c.due_at <= now,
        DELIVERY.c.channel.not_in(by_hand),
    )
    conditions = [or_(DELIVERY.c.state == State.HELD, is_due)]
    return rows_where(connection, *conditions, *covered(scope.kind, scope.target))


def _standing(
    connection: Connection, scope: Scope, stops: Sequence[Stop], now: datetime
) -> Standing:
    held = held_by(connection, scope, now)
    return Standing(
        scope=scope,
        stops=tuple(stops),
        held=Some(held[:SHOWN], len(held)),
        fingerprint=_fingerprint(held),
    )


def _fingerprint(rows: Sequence[Row]) -> str:
    ids = "\n".join(sorted(one.id for one in rows))
    return hashlib.sha256(ids.encode()).hexdigest()
