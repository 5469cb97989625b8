"""What keeps a letter to a partner back at the last moment: a stop, a no, or that it is too late.

A stop is no answer: what still holds when it is lifted goes out then.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from campaign.mailing.outbox import NOT_SENT, PLANNED, Outcome
from campaign.models_reports import Letter
from campaign.store.barriers import stop_on_partner, stop_on_posts
from campaign.store.leaving import left
from campaign.store.tables import PARTNER_ADDRESS

QUESTION, NUDGE = "partner-question", "partner-nudge"
BEFORE, AFTER = "reminder-before", "reminder-after"
TO_PARTNERS = frozenset({QUESTION, NUDGE, BEFORE, AFTER})
"""Purposes of letters that a stop silences; their `person` is the partner."""
ASKED_AGAIN_AFTER = timedelta(minutes=1)


def kept_back(connection: Connection, letter: Letter, now: datetime) -> Outcome | None:
    """Return what becomes of a letter that is not to leave now; None where it may."""
    if letter.good_until is not None and now >= letter.good_until:
        return Outcome(state=NOT_SENT, note="what it says was no longer so")
    if letter.purpose not in TO_PARTNERS:
        return None
    if letter.person in left(connection):
        return Outcome(state=NOT_SENT, note="the partner has left")
    if letter.stop_link and has_stopped(connection, letter.address):
        return Outcome(state=NOT_SENT, note="its reader wants no reminders")
    by_theme = stop_on_posts(connection, letter.posts.split())
    stopped = stop_on_partner(connection, letter.person) or next(iter(by_theme.values()), None)
    if stopped:
        return Outcome(state=PLANNED, note=stopped, not_before=now + ASKED_AGAIN_AFTER)
    return None


def has_stopped(connection: Connection, address: str) -> bool:
    """Whether the owner of an address wants no reminders any more."""
    query = select(PARTNER_ADDRESS.c.address).where(
        PARTNER_ADDRESS.c.address == address.lower(), PARTNER_ADDRESS.c.stopped_at.is_not(None)
    )
    return connection.execute(query).first() is not None
