"""Moving an entry of the schedule: the plan is shown first, then done as it was shown."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.datastructures import FormData
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.apply import StalePlanError
from campaign.moves import Folder, Proposal, carry_out, propose
from campaign.schedule.faults import FaultsFound
from campaign.schedule.model import SingleEntry
from campaign.schedule.rewriting import CannotRewriteError
from campaign.web.answers import NotFoundError
from campaign.web.forms import NO_FORM, Faults, Form, Posted
from campaign.web.page import go
from campaign.web.pages.desk_page import desk_page
from campaign.web.visitors import Visitor, may

router = APIRouter()
Applies = Annotated[Visitor, Depends(may(Action.APPLY))]


@router.get("/move/{entry}")
def ask(
    visitor: Applies, entry: str, by: Annotated[int | None, Query(ge=-4000, le=4000)] = None
) -> Response:
    """Ask for the new time of an entry; moved by some days, show at once what that changes."""
    known, faults = _entry(visitor, entry), Faults()
    if by is None:
        return _page(visitor, known, NO_FORM, faults)
    at = known.at.local + timedelta(days=by)
    typed = Form(FormData({"day": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}"}))
    proposal = _proposal(visitor, entry, f"{at:%Y-%m-%d %H:%M}", faults)
    return _page(visitor, known, typed, faults, proposal=proposal)


@router.post("/move/{entry}")
def move(visitor: Applies, form: Posted, entry: str) -> Response:
    """Show the plan; with a plan that was shown, do it, unless it has changed since."""
    known = _entry(visitor, entry)
    faults = Faults()
    day = faults.wanted(form, "day", "Write the day, for example 2027-01-12")
    time = faults.wanted(form, "time", "Write the time, for example 08:30")
    proposal = None if faults else _proposal(visitor, entry, f"{day} {time}", faults)
    if proposal is None:
        return _page(visitor, known, form, faults)
    shown = form.raw("plan")
    if not shown:
        return _page(visitor, known, form, faults, proposal=proposal)
    if shown != proposal.fingerprint:
        faults.add("plan", "The plan has changed since you saw it; nothing was moved. Look again")
        return _page(visitor, known, form, faults, proposal=proposal)
    return _carry_out(visitor, known, form, proposal)


def _carry_out(visitor: Visitor, known: SingleEntry, form: Form, proposal: Proposal) -> Response:
    faults = Faults()
    change = visitor.change(form.text("reason") or f"moved to {proposal.at}")
    try:
        carry_out(_folder(visitor), visitor.desk.store, proposal, change)
    except StalePlanError as error:
        faults.add("plan", f"Nothing was moved: {error}")
        return _page(visitor, known, form, faults)
    except OSError as error:
        faults.add("plan", f"Nothing was moved: schedule.yaml cannot be written ({error.strerror})")
        return _page(visitor, known, form, faults)
    number = len(proposal.difference.lines)
    said = f"Moved to {proposal.at}: {number} {'delivery' if number == 1 else 'deliveries'} changed"
    return go(visitor, f"/calendar?on={form.text('day')}", said=f"{said}, and schedule.yaml.")


def _proposal(visitor: Visitor, entry: str, at: str, faults: Faults) -> Proposal | None:
    try:
        return propose(_folder(visitor), visitor.desk.store, entry, at)
    except CannotRewriteError as error:
        faults.add("day", f"{error}")
    except FaultsFound as error:
        for number, one in enumerate(error.faults):
            faults.add("day" if number == 0 else f"fault-{number}", one.message)
    return None


def _entry(visitor: Visitor, name: str) -> SingleEntry:
    for one in visitor.schedule.schedule:
        if one.name == name:
            if isinstance(one, SingleEntry):
                return one
            message = f"“{name}” is a queue: its posts take the next free slots. Change the queue."
            raise NotFoundError(message)
    raise NotFoundError(f"There is no entry “{name}” in the applied schedule.")


def _folder(visitor: Visitor) -> Folder:
    desk = visitor.desk
    return Folder(path=desk.settings.folder, networks=desk.networks, clock=desk.clock)


def _page(
    visitor: Visitor,
    known: SingleEntry,
    form: Form,
    faults: Faults,
    *,
    proposal: Proposal | None = None,
) -> Response:
    return desk_page(
        visitor,
        "pages/move.html",
        status=422 if faults else 200,
        entry=known,
        proposal=proposal,
        form=form,
        faults=faults,
    )
