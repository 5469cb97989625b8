"""What keeps a channel quiet: the stop switch, hold windows, and a partner that has left.

One essential delivery may be let through on an approver's word; that word is looked up here, so
that nothing passes a stop or a window in any other way. Nothing at all passes a partner's leaving.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select

from campaign.models import Delivery
from campaign.store.deliveries import AnyDelivery, Change
from campaign.store.leaving import left
from campaign.store.prepared import Prepared
from campaign.store.tables import HOLD_WINDOW, LET_THROUGH, STOP

_ACTIVE = Prepared(select(STOP).where(STOP.c.lifted_at.is_(None)).order_by(STOP.c.id))
_STOPS = Prepared(
    select(STOP)
    .where(or_(STOP.c.lifted_at.is_(None), STOP.c.lifted_at > bindparam("since")))
    .order_by(STOP.c.id)
)
_WINDOWS = Prepared(
    select(HOLD_WINDOW)
    .where(HOLD_WINDOW.c.from_at <= bindparam("last"), HOLD_WINDOW.c.until_at > bindparam("first"))
    .order_by(HOLD_WINDOW.c.id)
)
_WORDS = Prepared(
    select(LET_THROUGH)
    .where(LET_THROUGH.c.delivery_id.in_(bindparam("ids", expanding=True)))
    .order_by(LET_THROUGH.c.id)
)


@dataclass(frozen=True, slots=True)
class Barred:
    """What bars some deliveries, by id, and which of them an approver has let through."""

    why: dict[str, str]
    let_through: frozenset[str]


def active_stops(connection: Connection) -> Sequence[Any]:
    """Return every stop that nobody has lifted."""
    return _ACTIVE.rows(connection, {})


def barrier(connection: Connection, delivery: AnyDelivery, *instants: datetime) -> str | None:
    """Say why a delivery may not go out at any of the instants; None where nothing bars it.

    A stop holds what fell due before it was lifted, also when a worker comes to it only later:
    the end of a stop sends nothing. A new time, given by a person, is after that end.
    """
    gone = left(connection).get(delivery.partner)
    if gone:
        return str(gone)
    stops = _STOPS.rows(connection, {"since": delivery.due_at})
    between = {"first": min(instants), "last": max(instants)}
    windows = _WINDOWS.rows(connection, between)
    word = _words(connection, [delivery]).get(delivery.id) if stops or windows else None
    return _stopped(delivery, stops, word) or _held(delivery, windows, word, instants)


def barred(connection: Connection, deliveries: Sequence[AnyDelivery], now: datetime) -> Barred:
    """Say of several deliveries what bars them now, or did when they fell due.

    What fell due inside a window was held by it, also when the first worker comes after its end.
    """
    since = min((one.due_at for one in deliveries), default=now)
    stops = _STOPS.rows(connection, {"since": since})
    between = {"first": min(since, now), "last": max([now, *(one.due_at for one in deliveries)])}
    windows = _WINDOWS.rows(connection, between)
    gone = left(connection)
    found = {one.id: str(gone[one.partner]) for one in deliveries if one.partner in gone}
    if not stops and not windows:  # which is how it is nearly always
        return Barred(found, frozenset())
    words = _words(connection, deliveries)
    for one in deliveries:
        if one.id in found:
            continue
        word = words.get(one.id)
        why = _stopped(one, stops, word) or _held(one, windows, word, (now, one.due_at))
        if why:
            found[one.id] = why
    return Barred(found, frozenset(words.keys() - found.keys()))


def any_barrier(connection: Connection, since: datetime, now: datetime) -> bool:
    """Whether anything at all can bar what fell due since then: mostly there is nothing."""
    stops = _STOPS.rows(connection, {"since": since})
    return bool(
        stops or left(connection) or _WINDOWS.rows(connection, {"first": since, "last": now})
    )


def let_through(connection: Connection, delivery: Delivery, change: Change) -> None:
    """Write an approver's word: the delivery passes every stop and window there is by now."""
    last_stop = connection.execute(select(func.max(STOP.c.id))).scalar() or 0
    connection.execute(
        insert(LET_THROUGH).values(
            delivery_id=delivery.id,
            content_hash=delivery.content_hash,
            due_at=delivery.due_at,
            person=change.who,
            reason=change.why,
            said_at=change.at,
            last_stop=last_stop,
        )
    )


def stop_on_channel(connection: Connection, channel: str, partner: str, network: str) -> str | None:
    """Say what forbids every call for a channel: a stop, or that its partner has left."""
    gone = left(connection).get(partner)
    if gone:
        return str(gone)
    for stop in _ACTIVE.rows(connection, {}):
        if _covers(stop, channel, partner, network):
            return _stop_in_words(stop)
    return None


def stop_on_partner(connection: Connection, partner: str) -> str | None:
    """Say which stop covers everything of a partner, or None where it may be written to."""
    for stop in _ACTIVE.rows(connection, {}):
        if stop.scope == "all" or (stop.scope, stop.target) == ("partner", partner):
            return _stop_in_words(stop)
    return None


def quiet_at(
    connection: Connection, deliveries: Sequence[AnyDelivery], now: datetime
) -> dict[str, str]:
    """Say of deliveries that a person posts by hand why that should wait at this instant.

    No word lets anything through here, and a stop that is over is over: nobody's hand was held.
    Returned by id; of a stop neither the reason nor who threw it, which partners need not know.
    """
    stops = _ACTIVE.rows(connection, {})
    windows = _WINDOWS.rows(connection, {"first": now, "last": now})
    found: dict[str, str] = {}
    for one in deliveries:
        if any(_covers_delivery(stop, one) for stop in stops):
            found[one.id] = "the campaign is stopped"
            continue
        reasons = [window.reason for window in windows if _covers_delivery(window, one)]
        if reasons:
            found[one.id] = reasons[0]
    return found


def _words(connection: Connection, deliveries: Sequence[AnyDelivery]) -> dict[str, Any]:
    """Return the last word that lets each delivery through, given for its content and time."""
    known = {one.id: one for one in deliveries}
    rows = _WORDS.rows(connection, {"ids": list(known)})
    return {
        row.delivery_id: row
        for row in rows
        if (row.content_hash, row.due_at)
        == (known[row.delivery_id].content_hash, known[row.delivery_id].due_at)
    }


def _stopped(delivery: AnyDelivery, stops: Sequence[Any], word: Any) -> str | None:
    known = word.last_stop if word else 0
    for stop in stops:
        stands = stop.lifted_at is None or stop.lifted_at > delivery.due_at
        if stands and stop.id > known and _covers_delivery(stop, delivery):
            return _stop_in_words(stop)
    return None


def _held(
    delivery: AnyDelivery,
    windows: Sequence[Any],
    word: Any,
    instants: Sequence[datetime],
) -> str | None:
    if word:
        return None
    for window in windows:
        inside = any(window.from_at <= one < window.until_at for one in instants)
        if inside and _covers_delivery(window, delivery):
            return f"held: {window.reason}"
    return None


def _stop_in_words(stop: Any) -> str:
    return f"stopped by {stop.stopped_by}: {stop.reason}"


def _covers_delivery(bar: Any, delivery: AnyDelivery) -> bool:
    return _covers(bar, delivery.channel, delivery.partner, delivery.network)


def _covers(bar: Any, channel: str, partner: str, network: str) -> bool:
    named = {"all": bar.target, "channel": channel, "partner": partner, "network": network}
    return bar.scope in named and bool(named[bar.scope] == bar.target)
