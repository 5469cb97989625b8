"""Everything that a machine needs to be fit for publishing; nothing here asks a network."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from campaign.clock import SystemClock
from campaign.fitness.databases import database_settings
from campaign.fitness.disks import disks
from campaign.fitness.finding import Finding, found
from campaign.fitness.programs import pdf_files, versions
from campaign.fitness.rights import rights
from campaign.fitness.zones import time_zone
from campaign.mail_settings import MailServer
from campaign.mailing.servers import try_out
from campaign.schedule.model import Schedule
from campaign.settings import Settings
from campaign.store.database import Store
from connectors.handing import NotHandedError

PATIENCE = timedelta(seconds=10)


def machine(
    settings: Settings, store: Store, schedule: Schedule, now: datetime
) -> Iterator[Finding]:
    """Look at disks, rights, the database's settings, what is installed, and the mail server.

    The mail server is signed in to, and given no letter.
    """
    yield from disks(settings.folder, store, now)
    yield rights(settings.folder, settings.environment, store)
    yield database_settings(store, SystemClock().now())
    yield versions(now.date())
    first, last = (
        datetime.combine(day, time(12), UTC)
        for day in (schedule.runs.from_on, schedule.runs.until_on)
    )
    yield time_zone(str(schedule.zone), first, last)
    yield pdf_files()
    if settings.mail is not None:
        yield _mail(settings.mail)


def _mail(server: MailServer) -> Finding:
    where = str(server.folder) if server.folder is not None else f"{server.host}:{server.port}"
    try:
        try_out(server, PATIENCE)
    except NotHandedError as error:
        words = f"{error}; look at CAMPAIGN_MAIL_SERVER"
        return found("mail server", words, "")
    return found("mail server", None, f"{where} takes letters from {server.sender}")
