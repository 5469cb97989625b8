"""Letting one essential post through a stop: a named approver, a reason, one delivery."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.decisions import times
from campaign.decisions.approvals import CannotDecideError
from campaign.decisions.as_shown import check_stands, stands_as
from campaign.decisions.essential import PASSABLE, send_essential
from campaign.decisions.settling import going_along
from campaign.people import NotAllowedError
from campaign.store.barriers import barrier
from campaign.store.deliveries import get_delivery
from campaign.store.payloads import load_payload
from campaign.web.answers import NotFoundError
from campaign.web.forms import NO_FORM, Faults, Form, Posted
from campaign.web.page import go
from campaign.web.pages.desk_page import desk_page, roles_of
from campaign.web.visitors import Visitor, may

router = APIRouter()
LetsThrough = Annotated[Visitor, Depends(may(Action.LET_THROUGH))]


@router.get("/essential/{delivery_id:path}")
def ask(visitor: LetsThrough, delivery_id: str) -> Response:
    """Show exactly what would go out, what stands in its way, and ask why it has to."""
    return _form(visitor, delivery_id, NO_FORM, Faults())


@router.post("/essential/{delivery_id:path}")
def let_through(visitor: LetsThrough, form: Posted, delivery_id: str) -> Response:
    """Let it through every stop and window, as it was shown; everything else stays stopped."""
    faults = Faults()
    reason = faults.wanted(form, "reason", "Write why it has to go out; it stands in the record")
    if form.text("sure") != "yes":
        faults.add("sure", "Say that you have read what goes out")
    if faults:
        return _form(visitor, delivery_id, form, faults)
    when = times.at_once(visitor.schedule, visitor.now, any_hour=True)
    try:
        with visitor.desk.store.write() as connection:
            check_stands(connection, delivery_id, form.raw("seen"))
            change = visitor.change(reason)
            send_essential(connection, delivery_id, change, when, roles_of(visitor))
    except (CannotDecideError, NotAllowedError) as error:
        sentence = str(error)
        faults.add("reason", f"{sentence[:1].upper()}{sentence[1:]}")
        return _form(visitor, delivery_id, form, faults)
    said = f"{delivery_id} is let through and goes out now. Everything else stays as it is."
    return go(visitor, f"/deliveries/{delivery_id}", said=said)


def _form(visitor: Visitor, delivery_id: str, form: Form, faults: Faults) -> Response:
    with visitor.desk.store.read() as connection:
        delivery = get_delivery(connection, delivery_id)
        if delivery is None:
            raise NotFoundError(f"There is no delivery “{delivery_id}”.")
        content = load_payload(connection, delivery.content_hash)
        barred = barrier(connection, delivery, visitor.now, visitor.now)
        along = len(going_along(connection, delivery_id))
    return desk_page(
        visitor,
        "pages/essential.html",
        status=422 if faults else 200,
        delivery=delivery,
        content=content,
        barred=barred,
        along=along,
        passable=delivery.state in PASSABLE,
        stands=stands_as(delivery),
        form=form,
        faults=faults,
    )
