"""Letters that did not get to their readers: refused, of unknown fate, or tried in vain so far."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from campaign.mailing.outbox import PLANNED, REFUSED, UNKNOWN
from campaign.store.tables import LETTER, NOTICE

AT_MOST = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Undelivered:
    """One such letter; its text stays in the outbox."""

    id: str
    person: str
    address: str
    subject: str
    state: str
    attempt: int
    written_at: datetime
    note: str

    @property
    def needs_a_person(self) -> bool:
        """Whether nothing happens to it until somebody decides."""
        return self.state in (REFUSED, UNKNOWN)

    @property
    def why(self) -> str:
        """What is the matter, in words."""
        lead = {
            REFUSED: "the mail server does not take it",
            UNKNOWN: "nobody knows whether it arrived",
        }.get(self.state, "tried in vain, and tried again")
        return f"{lead} ({self.note})" if self.note else lead


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """That somebody was told of a delivery, or why not."""

    person: str
    kind: str
    noted_at: datetime
    outcome: str
    letter: str | None
    letter_state: str | None
    sent_at: datetime | None


def undelivered(connection: Connection) -> tuple[Undelivered, ...]:
    """Return the letters that did not get there, the latest first."""
    in_vain = and_(LETTER.c.state == PLANNED, LETTER.c.attempt > 0, LETTER.c.note != "")
    query = (
        select(LETTER)
        .where(or_(LETTER.c.state.in_((REFUSED, UNKNOWN)), in_vain), LETTER.c.address != "")
        .order_by(LETTER.c.created_at.desc(), LETTER.c.id)
        .limit(AT_MOST)
    )
    return tuple(
        Undelivered(
            id=row.id,
            person=row.person,
            address=row.address,
            subject=row.subject,
            state=row.state,
            attempt=row.attempt,
            written_at=row.created_at,
            note=row.note,
        )
        for row in connection.execute(query)
    )


def told_of(connection: Connection, delivery_id: str) -> tuple[Told, ...]:
    """Return who was told of a delivery, and what became of the letter, the earliest first."""
    query = (
        select(NOTICE, LETTER.c.state.label("letter_state"), LETTER.c.ended_at)
        .outerjoin(LETTER, LETTER.c.id == NOTICE.c.letter_id)
        .where(NOTICE.c.delivery_id == delivery_id)
        .order_by(NOTICE.c.noted_at, NOTICE.c.person)
    )
    return tuple(
        Told(
            person=row.person,
            kind=row.kind,
            noted_at=row.noted_at,
            outcome=row.outcome,
            letter=row.letter_id,
            letter_state=row.letter_state,
            sent_at=row.ended_at if row.letter_state == "sent" else None,
        )
        for row in connection.execute(query)
    )
