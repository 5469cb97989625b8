"""What the clock does for partners: asks, reminds, and lets silence be what it is.

Each ring looks at the rows and does what is due, so it does not matter how often it rings, in
which process, or whether one was missed.
"""

import logging

from campaign.cli.session import Session
from campaign.partnering.asking import ask_partners, nudge_partners
from campaign.partnering.letters import Office
from campaign.partnering.reminders import close_unreported, remind_partners
from campaign.store.questions import take_silence

log = logging.getLogger("campaign")


def tick(session: Session) -> None:
    """Do everything that is due by now; letters wait in the outbox for their own ring."""
    desk = session.desk
    schedule = desk.schedule()  # what is applied now, which may be newer than when we began
    if schedule is None:
        return
    public = desk.settings.public
    office = Office(schedule=schedule, now=session.now, public_url=public.url if public else "")
    with desk.store.write() as connection:
        silent = [*take_silence(connection, office.now), *close_unreported(connection, office.now)]
        asked = ask_partners(connection, office)
        nudged = nudge_partners(connection, office)
        reminded = remind_partners(connection, office)
    for number, what in (
        (len(asked), "asked of partners"),
        (len(nudged), "asked of partners once more"),
        (reminded, "reminded of"),
        (len(silent), "without an answer from the partner"),
    ):
        if number:
            log.info("%s: %s", what, number)
