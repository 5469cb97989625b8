"""What the clock does for sign-ins: renews what is due, and tells people of what comes to an end.

Each ring looks at the rows and does what is due. A letter has an id of channel, sign-in and
warning, so that each person gets each warning once, whatever number of processes rings.
"""

import logging
from collections.abc import Iterable

from sqlalchemy import select

from campaign.cli.output import for_people
from campaign.cli.session import Session
from campaign.credentials.ending import Ending, endings, in_words
from campaign.credentials.holding import renew_due
from campaign.mailing.outbox import PLANNED, write_letters
from campaign.models_reports import Letter
from campaign.publishing.accounts import Account
from campaign.schedule.model import Schedule
from campaign.store.credentials import Kept, all_kept
from campaign.store.tables import CHANNEL
from connectors.contract import ConnectorError

log = logging.getLogger("campaign")


def tick(session: Session) -> None:
    """Renew, and write letters about what ends."""
    accounts, rows = in_use(session)
    if not rows:
        return
    try:
        done = renew_due(session.desk.holder, session.desk.means, accounts, rows)
    except ConnectorError as error:  # renewed, and the database would not take it just then
        log.error("%s", error)  # noqa: TRY400 - a sentence, no traceback
        done = None
    if done:
        _, rows = in_use(session)
    _write(session, endings(rows, session.now))


def in_use(session: Session) -> tuple[dict[str, Account], list[Kept]]:
    """Return the accounts that posts go to, and what was signed in and is used for them."""
    query = select(CHANNEL.c.id).where(CHANNEL.c.active, CHANNEL.c.mode != "pack")
    desk = session.desk
    with desk.store.read() as connection:
        rows = all_kept(connection)
        active = set(connection.execute(query).scalars()) if rows else set()
    accounts = {one: desk.account(one) for one in sorted(active & {row.channel for row in rows})}
    used = {name: one for name, one in accounts.items() if not desk.in_environment(one)}
    return used, [one for one in rows if one.channel in used]


def words_of(session: Session, ending: Ending) -> str:
    """Say of a sign-in that it ends."""
    return in_words(ending, for_people(ending.at, session.schedule.zone))


def _write(session: Session, found: Iterable[Ending]) -> None:
    for one in found:
        letters = [
            _letter(session, one, person, address)
            for person, address in _told(session.schedule, one.channel).items()
        ]
        with session.desk.store.write() as connection:
            new = write_letters(connection, letters)
        if new or not letters:
            log.warning("%s", words_of(session, one))


def _told(schedule: Schedule, channel: str) -> dict[str, str]:
    """Return who hears of it by e-mail: approvers, and the people of the channel's partner."""
    partner = schedule.channels[channel].partner
    return {
        name: one.email
        for name, one in schedule.people.items()
        if one.email and ("approver" in one.roles or one.partner == partner)
    }


def _letter(session: Session, ending: Ending, person: str, address: str) -> Letter:
    words = words_of(session, ending)
    text = (
        f"{words[0].upper()}{words[1:]}.\n\n"
        "Until then posts go out as planned. Afterwards they wait on that channel, and what waits\n"
        "longer than its late limit is not sent by itself.\n"
    )
    kind = f"sign-in/{ending.channel}/{ending.grant_id[:12]}/{ending.warned_ahead}/{person}"
    return Letter(
        id=kind,
        purpose="sign-in",
        person=person,
        address=address,
        subject=f"Sign in again: {ending.channel}",
        text=text,
        state=PLANNED,
        created_at=session.now,
    )
