"""Signing in with a link: asked for by e-mail, shown first, spent by a button."""

from fastapi import APIRouter
from starlette.responses import Response

from campaign.access.leaving import has_left
from campaign.access.links import make_link, person_of_link, spend_link
from campaign.access.passwords import has_password
from campaign.access.people import Person, person_in
from campaign.access.throttle import try_is_let_pass
from campaign.mailing.outbox import PLANNED, write_letters
from campaign.models_reports import Letter
from campaign.web.answers import NotFoundError, TooOftenError
from campaign.web.forms import Faults, Posted
from campaign.web.page import page
from campaign.web.sign_in import TOO_OFTEN, let_in
from campaign.web.visitors import Anyone, Visitor

router = APIRouter()
PURPOSE = "sign-in-link"
OVER = "This link was used, or is more than a quarter of an hour old. Ask for a new one."
WORDS = """\
{name}, with this link you sign in to Campaign Desk. It works once, for a quarter of an hour:

{address}

If you did not ask for it, do nothing: without it nobody gets in.
"""


@router.get("/sign-in/link")
def ask(visitor: Anyone) -> Response:
    """Ask where to send a link."""
    return page(visitor, "ask-link.html", sent=False)


@router.post("/sign-in/link")
def send(visitor: Anyone, form: Posted) -> Response:
    """Send a link to somebody without a password; say the same whoever was asked for."""
    faults = Faults()
    address = faults.wanted(form, "email", "Write the e-mail address that the schedule has of you")
    if faults:
        values = {"form": form, "faults": faults, "sent": False}
        return page(visitor, "ask-link.html", status=422, **values)
    _check_pace(visitor, address)
    for person in _with_address(visitor, address):
        _send(visitor, person)
    return page(visitor, "ask-link.html", sent=True)


@router.get("/sign-in/link/{token}")
def show(visitor: Anyone, token: str) -> Response:
    """Show whom a link signs in; nothing is spent."""
    with visitor.desk.store.read() as connection:
        name = person_of_link(connection, token, visitor.now)
    person = None if name is None else person_in(visitor.facts.schedule(), name)
    if person is None:
        raise NotFoundError(OVER)
    response = page(visitor, "link.html", person=person)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@router.post("/sign-in/link/{token}")
def spend(visitor: Anyone, form: Posted, token: str) -> Response:
    """Sign in whom the link is for."""
    del form
    with visitor.desk.store.write_one() as connection:
        name = spend_link(connection, token, visitor.now)
    if name is None or person_in(visitor.facts.schedule(), name) is None:
        raise NotFoundError(OVER)
    return let_in(visitor, name, way="link")


def _check_pace(visitor: Visitor, address: str) -> None:
    with visitor.desk.store.write() as connection:
        if not try_is_let_pass(connection, f"link {address}", visitor.address, visitor.now):
            raise TooOftenError(TOO_OFTEN)


def _with_address(visitor: Visitor, address: str) -> list[Person]:
    """Return those who have this address and no password, and are still here."""
    schedule = visitor.facts.schedule()
    people = [person_in(schedule, name) for name in (schedule.people if schedule else ())]
    found = [one for one in people if one and (one.email or "").lower() == address.lower()]
    with visitor.desk.store.read() as connection:
        return [
            one
            for one in found
            if not has_password(connection, one.id) and not has_left(connection, one.id)
        ]


def _send(visitor: Visitor, person: Person) -> None:
    now = visitor.now
    with visitor.desk.store.write() as connection:
        token = make_link(connection, person.id, person.id, now)
        base = visitor.desk.settings.pages_url
        letter = Letter(
            id=f"{PURPOSE}/{person.id}/{now.isoformat()}",
            purpose=PURPOSE,
            person=person.id,
            address=person.email or "",
            subject="Your link to Campaign Desk",
            text=WORDS.format(name=person.name, address=f"{base}/sign-in/link/{token}"),
            state=PLANNED,
            created_at=now,
        )
        write_letters(connection, [letter])
