"""What somebody outside was asked about a delivery: ask again, or take the link back."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.outside.asking import ask_again
from campaign.outside.links import Link, link_of_number, take_back
from campaign.outside.office import UNDER, Office
from campaign.web.addresses import Number
from campaign.web.answers import ConflictError, NotFoundError
from campaign.web.forms import Posted
from campaign.web.page import go
from campaign.web.sign_in import own_address
from campaign.web.visitors import Visitor, may

router = APIRouter()
Applies = Annotated[Visitor, Depends(may(Action.APPLY))]


@router.post("/asked-outside/{number}/revoke")
def revoke(visitor: Applies, form: Posted, number: Number) -> Response:
    """Take a link back that nobody has used."""
    link = _link(visitor, number)
    with visitor.desk.store.write() as connection:
        if not take_back(connection, link, visitor.change("taken back on the page")):
            raise ConflictError("This link has been used or taken back already.")
    return go(visitor, own_address(form.text("back") or "/now"), said="The link is taken back.")


@router.post("/asked-outside/{number}/again")
def again(visitor: Applies, form: Posted, number: Number) -> Response:
    """Ask again by a fresh link."""
    settings, link = visitor.desk.settings, _link(visitor, number)
    if settings.public is None or not settings.secret_keys:
        raise ConflictError("Nobody can be asked: no public address or no key is set.")
    office = Office(
        schedule=visitor.schedule,
        keys=settings.secret_keys,
        address=f"{settings.public.url}{UNDER}",
        now=visitor.now,
    )
    with visitor.desk.store.write() as connection:
        made = ask_again(connection, link, office, visitor.person.id)
    if not made:
        raise ConflictError("Nothing of it waits for that yes now, or it may not be shown.")
    said = "A fresh link is on its way; the old one is void."
    return go(visitor, own_address(form.text("back") or "/now"), said=said)


def _link(visitor: Visitor, number: int) -> Link:
    with visitor.desk.store.read() as connection:
        found = link_of_number(connection, number)
    if found is None:
        raise NotFoundError("There is no such link.")
    return found
