"""Moving an entry of the schedule: the plan is shown first, then done as it was shown."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.datastructures import FormData
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.apply import StalePlanError
from campaign.composing.moving import Moving, NewTime, move, propose_moving
from campaign.schedule.faults import FaultsFound
from campaign.schedule.model import SingleEntry
from campaign.schedule.rewriting import CannotRewriteError
from campaign.web.answers import NotFoundError
from campaign.web.forms import NO_FORM, Faults, Form, Posted
from campaign.web.page import go
from campaign.web.pages.compose_desk import bench_of
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
def show_or_do(visitor: Applies, form: Posted, entry: str) -> Response:
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


def _carry_out(visitor: Visitor, known: SingleEntry, form: Form, proposal: Moving) -> Response:
    faults = Faults()
    reason = form.text("reason")
    change = replace(visitor.change(reason or f"moved to {proposal.wanted.at}"), reason=reason)
    try:
        move(bench_of(visitor), visitor.desk.store, proposal, change)
    except FaultsFound as error:
        faults.add("plan", "Nothing was moved: something has to be mended in the files first")
        _list(faults, error)
    except StalePlanError as error:
        faults.add("plan", f"Nothing was moved: {error}")
    except OSError as error:
        faults.add("plan", f"Nothing was moved: schedule.yaml cannot be written ({error.strerror})")
    if faults:
        return _page(visitor, known, form, faults)
    number = len(proposal.difference.lines)
    what = "delivery" if number == 1 else "deliveries"
    said = f"Moved to {proposal.wanted.at}: {number} {what} changed, and schedule.yaml."
    return go(visitor, f"/calendar?on={form.text('day')}", said=said)


def _proposal(visitor: Visitor, entry: str, at: str, faults: Faults) -> Moving | None:
    store, wanted = visitor.desk.store, NewTime(entry, at)
    try:
        return propose_moving(bench_of(visitor), store, visitor.schedule, wanted, visitor.now)
    except CannotRewriteError as error:
        faults.add("day", f"{error}")
    except FaultsFound as error:
        _list(faults, error)
    return None


def _list(faults: Faults, found: FaultsFound) -> None:
    for number, one in enumerate(found.faults):
        faults.add("day" if number == 0 else f"fault-{number}", one.message)


def _entry(visitor: Visitor, name: str) -> SingleEntry:
    for one in visitor.schedule.schedule:
        if one.name == name:
            if isinstance(one, SingleEntry):
                return one
            message = f"“{name}” is a queue: its posts take the next free slots. Change the queue."
            raise NotFoundError(message)
    raise NotFoundError(f"There is no entry “{name}” in the applied schedule.")


def _page(
    visitor: Visitor,
    known: SingleEntry,
    form: Form,
    faults: Faults,
    *,
    proposal: Moving | None = None,
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
