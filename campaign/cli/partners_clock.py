"""What the clock does for partners: asks, reminds, and lets silence be what it is.

Each ring looks at the rows and does what is due, so it does not matter how often it rings, in
which process, or whether one was missed.
"""

import logging

from sqlalchemy import Connection

from campaign.cli.on_partner_links import UNDER
from campaign.cli.session import Session
from campaign.outside.asking import ask_outside
from campaign.outside.office import UNDER as OUTSIDE
from campaign.outside.office import Office as OutsideOffice
from campaign.partner_links.links import Wanted, make_link
from campaign.partnering.asking import ask_partners, nudge_partners
from campaign.partnering.letters import Office
from campaign.partnering.reminders import close_unreported, remind_partners
from campaign.schedule.model import Schedule
from campaign.schedule.partner import Contact
from campaign.store.deliveries import Change
from campaign.store.questions import take_silence

log = logging.getLogger("campaign")


def tick(session: Session) -> None:
    """Do everything that is due by now; letters wait in the outbox for their own ring."""
    desk = session.desk
    schedule = desk.schedule()  # what is applied now, which may be newer than when we began
    if schedule is None:
        return
    office = _office(session, schedule)
    with desk.store.write() as connection:
        silent = [*take_silence(connection, office.now), *close_unreported(connection, office.now)]
        asked = ask_partners(connection, office)
        nudged = nudge_partners(connection, office)
        reminded = remind_partners(connection, office)
        outside = _ask_outside(connection, session, schedule)
    for number, what in (
        (len(asked), "asked of partners"),
        (outside, "links to approvers outside"),
        (len(nudged), "asked of partners once more"),
        (reminded, "reminded of"),
        (len(silent), "without an answer from the partner"),
    ):
        if number:
            log.info("%s: %s", what, number)


def _ask_outside(connection: Connection, session: Session, schedule: Schedule) -> int:
    """Ask people outside, where pages are reached and links can be signed."""
    settings = session.desk.settings
    if settings.public is None or not settings.secret_keys:
        return 0
    office = OutsideOffice(
        schedule=schedule,
        keys=settings.secret_keys,
        address=f"{settings.public.url}{OUTSIDE}",
        now=session.now,
    )
    return len(ask_outside(connection, office))


def _office(session: Session, schedule: Schedule) -> Office:
    """Return what letters are written with; links only where they are reached and signed."""
    settings, now = session.desk.settings, session.now
    public_url = settings.public.url if settings.public else ""
    if not (public_url and settings.secret_keys):
        return Office(schedule=schedule, now=now, public_url=public_url)

    def link_to(connection: Connection, partner: str, contact: Contact) -> str:
        change = Change(who="campaign", at=now, why="asked for its yes or no")
        wanted = Wanted(partner=partner, contact=contact.email)
        _, token = make_link(connection, wanted, change, settings.secret_keys)
        return f"{public_url}{UNDER}/{token}"

    return Office(schedule=schedule, now=now, public_url=public_url, link_to=link_to)
