"""The outbox: one row a letter, claimed and fenced as deliveries are, so that none goes out twice.

A letter is written in the transaction that decides on it. Whoever sends it claims the row first;
just before the text leaves that is written down too. A letter whose sender died before that is
tried again; one whose text may have left is `unknown` and waits for a person.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Update, or_, select, update

from campaign.models_reports import Letter
from campaign.store.backends import insert
from campaign.store.tables import LETTER

PLANNED, SENDING, SENT = "planned", "sending", "sent"
REFUSED, UNKNOWN, NOT_SENT = "refused", "unknown", "not-sent"
HOLD_LINKS = frozenset({"partner-link", "sign-in-link", "sign-in", "outside-link"})
"""Purposes of letters in which a link stands that lets in whoever has it."""
_PARTNERS_LINK = re.compile(r"(?<=/partner/)[\w.~=-]{40,}")
"""As letters that ask a partner hold one besides what they say."""
TAKEN_OUT = "Taken out once it was sent: it held a link that lets in whoever has it."
LEASE = timedelta(minutes=5)
"""Longer than any hand-over may take."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one try."""

    state: str
    note: str = ""
    not_before: datetime | None = None


def write_letters(connection: Connection, letters: Iterable[Letter]) -> int:
    """Put letters into the outbox; one that is there already stays as it is."""
    count = 0
    for letter in letters:
        done = connection.execute(
            insert(connection, LETTER).values(**letter.model_dump()).on_conflict_do_nothing()
        )
        count += done.rowcount
    return count


def waiting(connection: Connection, now: datetime) -> list[str]:
    """Return the ids of letters that may be sent now, the oldest first."""
    query = (
        select(LETTER.c.id)
        .where(LETTER.c.state == PLANNED)
        .where(or_(LETTER.c.not_before.is_(None), LETTER.c.not_before <= now))
        .order_by(LETTER.c.created_at, LETTER.c.id)
    )
    return list(connection.execute(query).scalars())


def claim(connection: Connection, letter_id: str, now: datetime) -> Letter | None:
    """Take a planned letter for one try; None where somebody else has it."""
    row = connection.execute(select(LETTER).where(LETTER.c.id == letter_id)).first()
    if row is None or row.state != PLANNED or (row.not_before and row.not_before > now):
        return None
    taken = {
        "state": SENDING,
        "attempt": row.attempt + 1,
        "lease_until": now + LEASE,
        "leaving_at": None,
    }
    done = connection.execute(
        update(LETTER)
        .where(LETTER.c.id == letter_id, LETTER.c.state == PLANNED)
        .where(LETTER.c.attempt == row.attempt)
        .values(**taken)
    )
    return letter_of(row, taken) if done.rowcount == 1 else None


def note_leaving(connection: Connection, letter: Letter, now: datetime) -> bool:
    """Write down that the text is about to leave; False where the claim no longer holds."""
    held = _held(letter).where(LETTER.c.lease_until > now).values(leaving_at=now)
    return connection.execute(held).rowcount == 1


def finish(connection: Connection, letter: Letter, outcome: Outcome, now: datetime) -> bool:
    """Write what became of a try; False where somebody has written something since."""
    values: dict[str, Any] = {
        "state": outcome.state,
        "note": outcome.note,
        "not_before": outcome.not_before,
        "lease_until": None,
        "ended_at": None if outcome.state == PLANNED else now,
    }
    if outcome.state == SENT:
        values["text"] = _without_links(letter)
    return connection.execute(_held(letter).values(**values)).rowcount == 1


def recover(connection: Connection, now: datetime) -> list[Letter]:
    """Settle what dead senders left; return the letters that may have arrived, for a person."""
    query = select(LETTER).where(LETTER.c.state == SENDING, LETTER.c.lease_until <= now)
    lost = []
    for row in connection.execute(query).all():
        letter = letter_of(row)
        if letter.leaving_at is None:
            finish(connection, letter, Outcome(state=PLANNED, note="the sender died"), now)
            continue
        note = "the program ended while the text was leaving; it may have arrived"
        if finish(connection, letter, Outcome(state=UNKNOWN, note=note), now):
            lost.append(letter)
    return lost


def settle(connection: Connection, letter: Letter, *, arrived: bool, now: datetime) -> bool:
    """Write a person's word on a letter that is unknown or refused: it arrived, or send it again.

    False where it is neither, or is to be sent again and its text is no longer kept.
    """
    if not arrived and not letter.address:
        return False
    again = {"state": PLANNED, "not_before": None, "leaving_at": None, "ended_at": None}
    values = {"state": SENT, "ended_at": now} if arrived else again
    done = connection.execute(
        update(LETTER)
        .where(LETTER.c.id == letter.id, LETTER.c.state.in_((UNKNOWN, REFUSED)))
        .values(**values)
    )
    return done.rowcount == 1


def letters_of(connection: Connection, prefix: str) -> list[Letter]:
    """Return the letters whose id begins so, such as those of one week."""
    query = (
        select(LETTER)
        .where(LETTER.c.id.startswith(prefix, autoescape=True))
        .order_by(LETTER.c.created_at, LETTER.c.id)
    )
    return [letter_of(row) for row in connection.execute(query)]


def letter_of(row: Row[Any], changes: dict[str, Any] | None = None) -> Letter:
    """Turn a row into the model, with the changes that were just made to it."""
    fields = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's mapping
    return Letter(**{**fields, **(changes or {})})


def addresses(letters: Sequence[Letter]) -> dict[str, str]:
    """Return where the letters went, by person."""
    return {one.person: one.address for one in letters}


def _without_links(letter: Letter) -> str:
    """Return what is kept of a letter that was sent: no link that lets in whoever has it."""
    if letter.purpose in HOLD_LINKS:
        return TAKEN_OUT
    return _PARTNERS_LINK.sub("(taken out once it was sent)", letter.text)


def _held(letter: Letter) -> Update:
    return update(LETTER).where(
        LETTER.c.id == letter.id,
        LETTER.c.state == SENDING,
        LETTER.c.attempt == letter.attempt,
    )
