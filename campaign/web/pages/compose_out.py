"""Taking a post's entry out of the schedule: what that changes is shown first, then done so."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.apply import StalePlanError
from campaign.composing.taking_out import TakingOut
from campaign.schedule.faults import FaultsFound
from campaign.schedule.rewriting import CannotRewriteError
from campaign.web.answers import ConflictError, NotFoundError
from campaign.web.api.problems import as_sentence
from campaign.web.forms import Faults, Posted
from campaign.web.page import go
from campaign.web.pages.compose_desk import bench_of
from campaign.web.pages.desk_page import desk_page
from campaign.web.taking_out import Shown, carry_out_of, propose_out
from campaign.web.visitors import Visitor, may

router = APIRouter()
Applies = Annotated[Visitor, Depends(may(Action.APPLY))]


@router.get("/posts/{post}/take-out")
def ask(visitor: Applies, post: str, entry: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Show what taking an entry out would cancel, and what it would leave."""
    return _page(visitor, post, entry, Faults())


@router.post("/posts/{post}/take-out")
def do(visitor: Applies, form: Posted, post: str) -> Response:
    """Take it out, unless what was shown has changed since."""
    faults, entry = Faults(), form.text("entry")
    shown = _proposed(visitor, post, entry)
    if form.raw("plan") != shown.fingerprint:
        faults.add("plan", "Things have changed since you saw this; nothing was done. Look again")
        return _page(visitor, post, entry, faults)
    try:
        carry_out_of(visitor, bench_of(visitor), shown, form.text("reason"))
    except StalePlanError as error:
        faults.add("plan", f"Nothing was done: {error}")
    except OSError as error:
        faults.add("plan", f"Nothing was done: schedule.yaml cannot be written ({error.strerror})")
    else:
        number = len(shown.difference.lines)
        what = "delivery" if number == 1 else "deliveries"
        said = f"Taken out of the schedule: {number} {what} changed."
        return go(visitor, f"/board/{post}" if number else "/posts", said=said)
    return _page(visitor, post, entry, faults)


def _proposed(visitor: Visitor, post: str, entry: str) -> Shown:
    """Work out what would be done; pages that say why where nothing can be."""
    try:
        return propose_out(visitor, bench_of(visitor), post, entry)
    except LookupError as error:
        raise NotFoundError(as_sentence(str(error))) from error
    except CannotRewriteError as error:
        message = f"It cannot be taken out here: {error}."
        raise ConflictError(message) from error
    except FaultsFound as error:
        first = error.faults[0]
        message = f"Something has to be mended first: {first.file}, line {first.line}: "
        raise ConflictError(message + first.message) from error


def _page(visitor: Visitor, post: str, entry: str, faults: Faults) -> Response:
    shown = _proposed(visitor, post, entry)
    values: dict[str, Any] = {"post": post, "entry": entry, "shown": shown, "faults": faults}
    values["stays"] = shown.stays if isinstance(shown, TakingOut) else ()
    values["is_queue"] = not isinstance(shown, TakingOut)
    status = 422 if faults else 200
    return desk_page(visitor, "pages/compose-take-out.html", status=status, **values)
