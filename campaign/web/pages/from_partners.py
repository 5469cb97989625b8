"""What a person looks at for partners: posts found on their accounts, and pictures of counts.

A picture is opened by one person, who alone sees it and types its numbers; then it is gone.
"""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.partner_links import screenshots
from campaign.partner_links.finding import confirm, sightings, turn_down
from campaign.partner_links.numbers import NumbersError, Typed, fields_for
from campaign.partner_links.screenshots import Sent
from campaign.web.addresses import Number
from campaign.web.forms import NO_FORM, Faults, Form, Posted
from campaign.web.page import go
from campaign.web.pages.desk_page import desk_page
from campaign.web.visitors import Visitor, may

router = APIRouter(prefix="/from-partners")
Settles = Annotated[Visitor, Depends(may(Action.SETTLE))]
HERE = "/from-partners"
UNKEPT = {"Cache-Control": "no-store"}
"""Of a picture: no browser keeps what is deleted here."""


@router.get("")
def show(visitor: Settles) -> Response:
    """List the posts that may be ours, and the pictures that nobody has typed off."""
    with visitor.desk.store.read() as connection:
        found, pictures = sightings(connection), screenshots.waiting(connection)
    return desk_page(
        visitor,
        "pages/from-partners.html",
        found=found,
        pictures=pictures,
        person=visitor.person.id,
    )


@router.post("/found/{number}")
def judge(visitor: Settles, form: Posted, number: Number) -> Response:
    """Record a post as the delivery it is, or never ask about it again."""
    networks = visitor.desk.networks_by_name
    with visitor.desk.store.write() as connection:
        if form.text("say") == "ours":
            change = visitor.change("confirmed: it was found on the partner's account")
            said = f"{confirm(connection, number, networks, change)} is live"
        else:
            change = visitor.change("it is another post")
            said = f"{turn_down(connection, number, change)} is still waited for"
    return go(visitor, HERE, said=said)


@router.post("/pictures/{number}/open")
def open_picture(visitor: Settles, form: Posted, number: Number) -> Response:  # noqa: ARG001 - the form's token is what is wanted
    """Give a picture to the one person who asks for it first."""
    with visitor.desk.store.write() as connection:
        screenshots.open_by(connection, number, visitor.person.id)
    return go(visitor, f"{HERE}/pictures/{number}")


@router.get("/pictures/{number}")
def picture(visitor: Settles, number: Number) -> Response:
    """Show a picture with the fields for its numbers, to whoever opened it."""
    return _picture(visitor, number, NO_FORM, Faults())


@router.get("/pictures/{number}/picture.png")
def picture_itself(visitor: Settles, number: Number) -> Response:
    """Show the picture's dots, to whoever opened it."""
    with visitor.desk.store.read() as connection:
        _, content = screenshots.opened(connection, number, visitor.person.id)
    return Response(content, media_type="image/png", headers=UNKEPT)


@router.post("/pictures/{number}")
def end_picture(visitor: Settles, form: Posted, number: Number) -> Response:
    """Take in what was typed, or nothing; either way the picture is deleted."""
    sent = Sent(by=visitor.person.id, at=visitor.now)
    if form.text("do") == "refuse":
        with visitor.desk.store.write() as connection:
            screenshots.refuse(connection, number, sent)
        return go(visitor, HERE, said=f"Picture {number} is deleted; no number was stored")
    try:
        said = _type_off(visitor, number, form, sent)
    except NumbersError as error:
        faults = Faults()
        for field, sentence in error.by_field.items():
            faults.add(field or "numbers", sentence)
        return _picture(visitor, number, form, faults, jumps=error.jumps)
    return go(visitor, HERE, said=said)


def _type_off(visitor: Visitor, number: int, form: Form, sent: Sent) -> str:
    networks = visitor.desk.networks_by_name
    with visitor.desk.store.write() as connection:
        one, _ = screenshots.opened(connection, number, sent.by)
        typed = Typed(
            values={
                field.metric: form.text(field.metric) for field in fields_for(networks[one.network])
            },
            observed_at=one.taken_at.isoformat(),
            accept_jumps=form.has("accept_jumps", "yes"),
            evidence=screenshots.EVIDENCE,
        )
        summary = screenshots.type_off(connection, number, typed, networks, sent)
    taken = summary.new + summary.corrected
    words = "1 number" if taken == 1 else f"{taken} numbers"
    return f"{words} taken in for {one.delivery}; the picture is deleted"


def _picture(
    visitor: Visitor, number: int, form: Form, faults: Faults, *, jumps: bool = False
) -> Response:
    with visitor.desk.store.read() as connection:
        one, _ = screenshots.opened(connection, number, visitor.person.id)
    return desk_page(
        visitor,
        "pages/picture-of-counts.html",
        status=422 if faults else 200,
        one=one,
        fields=fields_for(visitor.desk.networks_by_name[one.network]),
        form=form,
        faults=faults,
        jumps=jumps,
    )
