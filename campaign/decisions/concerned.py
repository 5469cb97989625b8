"""Whom it concerns when a live post is withdrawn or corrected, and the e-mail that says so.

Partners on whose account it stands, who hold it in a pack, or who posted it by hand. They are told
by e-mail where it is set up and somebody is named, else by whoever decided it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, or_, select

from campaign.mailing.outbox import PLANNED, letters_of, write_letters
from campaign.models import Delivery
from campaign.models_reports import Letter
from campaign.schedule.model import Schedule
from campaign.schedule.partner import Contact
from campaign.states import OUT, State
from campaign.store.deliveries import delivery_of
from campaign.store.tables import CHANNEL, DELIVERY

BY_HAND = ("pack", "repost")
"""Modes of channels on which a partner has the post in its own hands."""

HOLDS_IT = (State.WITH_PARTNER, State.NO_ANSWER, State.PUBLISHED)
MAY_BE_OUT = (*OUT, State.SENDING, State.UNKNOWN)


class Say(Protocol):
    """Says what a delivery asks of its partner."""

    def __call__(self, one: Delivery, *, by_us: bool) -> str:
        """Return one sentence; `by_us` says whether we posted it, or will."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Concerned:
    """A partner who has to know, and what of it stands where."""

    partner: str
    name: str
    contacts: tuple[Contact, ...]
    where: tuple[str, ...]
    """One sentence a delivery."""

    def reached_at(self) -> str:
        """Say whom to ring up; empty where nobody is named."""
        return "; ".join(map(str, self.contacts))


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """What partners are written about."""

    purpose: str
    subject: str
    lead: str
    closing: str
    at: datetime
    again: bool = False
    """Whether a sentence that a partner was told before is told again."""


def concerned_by(
    connection: Connection, deliveries: Sequence[Delivery], schedule: Schedule, say: Say
) -> tuple[Concerned, ...]:
    """Return the partners whom the first of some deliveries of one post concerns, and the others.

    The owner of the campaign is not among them.
    """
    by_hand = channels_by_hand(connection)
    first = deliveries[0]
    where: dict[str, list[str]] = {}
    for one in deliveries:
        has_it = one.channel in by_hand and one.state in HOLDS_IT
        is_its_own = one is first and one.state in MAY_BE_OUT
        if not _is_owner(schedule, one.partner) and (has_it or is_its_own):
            by_us = one.channel not in by_hand
            where.setdefault(one.partner, []).append(say(one, by_us=by_us))
    return tuple(_known(schedule, partner, lines) for partner, lines in where.items())


def others_of(connection: Connection, delivery: Delivery) -> list[Delivery]:
    """Return the other deliveries of the same post that somebody holds or everybody sees."""
    query = (
        select(DELIVERY)
        .join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
        .where(DELIVERY.c.post == delivery.post, DELIVERY.c.id != delivery.id)
        .where(DELIVERY.c.state.in_(HOLDS_IT))
        .where(or_(CHANNEL.c.mode.in_(BY_HAND), DELIVERY.c.state == State.PUBLISHED))
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
    )
    return [delivery_of(row) for row in connection.execute(query)]


def channels_by_hand(connection: Connection) -> set[str]:
    """Return the channels on which partners have posts in their own hands."""
    query = select(CHANNEL.c.id).where(CHANNEL.c.mode.in_(BY_HAND))
    return set(connection.execute(query).scalars())


def write_to(connection: Connection, concerned: Iterable[Concerned], matter: Matter) -> None:
    """Put an e-mail to every contact of every partner into the outbox."""
    said = letters_of(connection, f"{matter.purpose}/")
    letters: list[Letter] = []
    for one in concerned:
        for contact in one.contacts:
            known = "" if matter.again else _told(said, one.partner, contact)
            where = tuple(line for line in one.where if line not in known)
            if where:
                number = sum(each.person == one.partner for each in (*said, *letters)) + 1
                letters.append(_letter(replace(one, where=where), contact, number, matter))
    write_letters(connection, letters)


def _told(said: Iterable[Letter], partner: str, contact: Contact) -> str:
    """Return everything that was written to one contact before."""
    mine = (one for one in said if (one.person, one.address) == (partner, contact.email))
    return "\n".join(one.text for one in mine)


def _is_owner(schedule: Schedule, partner: str) -> bool:
    known = schedule.partners.get(partner)
    return known is not None and known.owner


def _known(schedule: Schedule, partner: str, where: Sequence[str]) -> Concerned:
    known = schedule.partners.get(partner)
    name, contacts = (known.name, known.contacts) if known else (partner, ())
    return Concerned(partner=partner, name=name, contacts=contacts, where=tuple(where))


def _letter(one: Concerned, contact: Contact, number: int, matter: Matter) -> Letter:
    listed = "\n".join(f"- {line}" for line in one.where)
    return Letter(
        id=f"{matter.purpose}/{one.partner}/{number}",
        purpose=matter.purpose,
        person=one.partner,
        address=contact.email,
        subject=matter.subject,
        text=f"{matter.lead}\n\n{listed}\n\n{matter.closing}\n",
        state=PLANNED,
        created_at=matter.at,
    )
