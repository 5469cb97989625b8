"""Whoever opens a link: for which partner, and by whose hand what is done is written down.

A link goes on working only while the schedule still names its partner and, where it was given to
one contact, that contact. Taking somebody out of the schedule takes the link away as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from campaign.partner_links.contacts import addresses_of, same
from campaign.partner_links.links import TAKEN_BACK, Link, link_in
from campaign.partner_page.invitations import LinkError
from campaign.schedule.model import Schedule


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A request that came by a good link."""

    link: Link
    token: str

    @property
    def partner(self) -> str:
        """Whose posts it shows."""
        return self.link.partner

    @property
    def who(self) -> str:
        """How the log names whoever acts."""
        return self.link.who


def visit_by(
    connection: Connection, schedule: Schedule, token: str, keys: Sequence[str], now: datetime
) -> Visit:
    """Return whose posts a token shows; raise `LinkError` where it opens nothing."""
    link = link_in(connection, token, keys, now)
    known = {same(one) for one in addresses_of(schedule, link.partner)}
    if link.partner not in schedule.partners or (link.contact and same(link.contact) not in known):
        raise LinkError(TAKEN_BACK)
    return Visit(link=link, token=token)
