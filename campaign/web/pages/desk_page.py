"""What all pages of the desk share: who looks, names for ids, and the frame of a page."""

from typing import Any

from starlette.responses import Response

from campaign.access.deputies import standing
from campaign.desk_views.approval_cards import Looker
from campaign.people import Standing
from campaign.web.names import Names
from campaign.web.page import page
from campaign.web.visitors import Visitor


def names_for(visitor: Visitor) -> Names:
    """Return the names of what the visitor's campaign knows by ids."""
    return Names(visitor.schedule, visitor.desk.networks_by_name)


def roles_of(visitor: Visitor) -> Standing:
    """Return every declared person's roles, and who stands in for whom today."""
    with visitor.desk.store.read() as connection:
        return standing(connection, visitor.schedule, visitor.now)


def looker_of(visitor: Visitor) -> Looker:
    """Return who looks, as the queries want it."""
    return Looker(person=visitor.person.id, roles=roles_of(visitor), now=visitor.now)


def desk_page(visitor: Visitor, template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page of the desk: a page with `names` and `now` besides."""
    given = {
        "names": names_for(visitor),
        "now": visitor.now,
        "deputies": [
            one
            for one in visitor.facts.absences(visitor.now)
            if visitor.known and visitor.known.id in {one.absent, one.deputy}
        ],
    }
    return page(visitor, template, status=status, **(given | values))
