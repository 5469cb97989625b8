"""What the clock does for sign-ins: renews what is due, and tells people of what comes to an end.

Each ring looks at the rows and does what is due. A letter has an id of channel, sign-in and
warning, so that each person gets each warning once, whatever number of processes rings.
"""

import logging
from collections.abc import Iterable

from sqlalchemy import Connection, select

from campaign.cli.output import for_people
from campaign.cli.session import Session
from campaign.credentials.ending import Ending, endings, in_words
from campaign.credentials.holding import renew_due
from campaign.mailing.outbox import PLANNED, write_letters
from campaign.models_reports import Letter
from campaign.partner_page.invitations import LASTS_FOR, invitation_of, invite, token_of
from campaign.people import with_deputies
from campaign.publishing.accounts import Account
from campaign.store.credentials import Kept, all_kept
from campaign.store.tables import CHANNEL, LETTER
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
        people = _told(session, one.channel)
        with session.desk.store.write() as connection:
            untold = _untold(connection, one, people)
            where = _where(connection, session, one) if untold else ""
            letters = [_letter(session, one, name, (people[name], where)) for name in untold]
            new = write_letters(connection, letters)
        if new or not people:
            log.warning("%s", words_of(session, one))


def _told(session: Session, channel: str) -> dict[str, str]:
    """Return who hears of it by e-mail: approvers, their deputies, the channel's partner."""
    people = session.schedule.people
    partner = session.schedule.channels[channel].partner
    told = (
        name for name, one in people.items() if "approver" in one.roles or one.partner == partner
    )
    listed = with_deputies(told, session.roles)
    return {name: email for name in listed if name in people and (email := people[name].email)}


def _untold(connection: Connection, ending: Ending, people: Iterable[str]) -> list[str]:
    """Return those to whom this warning was not written yet."""
    ids = {_id(ending, one): one for one in people}
    there = select(LETTER.c.id).where(LETTER.c.id.in_(list(ids)))
    done = set(connection.execute(there).scalars())
    return [person for one, person in ids.items() if one not in done]


def _where(connection: Connection, session: Session, ending: Ending) -> str:
    """Return the page on which the channel is signed in again; empty where none is reached.

    It is the channel's own link. One that was given out and works for some days stays as it is:
    another would void it.
    """
    settings, now = session.desk.settings, session.now
    if settings.public is None or not settings.secret_keys:
        return ""
    kept = invitation_of(connection, ending.channel)
    if kept is None or kept.expires_at < now + LASTS_FOR / 2:
        kept = invite(connection, ending.channel, "campaign", now, lasts=LASTS_FOR)
    return f"{settings.public.url}/connect/{token_of(kept, settings.secret_keys)}"


def _id(ending: Ending, person: str) -> str:
    return f"sign-in/{ending.channel}/{ending.grant_id[:12]}/{ending.warned_ahead}/{person}"


def _letter(session: Session, ending: Ending, person: str, to: tuple[str, str]) -> Letter:
    address, where = to
    words = words_of(session, ending)
    link = (
        f"Sign it in again on this page, as the account's owner; it needs no password of ours, so\n"
        f"please pass it on to nobody else:\n{where}\n\n"
    )
    text = (
        f"{words[0].upper()}{words[1:]}.\n\n"
        f"{link if where else ''}"
        "Until then posts go out as planned. Afterwards they wait on that channel, and what waits\n"
        "longer than its late limit is not sent by itself.\n"
    )
    return Letter(
        id=_id(ending, person),
        purpose="sign-in",
        person=person,
        address=address,
        subject=f"Sign in again: {ending.channel}",
        text=text,
        state=PLANNED,
        created_at=session.now,
    )
