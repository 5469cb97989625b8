"""A lost link is asked for by e-mail address, and sent to nobody but a partner's known contacts.

Whoever asks is told the same, whether the address is known or not. What is asked for too often is
left undone, silently as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from campaign.mailing.outbox import write_letters
from campaign.models_reports import Letter
from campaign.partner_links.contacts import addresses_of, partners_reached_at, same
from campaign.partner_links.links import Link, Wanted, make_link
from campaign.schedule.model import Schedule
from campaign.signing import marked
from campaign.store.deliveries import Change
from campaign.store.tables import LINK_REQUEST

PURPOSE = "partner-link"
"""Of letters that hold a link; once one has been sent its text is taken out of the outbox."""
ANSWER = (
    "If this address belongs to a contact of a partner, a new link is on its way to it. It may "
    "take some minutes. If nothing comes, write to whoever sent you the link."
)
BY = "whoever asked for a lost link"
LASTS_FOR = timedelta(days=30)
AGAIN_AFTER = timedelta(minutes=10)
A_DAY = timedelta(days=1)
MOST_A_DAY = 5
"""To one address."""
MOST_AN_HOUR = 60
"""To all addresses together."""
_MARKS = b"campaign-desk/link-request/1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """What sending links by e-mail needs."""

    schedule: Schedule
    keys: Sequence[str]
    address: str
    """Where the pages are, without a slash at the end; a link's token comes behind it."""


def ask_again(connection: Connection, post: Post, typed: str, now: datetime) -> str:
    """Take a request for a lost link; return what to tell, which is always the same."""
    mark = marked(same(typed), _MARKS, post.keys)
    connection.execute(delete(LINK_REQUEST).where(LINK_REQUEST.c.asked_at <= now - A_DAY))
    if _may_ask(connection, mark, now):
        connection.execute(insert(LINK_REQUEST).values(address_mark=mark, asked_at=now))
        for partner in partners_reached_at(post.schedule, typed):
            address = _as_known(post.schedule, partner, typed)
            send_link(connection, post, Wanted(partner=partner, contact=address), BY, now)
    return ANSWER


def send_link(connection: Connection, post: Post, wanted: Wanted, by: str, now: datetime) -> Link:
    """Make a link for a contact and put the letter with it into the outbox."""
    change = Change(who=by, at=now, why="")
    link, token = make_link(connection, wanted, change, post.keys)
    title = post.schedule.title or post.schedule.campaign
    name = post.schedule.partners[wanted.partner].name
    until = link.expires_at.astimezone(post.schedule.zone)
    text = (
        f"Here is your link to the posts of {name} for the campaign “{title}”:\n\n"
        f"{post.address}/{token}\n\n"
        f"It works until {until.day} {until:%B %Y, %H:%M} and needs no password, so please do not\n"
        "pass it on: whoever has it can answer in your name. If you did not ask for it,\n"
        "you need do nothing.\n"
    )
    letter = Letter(
        id=f"{PURPOSE}/{wanted.partner}/{link.number}",
        purpose=PURPOSE,
        person=wanted.contact,
        address=wanted.contact,
        subject=f"Your link to the posts of “{title}”",
        text=text,
        state="planned",
        created_at=now,
    )
    write_letters(connection, [letter])
    return link


def _may_ask(connection: Connection, mark: str, now: datetime) -> bool:
    def since(age: timedelta, *those: str) -> int:
        query = select(func.count()).where(LINK_REQUEST.c.asked_at > now - age)
        if those:
            query = query.where(LINK_REQUEST.c.address_mark.in_(those))
        return connection.execute(query).scalar_one()

    return (
        since(AGAIN_AFTER, mark) == 0
        and since(A_DAY, mark) < MOST_A_DAY
        and since(timedelta(hours=1)) < MOST_AN_HOUR
    )


def _as_known(schedule: Schedule, partner: str, typed: str) -> str:
    """Return the address as the schedule writes it: nothing that was typed is written to."""
    return next(one for one in addresses_of(schedule, partner) if same(one) == same(typed))
