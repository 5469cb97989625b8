"""Approvals: what waits for a yes, the riskiest first; approve it, or send it back with why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.decisions.approvals import CannotDecideError
from campaign.decisions.as_shown import Shown, approve_as_shown, reject_as_shown
from campaign.desk_views.approval_queue import Card, Waiting, approval_queue
from campaign.payload import Payload
from campaign.people import NotAllowedError
from campaign.states import PEOPLES_WORDS, State
from campaign.web.forms import NO_FORM, Faults, Form, Posted
from campaign.web.page import go
from campaign.web.pages.desk_page import desk_page, looker_of, roles_of
from campaign.web.sign_in import own_address
from campaign.web.visitors import Visitor, may

router = APIRouter()
Approves = Annotated[Visitor, Depends(may(Action.APPROVE))]
LONGEST_COMMENT = 1_000


@dataclass(frozen=True, slots=True)
class Wording:
    """Deliveries of a card that say the same, whatever the account."""

    content: Payload
    waiting: tuple[Waiting, ...]


@router.get("/approvals")
def show(visitor: Approves, page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Response:
    """Show a page of what waits for this person."""
    return _page(visitor, page, NO_FORM, Faults())


@router.post("/approvals")
def decide(
    visitor: Approves, form: Posted, page: Annotated[int, Query(ge=1, le=10_000)] = 1
) -> Response:
    """Approve what is ticked, or send it back: all of it, as it was shown, or nothing."""
    faults = Faults()
    way = faults.one_of(form, "do", ("approve", "send-back"), "Choose to approve or to send back")
    seen = [one for text in form.all("take") if (one := _read(text))]
    if not seen:
        faults.add("card", "Tick at least one channel")
    comment = form.text("comment")
    if way == "send-back" and not comment:
        faults.add("comment", "Write what is to be mended, so that the author knows")
    if len(comment) > LONGEST_COMMENT:
        faults.add("comment", f"Write at most {LONGEST_COMMENT} characters")
    if not faults:
        try:
            said = _decide(visitor, way, seen, comment)
        except (CannotDecideError, NotAllowedError) as error:
            faults.add("card", f"Nothing was decided: {error}. Look again, then decide")
        else:
            return go(visitor, own_address(form.text("back") or "/approvals"), said=said)
    return _page(visitor, page, form, faults)


def _decide(visitor: Visitor, way: str, seen: Sequence[Shown], comment: str) -> str:
    roles = roles_of(visitor)
    change = visitor.change(comment or "approved")
    with visitor.desk.store.write() as connection:
        if way == "approve":
            states = approve_as_shown(connection, seen, change, roles)
            return _said("approved", states)
        return _said("sent back", reject_as_shown(connection, seen, change, roles))


def _said(done: str, states: Sequence[State]) -> str:
    number = f"{len(states)} delivery" if len(states) == 1 else f"{len(states)} deliveries"
    now = ", ".join(
        f"{states.count(one)} {PEOPLES_WORDS[one].lower()}" for one in dict.fromkeys(states)
    )
    return f"{number} {done}. Now: {now}."


def _read(text: str) -> Shown | None:
    parts = text.split("|")
    return Shown(*parts) if len(parts) == 3 else None


def _page(visitor: Visitor, number: int, form: Form, faults: Faults) -> Response:
    with visitor.desk.store.read() as connection:
        queue = approval_queue(connection, looker_of(visitor), page=number)
    there = any(_name(one) == form.text("card") for one in queue.cards)
    return desk_page(
        visitor,
        "pages/approvals.html",
        status=409 if faults else 200,
        queue=queue,
        wordings={_name(one): wordings(one.waiting) for one in queue.cards},
        name_of=_name,
        form=form,
        ticked={text.partition("|")[0] for text in form.all("take")},
        faults=faults,
        orphan="" if there else form.raw("comment"),
    )


def _name(card: Card) -> str:
    return f"{card.entry}/{card.run}"


def wordings(waiting: Sequence[Waiting]) -> list[Wording]:
    """Put together what says the same, in the order in which it goes out."""
    found: dict[object, list[Waiting]] = {}
    for one in waiting:
        what = one.content
        change = repr(one.change) if one.change else ""
        found.setdefault((what.text, what.media, what.link, what.form, change), []).append(one)
    return [Wording(some[0].content, tuple(some)) for some in found.values()]
