"""The daily letter: what is still open for each person, and no letter where nothing is.

It is decided on once for each person and local day, in the transaction that writes it; whatever
comes up later that day is told at once, or tomorrow.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import Connection, select

from campaign.access.people import ADMIN, APPROVER
from campaign.mailing.outbox import PLANNED, write_letters
from campaign.mailing.undelivered import Undelivered, undelivered
from campaign.models import Delivery
from campaign.models_reports import Letter
from campaign.notices.bureau import Bureau
from campaign.notices.choices import unwanted
from campaign.notices.finding import open_matters
from campaign.notices.kinds import DIGEST, STATE_OF, Kind
from campaign.notices.lines import Telling, laid_out, section_of, subject_of
from campaign.notices.noting import OVER, TOLD, UNWANTED
from campaign.notices.writing import Line, Section
from campaign.schedule.local_time import wall_clock
from campaign.states import State
from campaign.store.backends import insert
from campaign.store.deliveries import delivery_of
from campaign.store.embargoes import under_embargo
from campaign.store.gates import closed_kinds
from campaign.store.tables import DELIVERY, NOTICE

AT_ONCE = 1_000


def digest_due(connection: Connection, bureau: Bureau, at: time) -> bool:
    """Whether today's letters are still to be decided on."""
    local = wall_clock(bureau.now, bureau.schedule.zone)
    return local.time() >= at and bool(_to_write(connection, bureau))


def write_digests(connection: Connection, bureau: Bureau) -> list[Letter]:
    """Write today's letter to everybody for whom something is open; return those written."""
    people, day = _to_write(connection, bureau), _day(bureau)
    off, matters = unwanted(connection), _Matters(connection, bureau)
    letters, rows = [], []
    for person in people:
        letter = None if (person, DIGEST) in off else matters.letter_to(person, day)
        outcome = UNWANTED if (person, DIGEST) in off else TOLD if letter else OVER
        letters += [letter] if letter else []
        rows.append(
            {
                "person": person,
                "kind": DIGEST,
                "delivery_id": "",
                "fact": day,
                "noted_at": bureau.now,
                "outcome": outcome,
                "letter_id": letter.id if letter else None,
            }
        )
    write_letters(connection, letters)
    if rows:
        connection.execute(insert(connection, NOTICE).on_conflict_do_nothing(), rows)
    return letters


class _Matters:
    """Everything that is open, read once for all letters of a day."""

    def __init__(self, connection: Connection, bureau: Bureau) -> None:
        self._bureau = bureau
        self._matters = list(open_matters(connection))
        self._held = [
            delivery_of(row)
            for row in connection.execute(
                select(DELIVERY)
                .where(DELIVERY.c.state == State.HELD)
                .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
            )
        ]
        waiting = [one.delivery for one in self._matters if one.kind is Kind.APPROVAL]
        self._closed = _chunked_closed(connection, waiting)
        ids = sorted({one.delivery.id for one in self._matters if one.kind is not Kind.APPROVAL})
        self._hidden = under_embargo(connection, ids, bureau.now)
        self._unsent = undelivered(connection)

    def letter_to(self, person: str, day: str) -> Letter | None:
        bureau = self._bureau
        mine = [
            Telling(one.kind, one.delivery, hidden=one.delivery.id in self._hidden)
            for one in self._matters
            if person in self._concerned_by(one.kind, one.delivery)
        ]
        kinds = (*STATE_OF, Kind.SENT_BACK, Kind.PARTNER, Kind.APPROVAL)
        sections = [section_of(kind, mine, bureau) for kind in kinds]
        sections += [self._on_hold(person), self._unsent_letters(person)]
        there = [one for one in sections if one is not None]
        if not there:
            return None
        others = [f"{len(one.lines)} {one.heading.lower()}" for one in sections[-2:] if one]
        subject = ", ".join([one for one in (subject_of(mine), *others) if one])
        words = laid_out(person, f"Still open: {subject}", there, bureau)
        return Letter(
            id=f"{DIGEST}/{day}/{person}",
            purpose=DIGEST,
            person=person,
            address=bureau.concerned.address(person) or "",
            subject=words.subject,
            text=words.text,
            html=words.html,
            state=PLANNED,
            created_at=bureau.now,
            good_until=bureau.now + timedelta(hours=23),
        )

    def _concerned_by(self, kind: Kind, one: Delivery) -> tuple[str, ...]:
        return self._bureau.concerned.by_kind(kind, one, self._closed.get(one.id, ()))

    def _on_hold(self, person: str) -> Section | None:
        bureau = self._bureau
        mine = [
            Telling(Kind.MISSED, one, hidden=True)
            for one in self._held
            if person in bureau.concerned.by_kind(Kind.MISSED, one, ())
        ]
        section = section_of(Kind.MISSED, mine, bureau)
        if section is None:
            return None
        lines = tuple(Line(what=one.what, where=one.where) for one in section.lines)
        lead = "A stop or a quiet time was in the way. It does not go by itself."
        return Section(heading="On hold", lead=lead, lines=lines)

    def _unsent_letters(self, person: str) -> Section | None:
        roles = self._bureau.schedule.people[person].roles
        if not self._unsent or not {APPROVER, ADMIN} & set(roles):
            return None
        where = self._bureau.pointers.page("/now#letters", "campaign status")
        return Section(
            heading="Letters that could not be sent",
            lead="Whoever they were for does not know. Look at the mail server, then say.",
            lines=tuple(Line(what=_letter_line(one)) for one in self._unsent),
            where=where,
        )


def _letter_line(one: Undelivered) -> str:
    return f"“{one.subject}” to {one.address}: {one.why}"


def _to_write(connection: Connection, bureau: Bureau) -> list[str]:
    """Return the people about whose letter of today nobody has decided."""
    day = _day(bureau)
    query = select(NOTICE.c.person).where(NOTICE.c.kind == DIGEST, NOTICE.c.fact == day)
    done = set(connection.execute(query).scalars())
    people: Iterable[str] = bureau.schedule.people
    return [one for one in people if one not in done and bureau.concerned.address(one)]


def _day(bureau: Bureau) -> str:
    now: datetime = wall_clock(bureau.now, bureau.schedule.zone)
    return now.date().isoformat()


def _chunked_closed(connection: Connection, deliveries: Sequence[Delivery]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for start in range(0, len(deliveries), AT_ONCE):
        found |= closed_kinds(connection, deliveries[start : start + AT_ONCE])
    return found
