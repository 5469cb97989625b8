"""Subscribers: how each stands, its last messages, and what a person may do about them."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.credentials.sealing import SealError
from campaign.outward.events import Announcer, announce
from campaign.outward.messages import list_messages, replay
from campaign.outward.subscribers import enable, known_subscribers, make_secret
from campaign.schedule.subscribers import Subscriber
from campaign.web.answers import ConflictError, NotFoundError
from campaign.web.forms import Posted
from campaign.web.page import NavigationLink, go, page
from campaign.web.visitors import Visitor, may

router = APIRouter()
NAVIGATION = (
    NavigationLink(text="Subscribers", href="/subscribers", action=Action.MANAGE_SUBSCRIBERS),
)
Manages = Annotated[Visitor, Depends(may(Action.MANAGE_SUBSCRIBERS))]


@router.get("/subscribers")
def show_all(visitor: Manages) -> Response:
    """List everybody who is told, and how each stands."""
    with visitor.desk.store.read() as connection:
        known = known_subscribers(connection)
    return page(visitor, "subscribers.html", subscribers=visitor.schedule.subscribers, known=known)


@router.get("/subscribers/{name}")
def show(visitor: Manages, name: str) -> Response:
    """Show the last messages to one of them."""
    return _page(visitor, name)


@router.post("/subscribers/{name}/secret")
def renew_secret(visitor: Manages, form: Posted, name: str) -> Response:
    """Make a secret and show it, this once; the one before holds for a day more."""
    del form
    to = _known(visitor, name)
    desk = visitor.desk
    announcer = Announcer(
        subscribers=visitor.schedule.subscribers, pages_url=desk.settings.pages_url
    )
    try:
        with desk.store.write() as connection:
            announce(connection, announcer, visitor.now)
            change = visitor.change("made on the page")
            secret = make_secret(connection, name, to, desk.means.seal, change)
    except SealError as error:
        raise ConflictError(str(error)) from error
    return _page(visitor, name, secret=secret)


@router.post("/subscribers/{name}/replay")
def send_again(visitor: Manages, form: Posted, name: str) -> Response:
    """Send messages again: those that were ticked, else all that were given up."""
    _known(visitor, name)
    change = visitor.change("on the page")
    with visitor.desk.store.write() as connection:
        number = replay(connection, name, change, ids=form.all("message"))
    what = "1 message" if number == 1 else f"{number} messages"
    return go(visitor, f"/subscribers/{name}", said=f"{what} will be sent again.")


@router.post("/subscribers/{name}/enable")
def tell_again(visitor: Manages, form: Posted, name: str) -> Response:
    """Tell a disabled one again, beginning with what it has missed."""
    del form
    _known(visitor, name)
    with visitor.desk.store.write() as connection:
        enable(connection, name, visitor.change("on the page"))
    return go(visitor, f"/subscribers/{name}", said=f"{name} is told again.")


def _page(visitor: Visitor, name: str, *, secret: str = "") -> Response:
    to = _known(visitor, name)
    with visitor.desk.store.read() as connection:
        standing = known_subscribers(connection).get(name)
        messages = list_messages(connection, name)
    return page(
        visitor,
        "subscriber.html",
        name=name,
        to=to,
        standing=standing,
        messages=messages,
        secret=secret,
    )


def _known(visitor: Visitor, name: str) -> Subscriber:
    found = visitor.schedule.subscribers.get(name)
    if found is None:
        raise NotFoundError("The applied schedule has no subscriber of this name.")
    return found
