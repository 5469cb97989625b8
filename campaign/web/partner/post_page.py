"""One post as its partner sees it: words to copy, pictures to save, and what there is to say."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.packs.pictures import MADE_FROM, in_shape
from campaign.partner_links.numbers import fields_for
from campaign.partner_links.posts import BY_HAND, PartnerPost, picture_of
from campaign.partner_links.results import results_of
from campaign.payload import PayloadMedia
from campaign.schedule.local_time import wall_clock
from campaign.store.media import File
from campaign.web.answers import NotFoundError
from campaign.web.forms import NO_FORM, Faults, Form
from campaign.web.partner.guests import Guest, Invited
from campaign.web.partner.looks import HEADERS, guest_page
from campaign.web.streaming import streamed
from campaign.web.visitors import anyone
from connectors.content import whole
from connectors.contract import PictureShape

router = APIRouter(prefix="/partner/{token}", dependencies=[Depends(anyone)])
ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "video/mp4": "mp4",
    "application/pdf": "pdf",
}


@router.get("/post/{delivery:path}")
def show(guest: Invited, delivery: str) -> Response:
    """Show one post."""
    return post_page(guest, guest.post(delivery))


@router.get("/picture/{sha256}/{delivery:path}")
def picture(
    guest: Invited, sha256: str, delivery: str, save: str = "", shape: str = ""
) -> Response:
    """Show a picture of a post, or hand it over to be kept; nothing where it may not be seen.

    In a shape that its network wants it is what was approved, with margins.
    """
    post = guest.post(delivery)
    with guest.store.read() as connection:
        file = picture_of(connection, post, sha256)
    if file is None:
        raise NotFoundError("There is no such picture, or it is not shown for now.")
    name = f"{post.delivery.post}-{sha256[:6]}"
    if shape:
        file, name = _in_shape(file, _wanted(guest, post), shape), f"{name}-{shape}"
    ending = ENDINGS.get(file.media_type, "bin")
    how = "attachment" if save or ending == "bin" else "inline"
    headers = {"Content-Disposition": f'{how}; filename="{name}.{ending}"'}
    return streamed(file.content, media_type=file.media_type, headers=HEADERS | headers)


def _in_shape(file: File, wanted: tuple[PictureShape, ...], shape: str) -> File:
    """Return a picture in a shape; as it is where that is its shape already."""
    if shape not in wanted or file.media_type not in MADE_FROM:
        raise NotFoundError("There is no such shape of this picture.")
    found = in_shape(whole(file.content), file.media_type, PictureShape(shape))
    return file if found is None else File(content=found, media_type="image/png")


def _wanted(guest: Guest, post: PartnerPost) -> tuple[PictureShape, ...]:
    """Return the shapes that are of use to who posts by hand."""
    return guest.network_of(post).capabilities.picture_shapes if post.mode == BY_HAND else ()


def _shapes_for(media: PayloadMedia, wanted: tuple[PictureShape, ...]) -> tuple[PictureShape, ...]:
    return wanted if media.media_type in MADE_FROM else ()


def post_page(
    guest: Guest,
    post: PartnerPost,
    *,
    form: Form = NO_FORM,
    faults: Faults | None = None,
    **more: Any,
) -> Response:
    """Return a post's page; with faults, the form that was sent stands there as it was typed."""
    network = guest.network_of(post)
    with guest.store.read() as connection:
        found = results_of(connection, guest.schedule, guest.visit.partner, guest.now)
    return guest_page(
        guest,
        "partner/post.html",
        status=422 if faults else 200,
        post=post,
        network=network.title,
        shapes_for=partial(_shapes_for, wanted=_wanted(guest, post)),
        fields=fields_for(network),
        result=next((one for one in found.posts if one.delivery == post.id), None),
        local_now=f"{wall_clock(guest.now, guest.schedule.zone):%Y-%m-%dT%H:%M}",
        form=form,
        faults=faults or Faults(),
        answer_by=post.sight.answer_by if post.waits_for_partner else None,
        **more,
    )
