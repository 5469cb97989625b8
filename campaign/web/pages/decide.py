"""A person's decision on one delivery: send now, move, drop, settle, withdraw.

Each is made by the function that the command line makes it with; the form says where the delivery
stood when it was made, and a delivery that has moved on since is shown anew, with what was typed.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Connection
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.decisions import settling, times, witnessed
from campaign.decisions.approvals import CannotDecideError, existing
from campaign.decisions.as_shown import check_stands, stands_as
from campaign.models import Delivery
from campaign.people import NotAllowedError
from campaign.schedule.local_time import NoSuchTimeError
from campaign.schedule.values import read_wall_time
from campaign.states import PEOPLES_WORDS, State
from campaign.store.deliveries import get_delivery
from campaign.web.answers import NotFoundError
from campaign.web.forms import NO_FORM, Faults, Form, Posted
from campaign.web.page import go
from campaign.web.pages.desk_page import desk_page, roles_of
from campaign.web.sign_in import own_address
from campaign.web.visitors import Visitor, may

router = APIRouter()
Decides = Annotated[Visitor, Depends(may(Action.DECIDE))]
Settles = Annotated[Visitor, Depends(may(Action.SETTLE))]
WAYS = ("send-now", "move", "drop")
Decision = Callable[[Connection, Delivery], State]


@router.get("/decide/{delivery_id:path}")
def ask_decision(visitor: Decides, delivery_id: str, do: str = "") -> Response:
    """Ask what is to become of what is held, missed or refused."""
    return _form(visitor, "pages/decide.html", delivery_id, do=do if do in WAYS else "")


@router.post("/decide/{delivery_id:path}")
def decide(visitor: Decides, form: Posted, delivery_id: str) -> Response:
    """Send now, move or drop."""
    faults = Faults()
    way = faults.one_of(form, "do", WAYS, "Choose what is to become of it")
    if way == "move":
        faults.wanted(form, "to", "Write the new time, for example 2027-01-12 08:30")
    if not faults:
        done = _try(visitor, form, delivery_id, faults, lambda *it: _decide(visitor, form, *it))
        if done is not None:
            back = own_address(form.text("back") or f"/deliveries/{delivery_id}")
            return go(visitor, back, said=done)
    return _form(visitor, "pages/decide.html", delivery_id, (form, faults), do=way)


@router.get("/settle/{delivery_id:path}")
def ask_settling(visitor: Settles, delivery_id: str) -> Response:
    """Ask whether a post is out."""
    return _form(visitor, "pages/settle.html", delivery_id)


@router.post("/settle/{delivery_id:path}")
def settle(visitor: Settles, form: Posted, delivery_id: str) -> Response:
    """Take a person's word on whether a post is out."""
    faults = Faults()
    found = faults.one_of(form, "found", ("yes", "no"), "Choose whether you found it")
    if found == "yes" and not witnessed.is_address(form.text("url")):
        faults.add("url", "Copy the address of the post from the browser, for example https://…")
    if not faults:
        done = _try(visitor, form, delivery_id, faults, lambda *it: _settle(visitor, form, *it))
        if done is not None:
            back = own_address(form.text("back") or f"/deliveries/{delivery_id}")
            return go(visitor, back, said=done)
    return _form(visitor, "pages/settle.html", delivery_id, (form, faults))


def _decide(visitor: Visitor, form: Form, connection: Connection, delivery: Delivery) -> State:
    way, why = form.text("do"), form.text("reason")
    if way == "drop":
        return settling.drop(connection, delivery.id, visitor.change(why or "dropped"))
    schedule, now = visitor.schedule, visitor.now
    if way == "send-now":
        when = times.at_once(schedule, now)
    else:
        try:
            due_at = read_wall_time(form.text("to").replace("T", " ")).instant(schedule.zone)
        except (NoSuchTimeError, ValueError) as error:
            raise CannotDecideError(str(error)) from error
        when = times.later(schedule, now, due_at)
    change = visitor.change(why or ("send now" if way == "send-now" else "moved"))
    return settling.send_at(connection, delivery.id, change, when, roles_of(visitor))


def _settle(visitor: Visitor, form: Form, connection: Connection, delivery: Delivery) -> State:
    if form.text("found") == "no":
        change = visitor.change("looked: it did not go out")
        return settling.settle_not_published(connection, delivery.id, change)
    url = form.text("url")
    change = visitor.change(f"looked: it is out at {url}")
    network, first = visitor.desk.network_of(delivery), visitor.desk.first_read_at
    return witnessed.settle_seen(connection, change, network, (delivery.id, url), first)


def _try(
    visitor: Visitor, form: Form, delivery_id: str, faults: Faults, decision: Decision
) -> str | None:
    """Decide, and return the sentence that says so; None with the fault added where it fails."""
    field = {"move": "to"}.get(form.text("do"), "url" if form.text("url") else "seen")
    try:
        with visitor.desk.store.write() as connection:
            delivery = check_stands(connection, delivery_id, form.raw("seen"))
            state = decision(connection, delivery)
    except (CannotDecideError, NotAllowedError) as error:
        sentence = str(error)
        faults.add(field, f"{sentence[0].upper()}{sentence[1:]}")
        return None
    return f"{delivery_id}: {PEOPLES_WORDS[state]}"


def _form(
    visitor: Visitor,
    template: str,
    delivery_id: str,
    typed: tuple[Form, Faults] | None = None,
    *,
    do: str = "",
) -> Response:
    form, faults = typed or (NO_FORM, Faults())
    with visitor.desk.store.read() as connection:
        if get_delivery(connection, delivery_id) is None:
            raise NotFoundError(f"There is no delivery “{delivery_id}”.")
        delivery = existing(connection, delivery_id)
        along = len(settling.going_along(connection, delivery_id))
    return desk_page(
        visitor,
        template,
        status=422 if faults else 200,
        delivery=delivery,
        stands=stands_as(delivery),
        along=along,
        form=form,
        faults=faults,
        do=do,
    )
