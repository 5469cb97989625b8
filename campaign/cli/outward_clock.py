"""What the clock does for subscribers: write the messages that are due, and send what waits."""

import logging
from collections import Counter

from campaign.access.people import ADMIN
from campaign.cli.session import Session
from campaign.outward.events import Announcer, announce, is_behind
from campaign.outward.sending import Sender, send_due

log = logging.getLogger("campaign")


def tick(session: Session) -> Counter[str]:
    """Tell every subscriber what has happened since; return what became of messages."""
    desk = session.desk
    schedule = desk.schedule() or session.schedule  # as it was last applied
    if not schedule.subscribers:
        return Counter()
    announcer = Announcer(subscribers=schedule.subscribers, pages_url=desk.settings.pages_url)
    with desk.store.read() as connection:
        behind = is_behind(connection, announcer)
    if behind:
        with desk.store.write() as connection:
            announce(connection, announcer, session.now)
    admins = {
        name: one.email
        for name, one in schedule.people.items()
        if ADMIN in one.roles and one.email is not None
    }
    sender = Sender(
        store=desk.store,
        clock=desk.clock,
        seal=desk.means.seal,
        way_out=desk.outside or desk.transport,
        subscribers=schedule.subscribers,
        told=admins,
    )
    return send_due(sender)


def announcer_of(session: Session) -> Announcer:
    """Return what messages are made with, by the schedule of this session."""
    url = session.desk.settings.pages_url
    return Announcer(subscribers=session.schedule.subscribers, pages_url=url)
