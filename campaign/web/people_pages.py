"""People: who there is and how they sign in, and one action for somebody who leaves."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.access.deputies import day_in_words, in_words, name_of, today
from campaign.access.leaving import come_back, in_hand, leave
from campaign.access.people import Person, person_in
from campaign.access.register import register
from campaign.access.rights import Action
from campaign.store.deeds import note_deed
from campaign.web.answers import ConflictError, NotFoundError
from campaign.web.forms import Posted
from campaign.web.page import NavigationLink, go, page
from campaign.web.visitors import Visitor, may

router = APIRouter()
NAVIGATION = (NavigationLink(text="People", href="/people", action=Action.MANAGE_PEOPLE),)
Manages = Annotated[Visitor, Depends(may(Action.MANAGE_PEOPLE))]


@router.get("/people")
def show_all(visitor: Manages) -> Response:
    """List everybody whom the schedule names."""
    with visitor.desk.store.read() as connection:
        lines = register(connection, visitor.schedule, visitor.now)
    schedule = visitor.schedule
    return page(
        visitor,
        "people.html",
        lines=lines,
        absences=visitor.facts.absences(visitor.now),
        day_in_words=day_in_words,
        name_of=lambda person: name_of(schedule, person),
        in_words=lambda one: in_words(one, schedule),
    )


@router.get("/people/{name}")
def show(visitor: Manages, name: str) -> Response:
    """Show what somebody has in hand, before they leave."""
    person = _person(visitor, name)
    with visitor.desk.store.read() as connection:
        (line,) = [one for one in register(connection, visitor.schedule, visitor.now)
                   if one.person.id == name]  # fmt: skip
        hands = in_hand(connection, name, today(visitor.schedule, visitor.now))
    return page(visitor, "person.html", person=person, line=line, hands=hands)


@router.post("/people/{name}/left")
def left(visitor: Manages, form: Posted, name: str) -> Response:
    """End every access of somebody."""
    del form
    person = _person(visitor, name)
    if name == visitor.person.id:
        message = "You cannot say of yourself that you left; somebody else with the role admin can."
        raise ConflictError(message)
    with visitor.desk.store.write() as connection:
        leave(connection, name, visitor.person.id, visitor.now)
        note_deed(connection, visitor.change("said on the page"), "left", name)
    return go(visitor, f"/people/{name}", said=f"{person.name} has left: nothing lets them in.")


@router.post("/people/{name}/back")
def back(visitor: Manages, form: Posted, name: str) -> Response:
    """Let somebody in again."""
    del form
    person = _person(visitor, name)
    with visitor.desk.store.write() as connection:
        come_back(connection, name, visitor.now)
        note_deed(connection, visitor.change("said on the page"), "let in again", name)
    return go(visitor, f"/people/{name}", said=f"{person.name} may sign in again.")


def _person(visitor: Visitor, name: str) -> Person:
    found = person_in(visitor.schedule, name)
    if found is None:
        message = "The schedule names nobody of this name."
        raise NotFoundError(message)
    return found
