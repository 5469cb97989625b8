"""Deputies: who stands in for whom, name one for oneself (admins for anybody), end one."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.access.deputies import (
    DeputyError,
    Wish,
    day_in_words,
    end_deputy,
    find_absence,
    in_words,
    may_be_deputy,
    name_deputy,
    name_of,
    today,
)
from campaign.access.people import ADMIN
from campaign.access.rights import Action, Thing
from campaign.people import NotAllowedError
from campaign.store.absences import absences_from
from campaign.web.addresses import Number
from campaign.web.answers import ConflictError
from campaign.web.forms import NO_FORM, Faults, Form, Posted
from campaign.web.page import go, page
from campaign.web.visitors import Visitor, may

router = APIRouter()
Sees = Annotated[Visitor, Depends(may(Action.SEE_DESK))]
Names = Annotated[Visitor, Depends(may(Action.NAME_DEPUTY))]
Ends = Annotated[Visitor, Depends(may(Action.END_DEPUTY))]


@router.get("/deputies")
def show(visitor: Sees) -> Response:
    """List who stands in for whom, from today on."""
    return _page(visitor, NO_FORM, Faults())


@router.post("/deputies")
def name(visitor: Names, form: Posted) -> Response:
    """Name a deputy, and say at once what stands in the way of one."""
    faults = Faults()
    absent = form.text("absent") or visitor.person.id
    deputy = faults.wanted(form, "deputy", "Choose who stands in")
    first, last = _day(form, "from", faults), _day(form, "until", faults)
    if not faults and first and last:
        visitor.check(Action.NAME_DEPUTY, Thing(absent=absent))
        wish = Wish(absent=absent, deputy=deputy, from_on=first, until_on=last)
        try:
            return go(visitor, "/deputies", said=_name(visitor, wish))
        except DeputyError as error:
            faults.add(error.field, _sentence(error))
        except NotAllowedError as error:
            faults.add("deputy", _sentence(error))
    return _page(visitor, form, faults)


@router.post("/deputies/{number}/end")
def end(visitor: Ends, form: Posted, number: Number) -> Response:
    """End one deputy at once."""
    del form
    try:
        with visitor.desk.store.write() as connection:
            absence = find_absence(connection, visitor.schedule, number, visitor.now)
            thing = Thing(absent=absence.absent, deputy=absence.deputy)
            visitor.check(Action.END_DEPUTY, thing)
            change = visitor.change("ended on the page")
            end_deputy(connection, visitor.schedule, absence, change)
    except DeputyError as error:
        raise ConflictError(f"{_sentence(error)}. Look at the list again.") from error
    deputy, absent = (name_of(visitor.schedule, one) for one in (absence.deputy, absence.absent))
    return go(visitor, "/deputies", said=f"{deputy} no longer stands in for {absent}.")


def _name(visitor: Visitor, wish: Wish) -> str:
    with visitor.desk.store.write() as connection:
        change = visitor.change("named on the page")
        named = name_deputy(connection, visitor.schedule, wish, change)
    deputy = name_of(visitor.schedule, wish.deputy)
    said = f"{deputy} stands in for {in_words(named.absence, visitor.schedule)}."
    return " ".join([said, *(f"But {one}." for one in named.warnings)])


def _day(form: Form, field: str, faults: Faults) -> date | None:
    try:
        return date.fromisoformat(form.text(field))
    except ValueError:
        faults.add(field, f"Write the {'first' if field == 'from' else 'last'} day")
        return None


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}"


def _page(visitor: Visitor, form: Form, faults: Faults) -> Response:
    schedule, day = visitor.schedule, today(visitor.schedule, visitor.now)
    with visitor.desk.store.read() as connection:
        absences = absences_from(connection, day)
    desk = [
        {"value": name, "text": one.name}
        for name, one in schedule.people.items()
        if may_be_deputy(schedule, name)
    ]
    return page(
        visitor,
        "deputies.html",
        status=422 if faults else 200,
        absences=absences,
        name_of=lambda person: name_of(schedule, person),
        day_in_words=day_in_words,
        day=day,
        desk=desk,
        others=[one for one in desk if one["value"] != visitor.person.id],
        is_admin=ADMIN in visitor.person.roles,
        Thing=Thing,
        form=form,
        faults=faults,
    )
