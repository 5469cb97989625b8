"""The browsers in which people are signed in: begun, found again, and ended one by one or all.

A browser holds a random id; the database its hash. A visit ends when it was idle too long, at its
end however busy, when its person signs out, and with all others of that person on their word.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from campaign.store.tables import VISIT

IDLE_FOR = timedelta(hours=2)
LASTS_FOR = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a visit was last seen: a write for every page would be too many."""
_LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One browser in which somebody is signed in."""

    id_hash: str
    person: str
    way: str
    browser: str
    began_at: datetime
    seen_at: datetime


def new_id() -> str:
    """Return what a browser is to hold: 256 random bits."""
    return secrets.token_urlsafe(32)


def hashed(visit_id: str) -> str:
    """Return what the database keeps of it."""
    return hashlib.sha256(visit_id.encode()).hexdigest()


def begin(
    connection: Connection, person: str, now: datetime, *, way: str, browser: str = ""
) -> str:
    """Sign somebody in; return the id for the browser, which replaces any that it held."""
    visit_id = new_id()
    connection.execute(delete(VISIT).where(VISIT.c.until <= now))
    connection.execute(
        insert(VISIT).values(
            id_hash=hashed(visit_id),
            person=person,
            way=way,
            browser=browser[:_LONGEST_NAME],
            began_at=now,
            seen_at=now,
            until=now + LASTS_FOR,
        )
    )
    return visit_id


def visit_of(connection: Connection, visit_id: str, now: datetime) -> Visit | None:
    """Return the visit that a browser's id stands for; None where there is none or it is over."""
    row = connection.execute(select(VISIT).where(VISIT.c.id_hash == hashed(visit_id))).first()
    if row is None or now >= row.until or now >= row.seen_at + IDLE_FOR:
        return None
    return _visit(row)


def is_to_be_noted(visit: Visit, now: datetime) -> bool:
    """Whether it is time to write down that the visit goes on."""
    return now >= visit.seen_at + SEEN_EVERY


def note(connection: Connection, visit: Visit, now: datetime) -> None:
    """Write down that the visit goes on."""
    connection.execute(update(VISIT).where(VISIT.c.id_hash == visit.id_hash).values(seen_at=now))


def end(connection: Connection, visit: Visit) -> None:
    """Sign one browser out."""
    connection.execute(delete(VISIT).where(VISIT.c.id_hash == visit.id_hash))


def end_all(connection: Connection, person: str) -> int:
    """Sign somebody out everywhere; return in how many browsers they were signed in."""
    return connection.execute(delete(VISIT).where(VISIT.c.person == person)).rowcount


def visits_of(connection: Connection, person: str, now: datetime) -> Sequence[Visit]:
    """Return where somebody is signed in, the one last seen first."""
    query = (
        select(VISIT)
        .where(VISIT.c.person == person, VISIT.c.until > now, VISIT.c.seen_at > now - IDLE_FOR)
        .order_by(VISIT.c.seen_at.desc(), VISIT.c.id_hash)
    )
    return [_visit(row) for row in connection.execute(query)]


def _visit(row: Any) -> Visit:
    return Visit(
        id_hash=row.id_hash,
        person=row.person,
        way=row.way,
        browser=row.browser,
        began_at=row.began_at,
        seen_at=row.seen_at,
    )
