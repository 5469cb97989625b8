"""Records: taking them out for a request, for those who look after them."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.records.asked import NothingAskedError
from campaign.records.exporting import HTML, MEDIA_TYPES, export, note_export
from campaign.records.question import Question, asked_by
from campaign.records.record import Source
from campaign.schedule.faults import FaultsFound
from campaign.web.forms import NO_FORM, Faults, Form, Posted
from campaign.web.pages.desk_page import desk_page
from campaign.web.visitors import Visitor, may

router = APIRouter()
Exports = Annotated[Visitor, Depends(may(Action.EXPORT))]


@router.get("/records")
def show(visitor: Exports) -> Response:
    """Ask what the record is wanted of."""
    return _page(visitor, NO_FORM, Faults())


@router.post("/records/export")
def take_out(visitor: Exports, form: Posted) -> Response:
    """Give the record out as one file, and write into the audit who took it."""
    faults = Faults()
    question = Question(
        first=form.text("from"),
        last=form.text("until"),
        theme=form.text("theme"),
        partner=form.text("partner"),
        channel=form.text("channel"),
        names=form.has("names", "yes"),
        reference=form.text("reference"),
    )
    ending = form.text("as") if form.text("as") in MEDIA_TYPES else HTML
    desk = visitor.desk
    try:
        asked = asked_by(question, desk.settings.folder)
        with desk.store.read() as connection:
            source = Source(
                connection=connection,
                schedule=visitor.schedule,
                networks=desk.networks_by_name,
            )
            made = export(source, asked)
    except (NothingAskedError, FaultsFound) as error:
        sentence = str(error)
        faults.add(_field_of(sentence), f"{sentence[0].upper()}{sentence[1:]}")
        return _page(visitor, form, faults)
    note_export(desk.store, made, asked, visitor.change("on the page"))
    headers = {
        "Content-Disposition": f'attachment; filename="{made.name}.{ending}"',
        "Cache-Control": "no-store",
    }
    return Response(made.files[ending], media_type=MEDIA_TYPES[ending], headers=headers)


def _field_of(sentence: str) -> str:
    """Return the field that a sentence is about."""
    if "theme" in sentence or "post" in sentence:
        return "theme"
    return "from"


def _page(visitor: Visitor, form: Form, faults: Faults) -> Response:
    partners = [(name, one.name) for name, one in visitor.schedule.partners.items()]
    return desk_page(
        visitor,
        "pages/records.html",
        status=422 if faults else 200,
        form=form,
        faults=faults,
        partners=partners,
        channels=list(visitor.schedule.channels),
    )
