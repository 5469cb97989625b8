"""Withdrawing a post, and saying that one is gone which a person deleted by hand."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.decisions import withdrawing
from campaign.decisions.approvals import CannotDecideError, existing
from campaign.decisions.concerned import others_of
from campaign.publishing.takedown import take_down
from campaign.states import PEOPLES_WORDS, State
from campaign.store.deliveries import get_delivery
from campaign.store.withdrawals import get_withdrawal
from campaign.web.answers import NotFoundError
from campaign.web.forms import NO_FORM, Faults, Form, Posted
from campaign.web.page import go
from campaign.web.pages.desk_page import desk_page
from campaign.web.visitors import Visitor, may

router = APIRouter()
Withdraws = Annotated[Visitor, Depends(may(Action.WITHDRAW))]
WORKER = "web"


@router.get("/withdraw/{delivery_id:path}")
def ask(visitor: Withdraws, delivery_id: str) -> Response:
    """Ask why a post shall not stand, and say who will be told."""
    return _form(visitor, delivery_id, NO_FORM, Faults())


@router.post("/withdraw/{delivery_id:path}")
def withdraw(visitor: Withdraws, form: Posted, delivery_id: str) -> Response:
    """Withdraw it with what comes after it in its thread, and take down at once what is live."""
    faults = Faults()
    reason = faults.wanted(form, "reason", "Write why; it stands in the record, partners read it")
    if faults:
        return _form(visitor, delivery_id, form, faults)
    gone = form.text("gone") == "yes"
    try:
        said = (
            _say_gone(visitor, delivery_id, reason) if gone else _do(visitor, delivery_id, reason)
        )
    except CannotDecideError as error:
        faults.add("reason", str(error))
        return _form(visitor, delivery_id, form, faults)
    return go(visitor, f"/deliveries/{delivery_id}", said=said)


def _do(visitor: Visitor, delivery_id: str, reason: str) -> str:
    desk, schedule = visitor.desk, visitor.schedule
    change = visitor.change(reason)
    mail = desk.settings.mail is not None
    with desk.store.write() as connection:
        ids = withdrawing.with_later_parts(connection, [delivery_id])
        asked = withdrawing.withdraw_all(connection, ids, change, schedule, mail=mail)
    rig = desk.rig(WORKER)
    for one in ids:
        take_down(rig, one)
    with desk.store.read() as connection:
        state = State(existing(connection, delivery_id).state)
    also = f", with {len(ids) - 1} later parts" if len(ids) > 1 else ""
    told = [one for one in withdrawing.all_concerned(asked) if not (mail and one.contacts)]
    tell = "; ".join(f"{one.name} ({one.reached_at() or 'no contact known'})" for one in told)
    left = f". Tell yourself: {tell}" if told else ""
    return f"{delivery_id} is withdrawn{also}: {PEOPLES_WORDS[state]}{left}"


def _say_gone(visitor: Visitor, delivery_id: str, reason: str) -> str:
    with visitor.desk.store.write() as connection:
        state = withdrawing.say_gone(connection, delivery_id, visitor.change(reason))
    return f"{delivery_id}: {PEOPLES_WORDS[state]}, as you say"


def _form(visitor: Visitor, delivery_id: str, form: Form, faults: Faults) -> Response:
    with visitor.desk.store.read() as connection:
        delivery = get_delivery(connection, delivery_id)
        if delivery is None:
            raise NotFoundError(f"There is no delivery “{delivery_id}”.")
        others = others_of(connection, delivery)
        pulled = get_withdrawal(connection, delivery_id)
        ids = withdrawing.with_later_parts(connection, [delivery_id])
    return desk_page(
        visitor,
        "pages/withdraw.html",
        status=422 if faults else 200,
        delivery=delivery,
        others=others,
        pulled=pulled,
        later=len(ids) - 1,
        over=delivery.state in withdrawing.OVER,
        form=form,
        faults=faults,
    )
