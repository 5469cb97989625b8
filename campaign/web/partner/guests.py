"""Whoever comes by a partner's link: no account, no cookie, nobody is followed.

The secret stands in the address, so a page that another site made cannot know where to send a
form. Every page asks anew whether the link still works.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request

from campaign.partner_links.posts import PartnerPost, post_of
from campaign.partner_links.visits import Visit, visit_by
from campaign.partner_page.invitations import LinkError
from campaign.schedule.model import Schedule
from campaign.store.database import Store
from campaign.web.answers import NotFoundError
from campaign.web.forms import Form
from campaign.web.visitors import Anyone, Visitor
from connectors.contract import Network

UNDER = "/partner"
MOST_FIELDS, MOST_FILES = 50, 1


class LinkGoneError(Exception):
    """A link that opens nothing; the message says what to do and reveals nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Guest:
    """One request that came by a good link."""

    visitor: Visitor
    visit: Visit
    schedule: Schedule
    now: datetime

    @property
    def store(self) -> Store:
        """The campaign's database."""
        return self.visitor.desk.store

    @property
    def base(self) -> str:
        """The path of this link's pages."""
        return f"{UNDER}/{self.visit.token}"

    @property
    def who(self) -> str:
        """How the log names whoever acts."""
        return self.visit.who

    def path_of(self, post: PartnerPost, action: str = "post") -> str:
        """Return the path of one post's page, or of what is done to it."""
        return f"{self.base}/{action}/{quote(post.id)}"

    def post(self, delivery: str) -> PartnerPost:
        """Return one of the partner's posts; raise `NotFoundError` for any other."""
        with self.store.read() as connection:
            found = post_of(connection, self.visit.partner, delivery, self.now)
        if found is None:
            raise NotFoundError("There is no such post here. Open the list of your posts.")
        return found

    def network_of(self, post: PartnerPost) -> Network:
        """Return the network of a post."""
        return self.visitor.desk.network_of(post.delivery)


def invited(visitor: Anyone, token: str) -> Guest:
    """Let in who has a link that works."""
    now, schedule = visitor.now, visitor.facts.schedule()
    keys = visitor.desk.settings.secret_keys
    if schedule is None or not keys:
        raise LinkGoneError("This link does not work here. Ask whoever sent it.")
    try:
        with visitor.desk.store.read() as connection:
            visit = visit_by(connection, schedule, token, keys, now)
    except LinkError as error:
        raise LinkGoneError(str(error)) from error
    return Guest(visitor=visitor, visit=visit, schedule=schedule, now=now)


async def posted_by_link(request: Request) -> AsyncIterator[Form]:
    """Read a form whose address holds the secret that a token would be; let go of its files."""
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as sent:
        form = Form(sent)
        request.state.typed = form.typed()
        yield form


Invited = Annotated[Guest, Depends(invited)]
PostedByLink = Annotated[Form, Depends(posted_by_link)]
