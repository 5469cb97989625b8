"""Links by which somebody without an account is asked for one kind of yes: signed, used once.

A link is bound to what it was asked for, content and time: after an edit it answers nothing. To
open one writes nothing: nobody is followed, and a mail scanner does no harm.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from campaign.decisions.as_shown import Shown
from campaign.models import Delivery
from campaign.partner_page.invitations import LinkError
from campaign.schedule.model import Schedule
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change, log_line
from campaign.store.secret_links import new_secret, secret_hash_in
from campaign.store.tables import OUTSIDE_LINK, OUTSIDE_QUESTION

_PURPOSE = b"campaign-desk/outside-approval/1"
NOT_WHOLE = "This link is not whole. Open it as it stands in the e-mail, or ask for a new one."
TAKEN_BACK = "This link was taken back. Ask whoever sent it for a new one."
ENDED = "This link has ended. Ask whoever sent it for a new one."


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """One link, as its row has it."""

    number: int
    person: str
    kind: str
    asked_at: datetime
    asked_by: str
    expires_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    decision: str | None = None
    decided_at: datetime | None = None

    def state(self, now: datetime) -> str:
        """Say in a word or two how it stands at an instant."""
        if self.decision is not None:
            return f"said {self.decision}"
        if self.ended_at is not None:
            return "taken back"
        return "open" if now < self.expires_at else "ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """Who is to be asked for which yes, about what, and until when."""

    person: str
    kind: str
    deliveries: tuple[Delivery, ...]
    expires_at: datetime


def make_link(
    connection: Connection, asking: Asking, change: Change, keys: Sequence[str]
) -> tuple[Link, str]:
    """Make a link; return it with what stands in its address, which nobody can tell again."""
    secret_hash, token = new_secret(_PURPOSE, keys)
    values = {
        "secret_hash": secret_hash,
        "person": asking.person,
        "kind": asking.kind,
        "asked_at": change.at,
        "asked_by": change.who,
        "expires_at": asking.expires_at,
    }
    made = connection.execute(insert(OUTSIDE_LINK).values(**values).returning(OUTSIDE_LINK))
    link = _link_of(made.one())
    rows = [
        {
            "link_id": link.number,
            "delivery_id": one.id,
            "content_hash": one.content_hash,
            "wall_time": one.wall_time,
        }
        for one in asking.deliveries
    ]
    connection.execute(insert(OUTSIDE_QUESTION), rows)
    note_deed(
        connection, change, "asked outside", f"{link.person}, {link.kind}, link {link.number}"
    )
    why = f"{link.person} is asked for {link.kind}, by link {link.number}"
    for one in asking.deliveries:
        log_line(connection, one, Change(who=change.who, at=change.at, why=why))
    return link, token


def link_in(connection: Connection, schedule: Schedule, token: str, keys: Sequence[str]) -> Link:
    """Return the link of a token, used or ended or not; raise `LinkError` where it is nobody's.

    Taking somebody out of the schedule takes their links away as well.
    """
    secret_hash = secret_hash_in(token, _PURPOSE, keys)
    query = select(OUTSIDE_LINK).where(OUTSIDE_LINK.c.secret_hash == secret_hash)
    row = None if secret_hash is None else connection.execute(query).first()
    if row is None:
        raise LinkError(NOT_WHOLE)
    link = _link_of(row)
    known = schedule.people.get(link.person)
    if known is None or not known.outside or link.kind not in known.roles:
        raise LinkError(TAKEN_BACK)
    return link


def asked_for(connection: Connection, link: Link) -> list[Shown]:
    """Return what a link asks for."""
    query = select(OUTSIDE_QUESTION).where(OUTSIDE_QUESTION.c.link_id == link.number)
    rows = connection.execute(query.order_by(OUTSIDE_QUESTION.c.delivery_id))
    return [Shown(row.delivery_id, row.content_hash, row.wall_time) for row in rows]


def all_links(connection: Connection) -> list[Link]:
    """Return every link that was ever made, the oldest first."""
    query = select(OUTSIDE_LINK).order_by(OUTSIDE_LINK.c.id)
    return [_link_of(row) for row in connection.execute(query)]


def links_about(connection: Connection, ids: Collection[str]) -> list[Link]:
    """Return the links that ask for any of some deliveries, the oldest first."""
    those = select(OUTSIDE_QUESTION.c.link_id).where(OUTSIDE_QUESTION.c.delivery_id.in_(list(ids)))
    query = select(OUTSIDE_LINK).where(OUTSIDE_LINK.c.id.in_(those))
    return [_link_of(row) for row in connection.execute(query.order_by(OUTSIDE_LINK.c.id))]


def link_of_number(connection: Connection, number: int) -> Link | None:
    """Return one link; None where there is none of the number."""
    row = connection.execute(select(OUTSIDE_LINK).where(OUTSIDE_LINK.c.id == number)).first()
    return None if row is None else _link_of(row)


def take_back(connection: Connection, link: Link, change: Change) -> bool:
    """Take a link back that nobody has used; False where there is nothing to take back."""
    open_one = update(OUTSIDE_LINK).where(
        OUTSIDE_LINK.c.id == link.number,
        OUTSIDE_LINK.c.ended_at.is_(None),
        OUTSIDE_LINK.c.decision.is_(None),
    )
    done = connection.execute(open_one.values(ended_at=change.at, ended_by=change.who))
    if done.rowcount == 1:
        note_deed(connection, change, "took link back", f"{link.person}, link {link.number}")
    return done.rowcount == 1


def note_used(connection: Connection, link: Link, decision: str, at: datetime) -> bool:
    """Write what a link was used for; False where somebody was quicker."""
    unused = update(OUTSIDE_LINK).where(
        OUTSIDE_LINK.c.id == link.number,
        OUTSIDE_LINK.c.ended_at.is_(None),
        OUTSIDE_LINK.c.decision.is_(None),
    )
    return connection.execute(unused.values(decision=decision, decided_at=at)).rowcount == 1


def _link_of(row: Row[Any]) -> Link:
    fields = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's mapping
    del fields["secret_hash"]
    return Link(number=fields.pop("id"), **fields)
