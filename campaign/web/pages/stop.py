"""The stop: thrown by anybody of the desk, lifted by a second person who has read what it held."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.access.rights import Action, Thing
from campaign.decisions import stops
from campaign.decisions.approvals import CannotDecideError
from campaign.desk_views.stop_lists import Scope, check_read, past_stops, standing_stops
from campaign.people import NotAllowedError
from campaign.store.themes import known_themes
from campaign.web.forms import NO_FORM, Faults, Form, Posted
from campaign.web.page import go
from campaign.web.pages.desk_page import desk_page, names_for
from campaign.web.visitors import Visitor, may

router = APIRouter()
SeesDesk = Annotated[Visitor, Depends(may(Action.SEE_DESK))]
Stops = Annotated[Visitor, Depends(may(Action.STOP))]
Lifts = Annotated[Visitor, Depends(may(Action.LIFT_STOP))]


@router.get("/stop")
def show(visitor: SeesDesk) -> Response:
    """Show what stands and what it holds, and ask what to stop."""
    return _page(visitor, NO_FORM, Faults())


@router.post("/stop")
def stop(visitor: Stops, form: Posted) -> Response:
    """Throw a stop: within five seconds no call leaves any more within its scope."""
    faults = Faults()
    scope = _scope(form.text("scope"))
    reason = faults.wanted(form, "reason", "Write why; everybody who asks is told")
    try:
        with visitor.desk.store.read() as connection:
            stops.check_target(connection, visitor.schedule, scope.kind, scope.target)
    except CannotDecideError as error:
        faults.add("scope", f"Choose what to stop: {error}")
    if faults:
        return _page(visitor, form, faults)
    with visitor.desk.store.write() as connection:
        stops.stop(connection, scope.kind, scope.target, visitor.change(reason))
    what = names_for(visitor).scope(scope.kind, scope.target)
    said = f"Stopped: {what}. {stops.promise(scope.kind)}."
    return go(visitor, "/stop", said=said)


@router.post("/stop/lift")
def lift(visitor: Lifts, form: Posted) -> Response:
    """Lift the stops of one scope, where somebody else threw them and the list was read."""
    faults = Faults()
    scope = _scope(form.text("lifted"))
    reason = faults.wanted(form, "why", "Write why it may go on")
    if not form.has("read", "yes"):
        faults.add("read", "Say that you have read what was held")
    if not faults:
        try:
            said = _lift(visitor, scope, reason, form.raw("fingerprint"))
        except (CannotDecideError, NotAllowedError) as error:
            sentence = str(error)
            faults.add("read", f"{sentence[0].upper()}{sentence[1:]}")
        else:
            return go(visitor, "/stop", said=said)
    return _page(visitor, form, faults)


def _lift(visitor: Visitor, scope: Scope, reason: str, fingerprint: str) -> str:
    change = visitor.change(reason)
    with visitor.desk.store.write() as connection:
        check_read(connection, scope, fingerprint, change.at)
        held = stops.resume(connection, scope.kind, scope.target, change)
    what = names_for(visitor).scope(scope.kind, scope.target)
    left = f" {len(held)} on hold: decide on each under Now." if held else ""
    return f"Lifted: {what}. Nothing is sent by this.{left}"


def _scope(text: str) -> Scope:
    kind, _, target = text.partition(":")
    return Scope(kind=kind, target=target)


def _page(visitor: Visitor, form: Form, faults: Faults) -> Response:
    with visitor.desk.store.read() as connection:
        standing = standing_stops(connection, visitor.now)
        past = past_stops(connection)
        themes = known_themes(connection)
    lifters = {
        one.scope: all(
            visitor.can(Action.LIFT_STOP, Thing(stopped_by=each.stopped_by)) for each in one.stops
        )
        for one in standing
    }
    return desk_page(
        visitor,
        "pages/stop.html",
        status=422 if faults else 200,
        standing=standing,
        past=past,
        lifters=lifters,
        scopes=_scopes(visitor, themes),
        can_stop=visitor.can(Action.STOP),
        form=form,
        faults=faults,
    )


def _scopes(visitor: Visitor, themes: Sequence[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what can be stopped: groups of value and words."""
    schedule, names = visitor.schedule, names_for(visitor)
    networks = sorted({one.network for one in schedule.channels.values()})
    return [
        ("A theme", [(f"theme:{one}", one) for one in themes]),
        ("A network", [(f"network:{one}", names.network(one)) for one in networks]),
        ("A partner", [(f"partner:{one}", names.partner(one)) for one in schedule.partners]),
        ("A channel", [(f"channel:{one}", one) for one in schedule.channels]),
    ]
