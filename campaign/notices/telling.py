"""Turns what was noted into letters: one a person, with everything that came together.

A letter is written once its oldest matter has waited for others to come along. One that could not
leave yet is taken back and told together with what came since: a night without a mail server ends
in one letter. After a letter about trouble the next one follows an hour later, with everything
since: a night of refusals is not a letter each.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from campaign.mailing.outbox import NOT_SENT, PLANNED, write_letters
from campaign.models import Delivery
from campaign.models_reports import Letter
from campaign.notices.bureau import Bureau
from campaign.notices.finding import still_so
from campaign.notices.kinds import (
    GATHERED_FOR,
    LOOKED_FOR,
    TROUBLE,
    TROUBLE_AGAIN_AFTER,
    Kind,
)
from campaign.notices.lines import Telling, letter_words
from campaign.notices.noting import OVER, TOLD, WAITING
from campaign.store.embargoes import under_embargo
from campaign.store.tables import LETTER, NOTICE

PURPOSE = "notice"
AT_ONCE = 1_000


def anything_waits(connection: Connection) -> bool:
    """Whether something was noted that nobody has been written about."""
    query = select(NOTICE.c.person).where(NOTICE.c.outcome == WAITING).limit(1)
    return connection.execute(query).first() is not None


def tell_due(connection: Connection, bureau: Bureau) -> list[Letter]:
    """Write the letters whose time has come; return those that were written."""
    query = select(NOTICE).where(NOTICE.c.outcome == WAITING).order_by(NOTICE.c.noted_at)
    waiting: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        waiting.setdefault(row.person, []).append(row)
    letters = []
    for person, rows in waiting.items():
        if _is_due(connection, person, rows, bureau.now):
            letter = _tell(connection, person, rows, bureau)
            letters += [letter] if letter else []
    return letters


def _is_due(connection: Connection, person: str, rows: Iterable[Any], now: datetime) -> bool:
    ready = {Kind(row.kind) for row in rows if now >= row.noted_at + _waits(Kind(row.kind))}
    if ready - TROUBLE:
        return True
    return bool(ready) and not _is_resting(connection, person, now)


def _waits(kind: Kind) -> timedelta:
    return LOOKED_FOR if kind is Kind.UNKNOWN else GATHERED_FOR


def _is_resting(connection: Connection, person: str, now: datetime) -> bool:
    """Whether somebody had a letter about trouble within the hour; one still here is none."""
    query = (
        select(func.max(LETTER.c.created_at))
        .join(NOTICE, NOTICE.c.letter_id == LETTER.c.id)
        .where(NOTICE.c.person == person, NOTICE.c.kind.in_(TROUBLE))
        .where(LETTER.c.state.not_in((PLANNED, NOT_SENT)))
    )
    last = connection.execute(query).scalar()
    return last is not None and now < last + TROUBLE_AGAIN_AFTER


def _tell(
    connection: Connection, person: str, rows: Sequence[Any], bureau: Bureau
) -> Letter | None:
    every = [*_taken_back(connection, person, bureau.now), *rows]
    tellings, over = _as_things_are(connection, every, bureau)
    _write_outcome(connection, over, OVER, None)
    address = bureau.concerned.address(person)
    if not tellings or address is None:
        _write_outcome(connection, [row for row, _ in tellings], OVER, None)
        return None
    words = letter_words(person, [one for _, one in tellings], bureau)
    letter = Letter(
        id=f"{PURPOSE}/{person}/{bureau.now:%Y-%m-%dT%H%M%S.%fZ}",
        purpose=PURPOSE,
        person=person,
        address=address,
        subject=words.subject,
        text=words.text,
        html=words.html,
        state=PLANNED,
        created_at=bureau.now,
    )
    write_letters(connection, [letter])
    _write_outcome(connection, [row for row, _ in tellings], TOLD, letter.id)
    return letter


def _taken_back(connection: Connection, person: str, now: datetime) -> list[Any]:
    """Take back the letters to somebody that nobody is sending; return what they told.

    A letter that somebody has in hand stays: it may be leaving.
    """
    mine = (LETTER.c.purpose == PURPOSE, LETTER.c.person == person, LETTER.c.state == PLANNED)
    ids = list(connection.execute(select(LETTER.c.id).where(*mine)).scalars())
    if not ids:
        return []
    words = "told together with what came later"
    connection.execute(
        update(LETTER)
        .where(LETTER.c.id.in_(ids), *mine)
        .values(state=NOT_SENT, note=words, ended_at=now)
    )
    told = select(NOTICE).join(LETTER, LETTER.c.id == NOTICE.c.letter_id)
    query = told.where(NOTICE.c.letter_id.in_(ids), LETTER.c.state == NOT_SENT)
    return list(connection.execute(query.order_by(NOTICE.c.noted_at)))


def _as_things_are(
    connection: Connection, rows: Sequence[Any], bureau: Bureau
) -> tuple[list[tuple[Any, Telling]], list[Any]]:
    """Part what is still so, with the words for it, from what is over."""
    so: dict[tuple[str, str, str], Delivery] = {}
    for kind in {Kind(row.kind) for row in rows}:
        ids = sorted({row.delivery_id for row in rows if row.kind == kind})
        for start in range(0, len(ids), AT_ONCE):
            for key, one in still_so(connection, kind, ids[start : start + AT_ONCE]).items():
                so[(kind, *key)] = one
    hidden: dict[str, datetime] = {}
    ids = sorted({one.id for one in so.values()})
    for start in range(0, len(ids), AT_ONCE):
        hidden |= under_embargo(connection, ids[start : start + AT_ONCE], bureau.now)
    tellings: list[tuple[Any, Telling]] = []
    over: list[Any] = []
    for row in rows:
        found = so.get((row.kind, row.delivery_id, row.fact))
        if found is None:
            over.append(row)
        else:
            tellings.append((row, Telling(Kind(row.kind), found, hidden=found.id in hidden)))
    return tellings, over


def _write_outcome(
    connection: Connection, rows: Sequence[Any], outcome: str, letter_id: str | None
) -> None:
    names = ("person", "kind", "delivery_id", "fact")
    those = [{f"the_{name}": getattr(row, name) for name in names} for row in rows]
    if those:
        one = (NOTICE.c[name] == bindparam(f"the_{name}") for name in names)
        statement = update(NOTICE).where(*one).values(outcome=outcome, letter_id=letter_id)
        connection.execute(statement, those)
