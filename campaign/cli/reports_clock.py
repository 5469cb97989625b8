"""What the clock does for the weekly report: prepare it, remind of it, send the letters.

Each ring looks at the rows and does what is due, so it does not matter how often it rings, in
which process, or whether one was missed.
"""

import logging
from collections import Counter
from datetime import datetime, timedelta

from analytics.issues import Press, prepare
from analytics.letters import (
    addresses_of,
    draft_words,
    letters_to,
    reminder_words,
    trouble_words,
)
from analytics.weeks import Week, week_of
from campaign.cli.session import Session
from campaign.mailing.outbox import REFUSED, UNKNOWN, letters_of, write_letters
from campaign.mailing.sending import Sender, send_waiting
from campaign.schedule.reporting import Reporting
from campaign.store.reports import issues_of

log = logging.getLogger("campaign")

PREPARED_AT = timedelta(days=1, hours=7)
REMINDED_AT = timedelta(days=1, hours=12)
"""From Monday 00:00 after the week, on the campaign's clocks: Tuesday morning, Tuesday noon."""


def press_of(session: Session, banner: str | None = None) -> Press:
    """Return what reports are made with."""
    return Press(
        store=session.desk.store,
        networks=session.desk.networks_by_name,
        schedule=session.schedule,
        banner=banner,
    )


def tick(session: Session) -> Counter[str]:
    """Do everything that is due by now; return what became of letters."""
    reporting, now = session.schedule.report, session.now
    week = week_of(now, session.schedule.zone).shifted(-1)
    if reporting is not None and _is_of_campaign(session, week):
        if now >= _local(week, PREPARED_AT):
            _prepare(session, reporting, week, now)
        if now >= _local(week, REMINDED_AT):
            _remind(session, reporting, week, now)
        _tell_of_trouble(session, reporting, week, now)
    return send_letters(session)


def send_letters(session: Session) -> Counter[str]:
    """Send what waits in the outbox, where a mail server is set."""
    desk = session.desk
    if desk.settings.mail is None:
        return Counter()
    return send_waiting(Sender(store=desk.store, clock=desk.clock, server=desk.settings.mail))


def release_command(week: Week) -> str:
    """Return what a person types to release a week."""
    return f'campaign send-report --week {week.name} --as NAME --learning "…"'


def _is_of_campaign(session: Session, week: Week) -> bool:
    runs = session.schedule.runs
    return runs.from_on <= week.sunday_on and week.monday_on <= runs.until_on


def _local(week: Week, after: timedelta) -> datetime:
    """Return an hour of the week after, by the clocks on the wall."""
    monday = week.shifted(1).start_at.astimezone(week.zone).replace(tzinfo=None)
    return (monday + after).replace(tzinfo=week.zone)


def _prepare(session: Session, reporting: Reporting, week: Week, now: datetime) -> None:
    with session.desk.store.read() as connection:
        if issues_of(connection, week.name):
            return
    report = press_of(session).built(week, now)
    today = now.astimezone(week.zone).date()
    words = draft_words(report, release_command(week))
    with session.desk.store.write() as connection:
        issue = prepare(connection, week, now)
        if issue.as_of == now:
            to = addresses_of(session.schedule, reporting.releasers(today))
            write_letters(connection, letters_to(issue, to, words, now))
            log.info("the report of %s is prepared; it waits for its release", week.name)


def _remind(session: Session, reporting: Reporting, week: Week, now: datetime) -> None:
    with session.desk.store.write() as connection:
        issue = prepare(connection, week, now)
        if issue.released_at is not None:
            return
        schedule = session.schedule
        words = reminder_words(schedule.title or schedule.campaign, week, release_command(week))
        to = addresses_of(schedule, reporting.told())
        if write_letters(connection, letters_to(issue, to, words, now)):
            log.warning("nobody has released the report of %s", week.name)


def _tell_of_trouble(session: Session, reporting: Reporting, week: Week, now: datetime) -> None:
    """Tell the named person of letters that nobody knows the fate of, once for each."""
    with session.desk.store.write() as connection:
        issues = issues_of(connection, week.name)
        letters = letters_of(connection, f"{week.name}/")
        lost = [
            one for one in letters if one.state in (UNKNOWN, REFUSED) and one.purpose == "report"
        ]
        if issues and lost:
            to = addresses_of(session.schedule, [reporting.released_by])
            write_letters(connection, letters_to(issues[-1], to, trouble_words(lost), now))
