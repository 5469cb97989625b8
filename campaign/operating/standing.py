"""The alarms that stand: each is raised once, told once, told again while it lasts, and ends.

Every process looks every minute, and whoever sees something first writes the row. To tell of it
is claimed in the same transaction, so that several processes tell once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from campaign.operating.alarms import Found, again_after
from campaign.store.tables import OPERATOR_ALARM

LASTS_BEFORE_TOLD = timedelta(minutes=1)
"""What is over within a minute, such as a restart, is nobody's concern."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """An alarm that this process has to tell of now."""

    id: int
    kind: str
    about: str
    words: str
    raised_at: datetime
    times: int
    """How often it has been told of before."""
    over: bool = False


def take_in(
    connection: Connection,
    found: Iterable[Found],
    now: datetime,
    *,
    lasts: timedelta = LASTS_BEFORE_TOLD,
) -> list[Told]:
    """Write what is found and what is over; return what the caller has to tell of now."""
    standing = {(row.kind, row.about): row for row in _standing(connection)}
    seen = {(one.kind.value, one.about): one for one in found}
    for names, one in seen.items():
        if names not in standing:
            standing[names] = _raise(connection, one, now)
    told = [
        claimed
        for names, row in standing.items()
        if names in seen and (claimed := _claim(connection, row, seen[names], now, lasts))
    ]
    over = [row for names, row in standing.items() if names not in seen]
    ended = [_end(connection, row, now) for row in over]
    # Of what nobody has heard, nobody need hear that it is over.
    return told + [one for one, row in zip(ended, over, strict=True) if row.told_at is not None]


def tell_again(connection: Connection, told: Sequence[Told]) -> None:
    """Give alarms back that nobody could be told of; the next look tries again."""
    ids = [one.id for one in told if not one.over]
    statement = update(OPERATOR_ALARM).where(OPERATOR_ALARM.c.id.in_(ids))
    connection.execute(statement.values(told_at=None))


def _standing(connection: Connection) -> list[Any]:
    query = select(OPERATOR_ALARM).where(OPERATOR_ALARM.c.over_at.is_(None))
    return list(connection.execute(query.order_by(OPERATOR_ALARM.c.id)))


def _raise(connection: Connection, one: Found, now: datetime) -> Any:
    values = {"kind": one.kind.value, "about": one.about, "words": one.words, "raised_at": now}
    made = connection.execute(insert(OPERATOR_ALARM).values(**values))
    key = made.inserted_primary_key
    query = select(OPERATOR_ALARM).where(OPERATOR_ALARM.c.id == (key[0] if key else None))
    return connection.execute(query).one()


def _claim(
    connection: Connection, row: Any, one: Found, now: datetime, lasts: timedelta
) -> Told | None:
    lasted = now - row.raised_at
    again = row.told_at is not None and now - row.told_at < again_after(row.kind)
    if lasted < lasts or again:
        return None
    _set(connection, row.id, told_at=now, words=one.words)
    return Told(
        id=row.id,
        kind=row.kind,
        about=row.about,
        words=one.words,
        raised_at=row.raised_at,
        times=int(lasted / again_after(row.kind)),
    )


def _end(connection: Connection, row: Any, now: datetime) -> Told:
    _set(connection, row.id, over_at=now)
    return Told(
        id=row.id,
        kind=row.kind,
        about=row.about,
        words=row.words,
        raised_at=row.raised_at,
        times=0,
        over=True,
    )


def _set(connection: Connection, alarm: int, **values: Any) -> None:
    connection.execute(update(OPERATOR_ALARM).where(OPERATOR_ALARM.c.id == alarm).values(**values))
