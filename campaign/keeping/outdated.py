"""Ends what a restored database must not bring back: visits, tokens, links, letters and more.

What was ended, used up or sent after the backup stands in it as if it were not. Nobody is signed in
again who had signed out, no link works again that was taken back, no letter leaves a second time,
and no live post gets words that a later correction has replaced.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, delete, select, update

from campaign.keeping.unsure import Gap
from campaign.mailing.keeping_back import AFTER, BEFORE, NUDGE, QUESTION
from campaign.mailing.outbox import HOLD_LINKS, NOT_SENT, PLANNED, SENDING, UNKNOWN
from campaign.states import State
from campaign.store.backends import insert
from campaign.store.corrections import OPEN, Stage
from campaign.store.deliveries import Change
from campaign.store.tables import (
    ABSENCE,
    ACCESS_TOKEN,
    CHANNEL,
    CORRECTION,
    CREDENTIAL,
    DELIVERY,
    HEARTBEAT,
    INVITATION,
    KEPT_SESSION,
    LETTER,
    OUTSIDE_LINK,
    OUTSIDE_QUESTION,
    OUTWARD_MESSAGE,
    PARTNER_LINK,
    PARTNER_QUESTION,
    PARTNER_REMINDER,
    PREVIEW_LINK,
    SHOWN,
    SIGN_IN_LINK,
    VISIT,
    WITHDRAWAL,
)

EMPTIED: Mapping[str, Table] = {
    "visits": VISIT,
    "sign-in links": SIGN_IN_LINK,
    "invitations": INVITATION,
    "questions": PARTNER_QUESTION,
    "network sessions": KEPT_SESSION,
    "picture addresses": SHOWN,
    "processes": HEARTBEAT,
    "access tokens": ACCESS_TOKEN,
    "preview links": PREVIEW_LINK,
    "questions to people outside": OUTSIDE_QUESTION,
}
"""Nothing in these holds any longer; what is needed of it is made anew."""

SOON = timedelta(days=2)
"""How long before a slot a partner may have been reminded of it."""


def end_outdated(connection: Connection, gap: Gap, change: Change) -> Counter[str]:
    """End all of it; return how much of each kind there was."""
    ended: Counter[str] = Counter()
    for name, table in EMPTIED.items():
        ended[name] = connection.execute(delete(table)).rowcount
    ended["partner links"] = _end_links(connection, PARTNER_LINK, change)
    ended["links of approvers outside"] = _end_links(connection, OUTSIDE_LINK, change)
    ended["deputies"] = _end_deputies(connection, change)
    ended["letters"] = _keep_letters(connection, change)
    ended["messages"] = _give_messages_up(connection, change)
    ended["corrections"] = _drop_corrections(connection, change)
    ended["reminders"] = _take_as_reminded(connection, gap)
    _forget_leases(connection)
    return +ended


def _end_links(connection: Connection, table: Table, change: Change) -> int:
    stands = update(table).where(table.c.ended_at.is_(None))
    return connection.execute(stands.values(ended_at=change.at, ended_by=change.who)).rowcount


def _end_deputies(connection: Connection, change: Change) -> int:
    """End them all: one that was ended since must open nothing; who is away names one anew."""
    stands = update(ABSENCE).where(ABSENCE.c.ended_at.is_(None))
    return connection.execute(stands.values(ended_at=change.at, ended_by=change.who)).rowcount


def _keep_letters(connection: Connection, change: Change) -> int:
    """Leave to a person what may have been sent since; what holds a dead link is not sent."""
    waiting = update(LETTER).where(LETTER.c.state.in_((PLANNED, SENDING)))
    void = LETTER.c.purpose.in_((*HOLD_LINKS, QUESTION, NUDGE))
    ended = {"ended_at": change.at, "lease_until": None, "not_before": None}
    gone = waiting.where(void).values(
        state=NOT_SENT, note=f"{change.why}; what it says holds no longer", **ended
    )
    kept = waiting.where(~void).values(
        state=UNKNOWN, note=f"{change.why}; it may have been sent since", **ended
    )
    return connection.execute(gone).rowcount + connection.execute(kept).rowcount


def _give_messages_up(connection: Connection, change: Change) -> int:
    """Send no message that may have arrived since; a person can replay it."""
    waiting = update(OUTWARD_MESSAGE).where(OUTWARD_MESSAGE.c.state == "waiting")
    note = f"{change.why}; it may have arrived since"
    values = {"state": "given-up", "note": note, "ended_at": change.at}
    return connection.execute(waiting.values(**values)).rowcount


def _drop_corrections(connection: Connection, change: Change) -> int:
    """Drop what has not been made: later words may stand on the network by now."""
    note = f"{change.why}; ask for it again if it still holds"
    values = {"stage": Stage.DROPPED, "note": note, "lease_until": None, "ended_at": change.at}
    open_ones = update(CORRECTION).where(CORRECTION.c.stage.in_(OPEN))
    return connection.execute(open_ones.values(**values)).rowcount


def _take_as_reminded(connection: Connection, gap: Gap) -> int:
    """Note what partners may have been reminded of since, so that they are not reminded twice."""
    query = select(DELIVERY.c.id, DELIVERY.c.due_at).where(DELIVERY.c.state == State.WITH_PARTNER)
    rows = [
        {"delivery_id": row.id, "kind": kind, "due_at": row.due_at, "said_at": gap.until}
        for row in connection.execute(query)
        for kind in _reminded(row.due_at, gap)
    ]
    return sum(
        connection.execute(
            insert(connection, PARTNER_REMINDER).values(**row).on_conflict_do_nothing()
        ).rowcount
        for row in rows
    )


def _reminded(due_at: datetime, gap: Gap) -> list[str]:
    """Return the reminders of a slot whose time lay after the backup and before the restore."""
    found = []
    if due_at > gap.since and due_at - SOON <= gap.until:
        found.append(BEFORE)
    if due_at <= gap.until:
        found.append(AFTER)
    return found


def _forget_leases(connection: Connection) -> None:
    """Let nobody wait for a process, or trust in a quota, that was the other database's."""
    connection.execute(update(CHANNEL).values(allowance=None, allowance_until=None))
    connection.execute(update(CREDENTIAL).values(renewing_until=None))
    connection.execute(update(WITHDRAWAL).values(lease_until=None))
