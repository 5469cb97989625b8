"""Turns what has happened into messages for subscribers: all of it, each thing once.

The outbox is the log itself. A move stands in the log in the very transaction that makes it, so
nothing has to be written beside it while posts go out. Here the log is read on from where each
subscriber was told to, under the lock beside which nobody else writes (as `campaign.audit.chain`
does), so that no line with a lower number can still arrive; messages and the new mark are written
together. Of reports the issues are looked at: there is one a week.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, func, or_, select, update

from campaign.outward.subscribers import known_subscribers
from campaign.schedule.subscribers import Subscriber
from campaign.states import State
from campaign.store.backends import insert
from campaign.store.tables import DELIVERY, MOVE, OUTWARD_MESSAGE, REPORT_ISSUE, SUBSCRIBER

AT_ONCE = 500
WAITING = "waiting"
TOLD_OF: Mapping[str, str] = {
    State.PUBLISHED: "delivery.published",
    State.UNKNOWN: "delivery.unknown",
    State.REFUSED: "delivery.refused",
    State.MISSED: "delivery.missed",
}
READY, RELEASED = "report.ready", "report.released"


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """One thing that subscribers may be told of."""

    source: str
    """What it is told from; nobody is told of one source twice."""
    kind: str
    about: str
    at: datetime
    data: Mapping[str, Any]
    """Ids, states and links: no wording leaves this way."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Announcer:
    """What messages are made with."""

    subscribers: Mapping[str, Subscriber]
    """As the applied schedule has them."""
    pages_url: str
    """Where the world finds the pages, without a slash at the end."""


def is_behind(connection: Connection, announcer: Announcer) -> bool:
    """Whether there is anything to tell; a look takes no lock, which telling does."""
    known = known_subscribers(connection)
    mine = [known.get(name) for name in announcer.subscribers]
    if None in mine:
        return True
    told_to = min((one.told_to for one in mine if one), default=0)
    is_new = exists().where(MOVE.c.id > told_to, *_telling())
    if connection.execute(select(is_new)).scalar():
        return True
    told = _told_reports(connection)
    return any(
        (name, happening.source) not in told
        for happening in _reports(connection, announcer)
        for name, one in announcer.subscribers.items()
        if happening.kind in one.events and known[name].since <= happening.at
    )


def announce(connection: Connection, announcer: Announcer, now: datetime) -> int:
    """Write the messages that are due, in a transaction of `Store.write`; return how many."""
    _begin(connection, announcer, now)
    known = known_subscribers(connection)
    written = 0
    for name, one in announcer.subscribers.items():
        row = known[name]
        moves, told_to = _moves(connection, announcer, row.told_to)
        reports = [each for each in _reports(connection, announcer) if each.at >= row.since]
        for happening in (*moves, *reports):
            if happening.kind in one.events:
                written += _write(connection, name, happening, now)
        marked = update(SUBSCRIBER).where(SUBSCRIBER.c.name == name)
        connection.execute(marked.values(told_to=told_to))
    return written


def _begin(connection: Connection, announcer: Announcer, now: datetime) -> None:
    """Take in subscribers that are new: they are told of what happens from now on."""
    last = connection.execute(select(func.max(MOVE.c.id))).scalar() or 0
    for name in announcer.subscribers:
        row = {"name": name, "told_to": last, "since": now, "disabled_why": ""}
        statement = insert(connection, SUBSCRIBER).values(**row)
        connection.execute(statement.on_conflict_do_nothing())


def _telling() -> tuple[Any, Any]:
    is_move = or_(MOVE.c.from_state.is_(None), MOVE.c.from_state != MOVE.c.to_state)
    return MOVE.c.to_state.in_(list(TOLD_OF)), is_move


def _moves(
    connection: Connection, announcer: Announcer, told_to: int
) -> tuple[list[Happening], int]:
    """Return what the log tells after a line, and the line that it was read to."""
    last = connection.execute(select(func.max(MOVE.c.id))).scalar() or 0
    query = (
        select(MOVE.c.id, MOVE.c.at, MOVE.c.to_state, DELIVERY)
        .join(DELIVERY, DELIVERY.c.id == MOVE.c.delivery_id)
        .where(MOVE.c.id > told_to, *_telling())
        .order_by(MOVE.c.id)
        .limit(AT_ONCE)
    )
    rows = connection.execute(query).all()
    found = [_of_move(row, announcer) for row in rows]
    return found, rows[-1][0] if len(rows) == AT_ONCE else max(last, told_to)


def _of_move(row: Any, announcer: Announcer) -> Happening:
    delivery = row.id_1
    data = {
        "delivery": delivery,
        "post": row.post,
        "channel": row.channel,
        "partner": row.partner,
        "network": row.network,
        "state": row.to_state,
        "due_at": _instant(row.due_at),
        "url": row.url,
        "page": f"{announcer.pages_url}/deliveries/{delivery}",
        "api": f"{announcer.pages_url}/api/v1/deliveries/{delivery}",
    }
    source, kind = f"move/{row.id}", TOLD_OF[row.to_state]
    return Happening(source=source, kind=kind, about=delivery, at=row.at, data=data)


def _reports(connection: Connection, announcer: Announcer) -> Iterator[Happening]:
    columns = ("week", "number", "as_of", "prepared_at", "released_at")
    query = select(*(REPORT_ISSUE.c[one] for one in columns)).order_by(REPORT_ISSUE.c.id)
    for row in connection.execute(query).all():
        data = {
            "week": row.week,
            "number": row.number,
            "as_of": _instant(row.as_of),
            "page": f"{announcer.pages_url}/reports/{row.week}",
            "api": f"{announcer.pages_url}/api/v1/reports/{row.week}",
        }
        for kind, at in ((READY, row.prepared_at), (RELEASED, row.released_at)):
            if at is not None:
                source = f"{kind}/{row.week}/{row.number}"
                yield Happening(source=source, kind=kind, about=row.week, at=at, data=data)


def _told_reports(connection: Connection) -> set[tuple[str, str]]:
    """Return who was told of which issue of a report; these messages are never let go."""
    query = select(OUTWARD_MESSAGE.c.subscriber, OUTWARD_MESSAGE.c.source)
    rows = connection.execute(query.where(OUTWARD_MESSAGE.c.kind.in_([READY, RELEASED])))
    return {(row.subscriber, row.source) for row in rows}


def _write(connection: Connection, subscriber: str, happening: Happening, now: datetime) -> int:
    body = {"type": happening.kind, "timestamp": _instant(happening.at), "data": happening.data}
    row = {
        "id": f"msg_{secrets.token_hex(16)}",
        "subscriber": subscriber,
        "source": happening.source,
        "kind": happening.kind,
        "about": happening.about,
        "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        "made_at": now,
        "state": WAITING,
        "tries": 0,
        "next_at": now,
        "note": "",
    }
    statement = insert(connection, OUTWARD_MESSAGE).values(**row).on_conflict_do_nothing()
    return int(connection.execute(statement).rowcount)


def _instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
