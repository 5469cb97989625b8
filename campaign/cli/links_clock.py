"""What the clock does for links: tries those of the next day, and tells people of what is wrong."""

import hashlib
import logging
from functools import partial

from campaign.cli.output import counted
from campaign.cli.session import Session
from campaign.link_checks.checking import Trouble, check_links, troubles
from campaign.link_checks.trying import try_link
from campaign.mailing.outbox import PLANNED, write_letters
from campaign.models_reports import Letter
from campaign.people import with_deputies

log = logging.getLogger("campaign")


def tick(session: Session) -> int:
    """Try what is due, write letters about what is wrong; return how many pages were tried."""
    try_one = partial(try_link, exempt=session.desk.settings.private_addresses)
    tried = check_links(session.desk.store, session.now, try_one)
    with session.desk.store.read() as connection:
        found = troubles(connection, session.now)
    for one in found:
        _tell(session, one)
    return tried


def words_of(trouble: Trouble) -> str:
    """Say what is wrong with a link, and with which deliveries it goes out."""
    first = ", ".join(trouble.deliveries[:3])
    more = f" and {len(trouble.deliveries) - 3} more" if len(trouble.deliveries) > 3 else ""
    return f"{trouble.words} (in {first}{more})"


def _tell(session: Session, trouble: Trouble) -> None:
    told = with_deputies(
        (
            name
            for name, one in session.schedule.people.items()
            if {"author", "approver"} & set(one.roles)
        ),
        session.roles,
    )
    known = session.schedule.people
    people = {name: email for name in told if name in known and (email := known[name].email)}
    letters = [_letter(session, trouble, name, address) for name, address in people.items()]
    with session.desk.store.write() as connection:
        new = write_letters(connection, letters)
    if new or not letters:
        log.warning("a link to look at: %s", words_of(trouble))


def _letter(session: Session, trouble: Trouble, person: str, address: str) -> Letter:
    deliveries = "\n".join(f"  {one}" for one in trouble.deliveries)
    text = (
        f"{trouble.words}.\n\n"
        f"It goes out within a day in:\n{deliveries}\n\n"
        "Nothing is held back for it. To keep a post back, reject it or move it; to change its\n"
        "link, edit the post and apply it.\n"
    )
    which = hashlib.sha256(f"{trouble.page}\n{trouble.words}".encode()).hexdigest()[:16]
    return Letter(
        id=f"link/{which}/{session.now:%Y-%m-%d}/{person}",
        purpose="link",
        person=person,
        address=address,
        subject=f"A link to look at in {counted(len(trouble.deliveries), 'post')} of tomorrow",
        text=text,
        state=PLANNED,
        created_at=session.now,
    )
