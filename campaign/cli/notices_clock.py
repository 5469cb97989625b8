"""What the clock does for the team's letters: notes what happened, writes what is due, sends it.

Each ring looks at the rows and does what is due, so it does not matter how often it rings, in
which process, or whether one was missed. Without a mail server nothing is noted; what still holds
when there is one is told then.
"""

import logging
from datetime import timedelta

from campaign.access.deputies import today
from campaign.access.leaving import everybody_who_left
from campaign.cli.reports_clock import send_letters
from campaign.cli.session import Session
from campaign.notices.bureau import Bureau
from campaign.notices.concerned import Concerned
from campaign.notices.pointers import Pointers
from campaign.notices.rounds import make_round
from campaign.store.absences import absences_on

log = logging.getLogger("campaign")

EVERY = timedelta(seconds=30)


def tick(session: Session) -> int:
    """Do everything that is due by now; return how many letters were written."""
    settings = session.desk.settings
    bureau = bureau_of(session) if settings.mail else None
    if bureau is None:
        return 0
    made = make_round(session.desk.store, bureau, settings.digest_at)
    if made.unheard:
        log.warning("matters of which nobody can be told by e-mail: %s", made.unheard)
    if made.letters:
        log.info("letters to the team written: %s", len(made.letters))
        send_letters(session)
    return len(made.letters)


def bureau_of(session: Session) -> Bureau | None:
    """Return what letters are written with, by what is applied now; None before the first time."""
    desk = session.desk
    schedule = desk.schedule()
    if schedule is None:
        return None
    with desk.store.read() as connection:
        gone = everybody_who_left(connection)
        absences = absences_on(connection, today(schedule, session.now))
    public = desk.settings.public
    return Bureau(
        schedule=schedule,
        concerned=Concerned(schedule, gone, absences),
        pointers=Pointers(public.url if public else ""),
        now=session.now,
    )
