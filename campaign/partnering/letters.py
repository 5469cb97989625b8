"""The e-mails to partners: what is asked, and what they are reminded of. Plain text, few words."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from campaign.mailing.keeping_back import has_stopped
from campaign.mailing.outbox import PLANNED, write_letters
from campaign.models import Delivery
from campaign.models_reports import Letter
from campaign.partnering.addresses import stop_link
from campaign.schedule.local_time import wall_clock
from campaign.schedule.model import Schedule
from campaign.schedule.partner import Contact

KEEP_IT = "Please do not pass this link on: whoever has it can answer in your name."
LinkTo = Callable[[Connection, str, Contact], str]
"""Makes a link by which a contact of a partner sees its page, and returns its address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """What letters are written with."""

    schedule: Schedule
    now: datetime
    public_url: str = ""
    """Where the world reaches our pages; empty where nothing of ours can be reached."""
    link_to: LinkTo | None = None
    """None where no page is reached, or nothing is there to sign links with."""

    @property
    def campaign(self) -> str:
        """The campaign's name as people read it."""
        return self.schedule.title or self.schedule.campaign

    def when(self, instant: datetime) -> str:
        """Write an instant as the campaign's clocks show it."""
        local = wall_clock(instant, self.schedule.zone)
        return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """What some deliveries of one partner are written about."""

    purpose: str
    subject: str
    lead: str
    closing: str
    lines: tuple[str, ...]
    about: tuple[Delivery, ...]
    good_until: datetime
    is_reminder: bool
    wants_an_answer: bool = False
    """Whether its reader is asked something: then the letter leads to the reader's own page."""


def what(one: Delivery, office: Office) -> str:
    """Name a delivery to a partner: the post, the channel, and the slot."""
    return f"“{one.post}” on {one.channel} ({one.network}), {office.when(one.due_at)}"


def write(connection: Connection, partner: str, matter: Matter, office: Office) -> int:
    """Put the letter to every contact of a partner into the outbox; return how many."""
    known = office.schedule.partners.get(partner)
    contacts = known.contacts if known else ()
    letters = [
        _letter(connection, partner, one, matter, office)
        for one in contacts
        if not (matter.is_reminder and has_stopped(connection, one.email))
    ]
    return write_letters(connection, letters)


def _letter(
    connection: Connection, partner: str, contact: Contact, matter: Matter, office: Office
) -> Letter:
    link = stop_link(connection, contact.email, office.public_url) if matter.is_reminder else ""
    asks = office.link_to if matter.wants_an_answer else None
    page = asks(connection, partner, contact) if asks else ""
    return Letter(
        id=f"{matter.purpose}/{partner}/{_name(matter.about, contact, office.now)}",
        purpose=matter.purpose,
        person=partner,
        address=contact.email,
        subject=matter.subject,
        text=_text(contact, matter, link, page),
        stop_link=link,
        posts=" ".join(dict.fromkeys(one.post for one in matter.about)),
        good_until=matter.good_until,
        state=PLANNED,
        created_at=office.now,
    )


def _name(about: Sequence[Delivery], contact: Contact, now: datetime) -> str:
    """Name one letter so that the same matter at the same instant is one letter."""
    facts = [f"{one.id} {one.content_hash} {one.due_at.isoformat()}" for one in about]
    whole = "\n".join([contact.email.lower(), now.isoformat(), *facts])
    return hashlib.sha256(whole.encode()).hexdigest()[:20]


def _text(contact: Contact, matter: Matter, link: str, page: str) -> str:
    listed = "\n".join(f"- {line}" for line in matter.lines)
    parts = [f"Dear {contact.name},", matter.lead, listed]
    if page:
        parts.append(f"Answer here, no password needed:\n{page}\n{KEEP_IT}")
    parts.append(matter.closing)
    if link:
        how = link if link.startswith("http") else "answer this e-mail with the word stop"
        parts.append(f"No more reminders: {how}")
    return "\n\n".join(parts) + "\n"
