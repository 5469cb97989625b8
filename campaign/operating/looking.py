"""One look at how things stand, once a minute: alarms, and the sign that posts truly go out."""

import logging
from collections.abc import Sequence
from datetime import timedelta

import requests
from sqlalchemy import select

from campaign.log_words import Said
from campaign.operating.alarms import Found, judge, overdue
from campaign.operating.heartbeats import missing_for_publishing
from campaign.operating.measuring import Measured, measure
from campaign.operating.pulse import WEB
from campaign.operating.standing import LASTS_BEFORE_TOLD, take_in
from campaign.operating.telling import PATIENCE_S, tell
from campaign.operating.watched import Watched
from campaign.settings import PROCRASTINATE
from campaign.store.tables import CAMPAIGN

log = logging.getLogger("campaign")


def look(watched: Watched, lasts: timedelta = LASTS_BEFORE_TOLD) -> Sequence[Found]:
    """Judge how things stand, tell of what is new, and give the sign of life where it is true.

    Raises `DBAPIError` where the database cannot be used: then no sign is given either, which is
    what whoever waits for it listens for.
    """
    with watched.store.read() as connection:
        seen = measure(connection, watched.networks, watched.zone(), watched.clock.now())
        campaign = connection.execute(select(CAMPAIGN.c.id)).scalar() or ""
    watching = watched.settings.operating
    found = list(judge(seen, watching, by_workers=_by_workers(watched)))
    if truly_publishes(watched, seen):
        _give_sign(watching.alive_url)
    if watching.alarm_to or watching.alarm_url:
        with watched.store.write() as connection:
            told = take_in(connection, found, watched.clock.now(), lasts=lasts)
        tell(watched, told, campaign)
    return found


def truly_publishes(watched: Watched, seen: Measured) -> bool:
    """Whether this process does its work, those it needs do theirs, and nothing waits too long."""
    works = watched.pulse.kind != WEB and watched.pulse.works() and watched.pulse.lives()
    by_workers = _by_workers(watched)
    missing = missing_for_publishing(seen.beats, seen.as_of, by_workers=by_workers)
    return works and missing is None and not any(overdue(seen, watched.settings.operating))


def _by_workers(watched: Watched) -> bool:
    return watched.settings.engine == PROCRASTINATE


def _give_sign(address: str) -> None:
    if not address:
        return
    try:
        answer = requests.get(address, timeout=PATIENCE_S, allow_redirects=False)
    except requests.RequestException as error:
        log.warning("the sign of life was not taken: %s", Said(type(error).__name__))
        return
    if not answer.ok:
        log.warning("the sign of life was answered with %s", answer.status_code)
