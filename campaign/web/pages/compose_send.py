"""Sending one post for approval: its own part of the plan is shown, then done as it was shown."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.apply import StalePlanError
from campaign.composing.judging import Finding
from campaign.composing.sending import CannotSendError, Submission, propose_sending, send
from campaign.schedule.faults import FaultsFound
from campaign.web.forms import Faults, Posted
from campaign.web.page import go
from campaign.web.pages.compose_desk import bench_of, opened_post
from campaign.web.pages.desk_page import desk_page
from campaign.web.visitors import Visitor, may

router = APIRouter()
Writes = Annotated[Visitor, Depends(may(Action.WRITE))]


@router.get("/posts/{post}/send")
def ask(visitor: Writes, post: str) -> Response:
    """Show what sending a post would add, change and cancel."""
    return _page(visitor, post, Faults())


@router.post("/posts/{post}/send")
def do(visitor: Writes, form: Posted, post: str) -> Response:
    """Send it, unless what was shown has changed since."""
    faults = Faults()
    found = _proposed(visitor, post)
    if not isinstance(found, Submission) or form.raw("plan") != found.fingerprint:
        faults.add("plan", "Things have changed since you saw this; nothing was sent. Look again")
        return _page(visitor, post, faults)
    try:
        reason = form.text("reason")
        change = replace(visitor.change(reason or "sent for approval"), reason=reason)
        send(bench_of(visitor), visitor.desk.store, found, change)
    except StalePlanError as error:
        faults.add("plan", f"Nothing was sent: {error}")
    except OSError as error:
        faults.add("plan", f"Nothing was sent: the post cannot be written ({error.strerror})")
    else:
        number = len(found.difference.lines)
        what = "delivery" if number == 1 else "deliveries"
        said = f"Sent for approval: {number} {what}. Somebody else approves them."
        return go(visitor, f"/board/{post}", said=said)
    return _page(visitor, post, faults)


def _proposed(visitor: Visitor, post: str) -> Submission | tuple[Finding, ...]:
    opened_post(visitor, post)
    try:
        return propose_sending(
            bench_of(visitor), visitor.desk.store, visitor.schedule, post, visitor.now
        )
    except CannotSendError as error:
        return error.findings
    except FaultsFound as error:
        return tuple(
            Finding(field="form", sentence=one.message, blocks=True) for one in error.faults
        )


def _page(visitor: Visitor, post: str, faults: Faults) -> Response:
    found = _proposed(visitor, post)
    is_fit = isinstance(found, Submission)
    return desk_page(
        visitor,
        "pages/compose-send.html",
        status=422 if faults else 200,
        post=post,
        submission=found if is_fit else None,
        findings=() if is_fit else found,
        title=opened_post(visitor, post).manuscript.title,
        faults=faults,
    )
