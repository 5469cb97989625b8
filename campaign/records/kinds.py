"""What each rule of keeping is about: which rows are past their time, and what goes of them.

A row that something else rests on stays and loses only what was said in it: a letter keeps its
id, by which it is never sent for a second time, and an attempt its outcome. A row that is gone or
emptied is not found again, so that doing it once more does nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, and_, delete, or_, select, update

from campaign.mailing.outbox import NOT_SENT, REFUSED, SENT
from campaign.records.unsent_wording import let_go, past_wording
from campaign.retention_settings import (
    ATTEMPTS,
    LETTERS,
    LINKS,
    SCREENSHOTS,
    TRIES,
    VISITS,
    WORDING,
)
from campaign.store.tables import (
    ATTEMPT,
    DELIVERY,
    LETTER,
    SCREENSHOT,
    SIGN_IN_LINK,
    SIGN_IN_TRY,
    VISIT,
)

Rows = Sequence[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """One kind: `past` finds rows that are past their time, `go` deletes or empties them."""

    name: str
    past: Callable[[datetime], Select[Any]]
    """Rows with their key, `past_at`, and `post`, `partner` and `channel` where they have such."""
    go: Callable[[Connection, Rows], None]
    is_personal: bool = False
    """Whether it tells of people signing in alone: only a hold on everything covers it."""


def _whole(table: Table, key: Column[Any], at: Column[Any]) -> tuple[Any, Any]:
    def past(before: datetime) -> Select[Any]:
        return select(table, at.label("past_at")).where(at < before).order_by(at, key)

    def go(connection: Connection, rows: Rows) -> None:
        keys = [row._mapping[key.name] for row in rows]  # noqa: SLF001 - the documented way
        connection.execute(delete(table).where(key.in_(keys)))

    return past, go


def _letters(before: datetime) -> Select[Any]:
    is_over = LETTER.c.state.in_((SENT, REFUSED, NOT_SENT))
    is_there = or_(LETTER.c.text != "", LETTER.c.address != "")
    query = select(LETTER, LETTER.c.ended_at.label("past_at")).where(is_over, is_there)
    return query.where(LETTER.c.ended_at < before).order_by(LETTER.c.ended_at, LETTER.c.id)


def _empty_letters(connection: Connection, rows: Rows) -> None:
    those = LETTER.c.id.in_([row.id for row in rows])
    gone = {"subject": "", "text": "", "html": "", "address": "", "stop_link": "", "note": ""}
    connection.execute(update(LETTER).where(those).values(**gone))


def _of_delivery(*columns: Any) -> Select[Any]:
    return select(*columns, DELIVERY.c.post, DELIVERY.c.partner, DELIVERY.c.channel)


def _screenshots(before: datetime) -> Select[Any]:
    is_there = or_(SCREENSHOT.c.sent_by != "", SCREENSHOT.c.content.is_not(None))
    query = _of_delivery(SCREENSHOT, SCREENSHOT.c.ended_at.label("past_at"))
    query = query.join(DELIVERY, DELIVERY.c.id == SCREENSHOT.c.delivery_id)
    query = query.where(is_there, SCREENSHOT.c.ended_at < before)
    return query.order_by(SCREENSHOT.c.ended_at, SCREENSHOT.c.id)


def _empty_screenshots(connection: Connection, rows: Rows) -> None:
    those = SCREENSHOT.c.id.in_([row.id for row in rows])
    gone: Mapping[str, Any] = {"sent_by": "", "seen_by": None, "content": None}
    connection.execute(update(SCREENSHOT).where(those).values(**gone))


_OVER = ("published", "withdrawn", "cancelled", "declined", "no-answer")


def _attempts(before: datetime) -> Select[Any]:
    columns = (ATTEMPT.c.delivery_id, ATTEMPT.c.number, ATTEMPT.c.error)
    query = _of_delivery(*columns, ATTEMPT.c.ended_at.label("past_at"))
    query = query.join(DELIVERY, DELIVERY.c.id == ATTEMPT.c.delivery_id)
    query = query.where(ATTEMPT.c.error.is_not(None), DELIVERY.c.state.in_(_OVER))
    query = query.where(ATTEMPT.c.ended_at < before)
    return query.order_by(ATTEMPT.c.ended_at, ATTEMPT.c.delivery_id, ATTEMPT.c.number)


def _empty_attempts(connection: Connection, rows: Rows) -> None:
    those = or_(
        *(
            and_(ATTEMPT.c.delivery_id == row.delivery_id, ATTEMPT.c.number == row.number)
            for row in rows
        )
    )
    connection.execute(update(ATTEMPT).where(those).values(error=None))


def _kind(name: str, made: tuple[Any, Any], *, is_personal: bool = False) -> Kind:
    return Kind(name=name, past=made[0], go=made[1], is_personal=is_personal)


ALL_KINDS: tuple[Kind, ...] = (
    _kind(VISITS, _whole(VISIT, VISIT.c.id_hash, VISIT.c.until), is_personal=True),
    _kind(TRIES, _whole(SIGN_IN_TRY, SIGN_IN_TRY.c.id, SIGN_IN_TRY.c.at), is_personal=True),
    _kind(
        LINKS,
        _whole(SIGN_IN_LINK, SIGN_IN_LINK.c.token_hash, SIGN_IN_LINK.c.until),
        is_personal=True,
    ),
    _kind(LETTERS, (_letters, _empty_letters)),
    _kind(SCREENSHOTS, (_screenshots, _empty_screenshots)),
    _kind(ATTEMPTS, (_attempts, _empty_attempts)),
    _kind(WORDING, (past_wording, let_go)),
)
