"""What keeps posts back: the stop switch, hold windows, and a partner that has left.

One essential delivery may be let through on an approver's word; that word is looked up here, so
that nothing passes a stop or a window in any other way. Nothing at all passes a partner's leaving.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select

from campaign.models import Delivery
from campaign.store.deeds import note_deed
from campaign.store.deliveries import AnyDelivery, Change
from campaign.store.leaving import left
from campaign.store.prepared import Prepared
from campaign.store.tables import HOLD_WINDOW, LET_THROUGH, STOP
from campaign.store.themes import themes_of_posts

THEME = "theme"
"""The scope of a stop that goes by what posts are about."""
SCOPES = ("all", "network", "partner", "channel", THEME)
"""What a stop may cover."""

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
    theme = _themes(connection, stops, [delivery]).get(delivery.post, "")
    return _stopped(delivery, theme, stops, word) or _held(delivery, windows, word, instants)


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
    words, themes = _words(connection, deliveries), _themes(connection, stops, deliveries)
    for one in deliveries:
        if one.id in found:
            continue
        word = words.get(one.id)
        why = _stopped(one, themes.get(one.post, ""), stops, word) or _held(
            one, windows, word, (now, one.due_at)
        )
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
    note_deed(connection, change, "let through", delivery.id)


def stop_on_channel(
    connection: Connection, channel: str, partner: str, network: str, post: str | None = None
) -> str | None:
    """Say what forbids a call for a channel: a stop, or that its partner has left.

    `post` names the post that the call is about; without it the call is about none, such as a
    look at the account, and no stop of a theme forbids it.
    """
    gone = left(connection).get(partner)
    if gone:
        return str(gone)
    for stop in _ACTIVE.rows(connection, {}):
        if _covers(stop, channel, partner, network, theme=""):
            return _stop_in_words(stop)
    return stop_on_posts(connection, [post]).get(post) if post is not None else None


def stop_on_partner(connection: Connection, partner: str) -> str | None:
    """Say which stop covers everything of a partner, or None where it may be written to.

    What it may be written to about is asked of `stop_on_posts` beside.
    """
    for stop in _ACTIVE.rows(connection, {}):
        if stop.scope == "all" or (stop.scope, stop.target) == ("partner", partner):
            return _stop_in_words(stop)
    return None


def stop_on_posts(connection: Connection, posts: Collection[str]) -> dict[str, str]:
    """Say of posts which stop of their theme forbids to write to anybody of them."""
    by_theme = stopped_themes(connection)
    if not by_theme:
        return {}
    themes = themes_of_posts(connection, posts)
    return {post: by_theme[theme] for post, theme in themes.items() if theme in by_theme}


def stopped_themes(connection: Connection) -> dict[str, str]:
    """Return every theme that is stopped, and why."""
    return {
        stop.target: _stop_in_words(stop)
        for stop in _ACTIVE.rows(connection, {})
        if stop.scope == THEME
    }


def quiet_at(
    connection: Connection, deliveries: Sequence[AnyDelivery], now: datetime
) -> dict[str, str]:
    """Say of deliveries that a person posts by hand why that should wait at this instant.

    No word lets anything through here, and a stop that is over is over: nobody's hand was held.
    Returned by id; of a stop neither the reason nor who threw it, which partners need not know.
    """
    stops = _ACTIVE.rows(connection, {})
    windows = _WINDOWS.rows(connection, {"first": now, "last": now})
    themes = _themes(connection, stops, deliveries)
    found: dict[str, str] = {}
    for one in deliveries:
        theme = themes.get(one.post, "")
        if any(_covers_delivery(stop, one, theme) for stop in stops):
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


def _themes(
    connection: Connection, stops: Sequence[Any], deliveries: Sequence[AnyDelivery]
) -> Mapping[str, str]:
    """Return what deliveries are about, by post; nothing is asked where no stop goes by it."""
    if not any(one.scope == THEME for one in stops):
        return {}
    return themes_of_posts(connection, {one.post for one in deliveries})


def _stopped(delivery: AnyDelivery, theme: str, stops: Sequence[Any], word: Any) -> str | None:
    known = word.last_stop if word else 0
    for stop in stops:
        stands = stop.lifted_at is None or stop.lifted_at > delivery.due_at
        if stands and stop.id > known and _covers_delivery(stop, delivery, theme):
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


def _covers_delivery(bar: Any, delivery: AnyDelivery, theme: str = "") -> bool:
    return _covers(bar, delivery.channel, delivery.partner, delivery.network, theme)


def _covers(bar: Any, channel: str, partner: str, network: str, theme: str) -> bool:
    named = {
        "all": bar.target,
        "channel": channel,
        "partner": partner,
        "network": network,
        THEME: theme,
    }
    return bar.scope in named and bool(named[bar.scope] == bar.target)
