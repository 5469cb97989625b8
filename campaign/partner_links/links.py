"""Links by which a partner's contacts see the partner's posts: signed, ending, taken back.

There is one row a link, so that it is known who was given which and each can be taken back by
itself. The row holds a hash of the link's secret; the signature keeps anybody from trying secrets
out. Opening a link writes nothing: nobody is followed, and a mail scanner does no harm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from campaign.partner_page.invitations import LinkError
from campaign.store.deeds import note_deed, note_deeds
from campaign.store.deliveries import Change
from campaign.store.secret_links import new_secret, secret_hash_in
from campaign.store.tables import PARTNER_LINK

LASTS_FOR = timedelta(days=60)
LONGEST_DAYS = 200
_PURPOSE = b"campaign-desk/partner-posts/1"

NOT_WHOLE = "This link is not whole. Open it as it was sent, or ask below for a new one."
TAKEN_BACK = "This link was taken back. Ask below for a new one."
ENDED = "This link has ended. Ask below for a new one."


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """One link, as its row has it."""

    number: int
    partner: str
    contact: str
    made_at: datetime
    made_by: str
    expires_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None

    def works(self, now: datetime) -> bool:
        """Whether it opens anything at this instant."""
        return self.ended_at is None and now < self.expires_at

    @property
    def who(self) -> str:
        """How the log names whoever acts by this link."""
        return self.contact or f"{self.partner} (link {self.number})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """For whom a link is to be made, and for how long."""

    partner: str
    contact: str = ""
    lasts: timedelta = LASTS_FOR


def make_link(
    connection: Connection, wanted: Wanted, change: Change, keys: Sequence[str]
) -> tuple[Link, str]:
    """Make a link; return it with what stands in its address, which nobody can tell again."""
    secret_hash, token = new_secret(_PURPOSE, keys)
    expires_at = (change.at + wanted.lasts).replace(microsecond=0)
    values = {
        "secret_hash": secret_hash,
        "partner": wanted.partner,
        "contact": wanted.contact,
        "made_at": change.at,
        "made_by": change.who,
        "expires_at": expires_at,
    }
    made = connection.execute(insert(PARTNER_LINK).values(**values).returning(PARTNER_LINK))
    link = _link_of(made.one())
    # Its number and no address: the log keeps for good what it is told.
    note_deed(connection, change, "gave link", f"partner {link.partner}, link {link.number}")
    return link, token


def link_in(connection: Connection, token: str, keys: Sequence[str], now: datetime) -> Link:
    """Return the link of a token; raise `LinkError` where it opens nothing."""
    secret_hash = secret_hash_in(token, _PURPOSE, keys)
    query = select(PARTNER_LINK).where(PARTNER_LINK.c.secret_hash == secret_hash)
    row = None if secret_hash is None else connection.execute(query).first()
    if row is None:
        raise LinkError(NOT_WHOLE)
    link = _link_of(row)
    if link.ended_at is not None:
        raise LinkError(TAKEN_BACK)
    if not link.works(now):
        raise LinkError(ENDED)
    return link


def links_of(connection: Connection, partner: str) -> list[Link]:
    """Return every link that a partner was ever given, the oldest first."""
    query = select(PARTNER_LINK).where(PARTNER_LINK.c.partner == partner)
    return [_link_of(row) for row in connection.execute(query.order_by(PARTNER_LINK.c.id))]


def end_links(
    connection: Connection, partner: str, change: Change, *, contact: str | None = None
) -> int:
    """Take back a partner's links that still work, or one contact's; return how many."""
    those = [PARTNER_LINK.c.partner == partner, PARTNER_LINK.c.ended_at.is_(None)]
    those.append(PARTNER_LINK.c.expires_at > change.at)
    if contact is not None:
        those.append(PARTNER_LINK.c.contact == contact)
    statement = update(PARTNER_LINK).where(*those).returning(PARTNER_LINK.c.id)
    ended = connection.execute(statement.values(ended_at=change.at, ended_by=change.who))
    about = [f"partner {partner}, link {one}" for one in sorted(ended.scalars())]
    note_deeds(connection, change, "took link back", about)
    return len(about)


def _link_of(row: Row[Any]) -> Link:
    fields = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's mapping
    del fields["secret_hash"]
    return Link(number=fields.pop("id"), **fields)
