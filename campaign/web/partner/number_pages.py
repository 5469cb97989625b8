"""Numbers from a partner: a form for one post, a picture of its counts, or a file for many."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.partner_links.numbers import NumbersError, Typed, fields_for, take_file, take_typed
from campaign.partner_links.posts import BY_HAND
from campaign.partner_links.screenshots import LARGEST, PictureError, Sent, keep
from campaign.schedule.local_time import wall_clock
from campaign.web.answers import ConflictError
from campaign.web.forms import NO_FORM, Faults, Form
from campaign.web.partner.answer_pages import MOVED_ON
from campaign.web.partner.guests import Guest, Invited, PostedByLink
from campaign.web.partner.looks import go_on, guest_page
from campaign.web.partner.post_page import post_page
from campaign.web.partner.times import TimeError, time_in
from campaign.web.visitors import anyone

router = APIRouter(prefix="/partner/{token}", dependencies=[Depends(anyone)])
LARGEST_PICTURE_FORM = LARGEST + 100_000
LARGEST_FILE_FORM = 1_100_000


@router.post("/count/{delivery:path}")
def count(guest: Invited, delivery: str, form: PostedByLink) -> Response:
    """Take in the numbers that somebody typed of one post: all of them, or none."""
    post = guest.post(delivery)
    if not post.may_count:
        raise ConflictError(MOVED_ON)
    names = [one.metric for one in fields_for(guest.network_of(post))]
    typed = Typed(
        values={name: form.text(name) for name in names},
        observed_at=form.text("observed_at").replace("T", " "),
        accept_jumps=form.has("accept_jumps", "yes"),
    )
    networks, faults = guest.visitor.desk.networks_by_name, Faults()
    try:
        with guest.store.write() as connection:
            summary = take_typed(connection, post, typed, networks, guest.now)
    except NumbersError as error:
        for field, sentence in error.by_field.items():
            faults.add(field or names[0], sentence)
        return post_page(guest, post, form=form, faults=faults, jumps=error.jumps)
    return go_on(
        guest.path_of(post), "counted" if summary.new + summary.corrected else "nothing-new"
    )


@router.post("/screenshot/{delivery:path}", max_body_size=LARGEST_PICTURE_FORM)
def screenshot(guest: Invited, delivery: str, form: PostedByLink) -> Response:
    """Keep a picture of a post's counts until one person has typed them off."""
    post, faults = guest.post(delivery), Faults()
    if not post.may_count:
        raise ConflictError(MOVED_ON)
    upload = form.file("picture")
    content = upload.file.read() if upload else b""
    if not content:
        faults.add("picture", "Choose a picture of the numbers.")
    try:
        taken_at = time_in(form.text("taken_at"), guest.schedule.zone)
        if not faults:
            with guest.store.write() as connection:
                keep(connection, post, content, taken_at, Sent(by=guest.who, at=guest.now))
    except TimeError as error:
        faults.add("taken_at", str(error))
    except PictureError as error:
        faults.add("picture", str(error))
    if faults:
        return post_page(guest, post, form=form, faults=faults)
    return go_on(guest.path_of(post), "pictured")


@router.get("/numbers")
def numbers(guest: Invited) -> Response:
    """Show how to send the numbers of many posts at once."""
    return _file_page(guest, NO_FORM, Faults())


@router.post("/numbers", max_body_size=LARGEST_FILE_FORM)
def numbers_file(guest: Invited, form: PostedByLink) -> Response:
    """Take in a file of numbers: all of it, or nothing."""
    upload, faults = form.file("file"), Faults()
    if upload is None:
        faults.add("file", "Choose the file with your numbers.")
        return _file_page(guest, form, faults)
    networks = guest.visitor.desk.networks_by_name
    try:
        with guest.store.write() as connection:
            summary = take_file(
                connection, guest.visit.partner, upload.file.read(), networks, guest.now
            )
    except NumbersError as error:
        for place, sentence in enumerate(error.by_field.values()):
            faults.add("file" if not place else f"file-{place}", sentence)
        return _file_page(guest, form, faults)
    done = "counted" if summary.new + summary.corrected else "nothing-new"
    return go_on(f"{guest.base}/numbers", done)


def _file_page(guest: Guest, form: Form, faults: Faults) -> Response:
    return guest_page(
        guest,
        "partner/numbers.html",
        status=422 if faults else 200,
        form=form,
        faults=faults,
        example=_example(guest),
    )


def _example(guest: Guest) -> str:
    """Return a row as this partner would write it: of its own channel, and never of a true post."""
    own = [
        name
        for name, one in guest.schedule.channels.items()
        if (one.partner, one.mode) == (guest.visit.partner, BY_HAND)
    ]
    channel = own[0] if own else "your-channel"
    day = f"{wall_clock(guest.now, guest.schedule.zone):%Y-%m-%d}"
    return f"{channel},name-of-the-post,{day} 09:00,reactions,41"
