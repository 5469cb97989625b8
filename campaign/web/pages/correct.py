"""Correcting a live post: other words in its place, or a post of its own that links to it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Connection
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.decisions import correcting
from campaign.decisions.approvals import CannotDecideError, existing
from campaign.decisions.linked import linked_payload, post_correction
from campaign.models import Delivery
from campaign.outgoing import outgoing
from campaign.payload import Payload
from campaign.people import NotAllowedError
from campaign.publishing.amending import amend
from campaign.schedule.local_time import wall_clock
from campaign.store.corrections import corrections_of, open_correction
from campaign.store.deliveries import get_delivery
from campaign.store.payloads import load_payload
from campaign.web.answers import ConflictError, NotFoundError
from campaign.web.forms import NO_FORM, Faults, Form, Posted
from campaign.web.page import go
from campaign.web.pages.compose_desk import bench_of
from campaign.web.pages.desk_page import desk_page, roles_of
from campaign.web.visitors import Visitor, may
from connectors.contract import DeliveryKey

router = APIRouter()
Corrects = Annotated[Visitor, Depends(may(Action.WITHDRAW))]
Approves = Annotated[Visitor, Depends(may(Action.APPROVE))]
WORKER = "web"


@router.get("/correct/{delivery_id:path}")
def ask(visitor: Corrects, delivery_id: str) -> Response:
    """Ask for the new words and why."""
    return _form(visitor, delivery_id, NO_FORM, Faults())


@router.post("/correct/{delivery_id:path}")
def correct(visitor: Corrects, form: Posted, delivery_id: str) -> Response:
    """Ask for a correction, or take back one that is not made yet."""
    faults = Faults()
    if form.text("do") == "drop":
        with visitor.desk.store.write() as connection:
            change = visitor.change(form.text("reason") or "not needed any more")
            correcting.drop_correction(connection, delivery_id, change)
        return _back(visitor, delivery_id, "The correction is taken back; nothing has changed.")
    text = form.raw("text").strip("\n")
    if not text.strip():
        faults.add("text", "Write what it shall say")
    faults.wanted(form, "reason", "Write why; it stands in the record, partners read it")
    way = faults.one_of(form, "way", ("edit", "post"), "Choose how it is corrected")
    if not faults and form.raw("seen") != _stands(visitor, delivery_id):
        faults.add("text", "It has been corrected since you opened this page; look below first")
    if not faults:
        try:
            said = (_edit if way == "edit" else _post)(visitor, form, delivery_id, text)
        except (CannotDecideError, NotAllowedError) as error:
            sentence = str(error)
            faults.add("text", f"{sentence[:1].upper()}{sentence[1:]}")
        else:
            return _back(visitor, delivery_id, said)
    return _form(visitor, delivery_id, form, faults)


@router.post("/approve-correction/{delivery_id:path}")
def approve(visitor: Approves, form: Posted, delivery_id: str) -> Response:
    """Say yes to the words that were shown; make the correction once every yes is given."""
    with visitor.desk.store.write() as connection:
        waiting = open_correction(connection, delivery_id)
        if waiting is None or waiting.content_hash != form.raw("content"):
            message = "The correction has changed since you saw it; look at it again."
            raise ConflictError(message)
        found, left = correcting.approve_correction(
            connection, delivery_id, visitor.change("approved"), roles_of(visitor), speaks_for=""
        )
        if not left:
            text = load_payload(connection, found.content_hash).text
            change = visitor.change(found.reason)
            _tell(visitor, connection, existing(connection, delivery_id), text, change.why)
    if left:
        return _back(visitor, delivery_id, f"Approved. It waits for {' and '.join(left)}.")
    return _back(visitor, delivery_id, _made(visitor, delivery_id))


def _edit(visitor: Visitor, form: Form, delivery_id: str, text: str) -> str:
    change, desk = visitor.change(form.text("reason")), visitor.desk
    with desk.store.write() as connection:
        delivery = existing(connection, delivery_id)
        before = load_payload(connection, delivery.content_hash)
        after = correcting.with_text(before, text)
        _check_words(visitor, delivery, after)
        network = desk.network_of(delivery)
        asked = correcting.ask_correction(connection, delivery_id, after, change, network)
        left = correcting.kinds_left(connection, asked)
        if not left:
            _tell(visitor, connection, delivery, text, change.why)
    if left:
        return f"Asked for. It waits for {' and '.join(left)}, by somebody else."
    return _made(visitor, delivery_id)


def _post(visitor: Visitor, form: Form, delivery_id: str, text: str) -> str:
    change = visitor.change(form.text("reason"))
    wall = wall_clock(visitor.now, visitor.schedule.zone)
    with visitor.desk.store.write() as connection:
        delivery = existing(connection, delivery_id)
        before = load_payload(connection, delivery.content_hash)
        after = linked_payload(before, text, delivery.url or "")
        _check_words(visitor, delivery, after)
        made = post_correction(connection, delivery_id, after, change, f"{wall:%Y-%m-%d %H:%M}")
        _tell(visitor, connection, delivery, after.text, change.why)
    return f"{made} is due now; somebody else approves it."


def _tell(
    visitor: Visitor, connection: Connection, delivery: Delivery, text: str, why: str
) -> None:
    """Write to the partners concerned, in the transaction that lets the correction be made."""
    mail, schedule = visitor.desk.settings.mail is not None, visitor.schedule
    title = schedule.title or schedule.campaign
    matter = correcting.matter_of(delivery, text, visitor.change(why), title)
    correcting.tell(connection, delivery, matter, schedule, mail=mail)


def _made(visitor: Visitor, delivery_id: str) -> str:
    amend(visitor.desk.rig(WORKER), delivery_id)
    with visitor.desk.store.read() as connection:
        latest = corrections_of(connection, delivery_id)[-1]
    return f"The correction is {latest.stage}. {latest.note or ''}".strip()


def _check_words(visitor: Visitor, delivery: Delivery, after: Payload) -> None:
    network = visitor.desk.network_of(delivery)
    limits = bench_of(visitor).ask(visitor.schedule)(delivery.channel) or network.documented
    problems = network.check(outgoing(after, DeliveryKey("")), limits)
    if problems:
        sentences = " ".join(one.message for one in problems)
        message = f"{network.title} would not take that: {sentences}"
        raise CannotDecideError(message)


def _stands(visitor: Visitor, delivery_id: str) -> str:
    """Name what somebody corrects who has this page: the words as they are, and what is open."""
    with visitor.desk.store.read() as connection:
        delivery = existing(connection, delivery_id)
        waiting = open_correction(connection, delivery_id)
    return f"{delivery.content_hash} {waiting.content_hash if waiting else ''}".strip()


def _back(visitor: Visitor, delivery_id: str, said: str) -> Response:
    return go(visitor, f"/deliveries/{delivery_id}", said=said)


def _form(visitor: Visitor, delivery_id: str, form: Form, faults: Faults) -> Response:
    with visitor.desk.store.read() as connection:
        delivery = get_delivery(connection, delivery_id)
        if delivery is None:
            raise NotFoundError(f"There is no delivery “{delivery_id}”.")
        before = load_payload(connection, delivery.content_hash)
        waiting = open_correction(connection, delivery_id)
    return desk_page(
        visitor,
        "pages/correct.html",
        status=422 if faults else 200,
        delivery=delivery,
        before=before,
        edits=visitor.desk.network_of(delivery).capabilities.edits,
        waiting=waiting,
        stands=_stands(visitor, delivery_id),
        form=form,
        faults=faults,
    )
