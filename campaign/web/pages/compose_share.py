"""Sharing a post that is being written by a link, and what whoever has the link sees."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.composing.judging import Judgement, judge
from campaign.composing.sharing import (
    PreviewLinkError,
    end_sharing,
    share,
    shared_post,
    working_links,
)
from campaign.schedule.model import Schedule
from campaign.store.embargoes import embargoes
from campaign.web.answers import AnswerError, ConflictError, NotFoundError
from campaign.web.forms import Posted
from campaign.web.page import go
from campaign.web.pages.compose_desk import bench_of, opened_post
from campaign.web.pages.deliveries import SHOWABLE
from campaign.web.pages.desk_page import desk_page, names_for
from campaign.web.partner.looks import HEADERS, bare_page
from campaign.web.streaming import streamed
from campaign.web.visitors import Anyone, Visitor, may

router = APIRouter()
Writes = Annotated[Visitor, Depends(may(Action.WRITE))]


@router.get("/posts/{post}/share")
def ask(visitor: Writes, post: str) -> Response:
    """Show who may look at a post by a link until when."""
    return _page(visitor, post)


@router.post("/posts/{post}/share")
def make(visitor: Writes, form: Posted, post: str) -> Response:
    """Make a link and show it, once; or take all links of the post back."""
    opened_post(visitor, post)
    keys = visitor.desk.settings.secret_keys
    if form.text("do") == "end":
        with visitor.desk.store.write() as connection:
            number = end_sharing(connection, post, visitor.change("not shared any more"))
        what = "link is" if number == 1 else "links are"
        return go(visitor, f"/posts/{post}/share", said=f"{number} {what} taken back.")
    if not keys:
        message = "No CAMPAIGN_SECRET_KEY is set here, so no link can be signed."
        raise ConflictError(message)
    with visitor.desk.store.write() as connection:
        token = share(connection, post, visitor.change("a preview of it"), keys)
    return _page(visitor, post, address=f"{visitor.desk.settings.pages_url}/preview/{token}")


@router.get("/preview/{token}")
def show(visitor: Anyone, token: str) -> Response:
    """Show a post as it would be sent to whoever has a link to it."""
    post = _post_of(visitor, token)
    judgement = _judged(visitor, post)
    until = _embargo(visitor, post, judgement)
    is_hidden = until is not None and visitor.now < until
    return bare_page(
        visitor,
        "pages/shared.html",
        post=post,
        token=token,
        hidden_until=until if is_hidden else None,
        previews=() if is_hidden else judgement.previews,
        names=names_for(visitor),
    )


@router.get("/preview/{token}/picture/{sha256}")
def picture(visitor: Anyone, token: str, sha256: str) -> Response:
    """Show a picture of a shared post; nothing under embargo."""
    post = _post_of(visitor, token)
    judgement = _judged(visitor, post)
    until = _embargo(visitor, post, judgement)
    report = judgement.report
    if report is None or (until is not None and visitor.now < until):
        raise NotFoundError
    for one in report.posts[post].media:
        if one.sha256 == sha256 and one.media_type in SHOWABLE:
            return streamed(one.content, media_type=one.media_type, headers=HEADERS)
    raise NotFoundError


def _post_of(visitor: Visitor, token: str) -> str:
    keys = visitor.desk.settings.secret_keys
    with visitor.desk.store.read() as connection:
        try:
            return shared_post(connection, token, keys, visitor.now)
        except PreviewLinkError as error:
            raise NotFoundError(str(error)) from error


def _judged(visitor: Visitor, post: str) -> Judgement:
    try:
        opened = opened_post(visitor, post)
    except AnswerError as error:
        message = "This post cannot be shown right now. Ask whoever sent you the link."
        raise NotFoundError(message) from error
    return judge(bench_of(visitor), opened, opened.manuscript)


def _embargo(visitor: Visitor, post: str, judgement: Judgement) -> datetime | None:
    """Return until when nobody outside sees it: as applied, or as it stands now, the later one."""
    with visitor.desk.store.read() as connection:
        applied = embargoes(connection).get(post)
    report = judgement.report
    schedule: Schedule | None = report.schedule if report else None
    written = report.posts[post].embargo_until if report else None
    if report is None or schedule is None:
        return datetime.max.replace(tzinfo=visitor.now.tzinfo)  # unread, and so not to be shown
    ends = [applied, written.instant(schedule.zone) if written else None]
    return max((one for one in ends if one is not None), default=None)


def _page(visitor: Visitor, post: str, **values: Any) -> Response:
    opened = opened_post(visitor, post)
    with visitor.desk.store.read() as connection:
        links = working_links(connection, post, visitor.now)
    given = {"post": post, "title": opened.manuscript.title or post, "links": links, "address": ""}
    given["embargo"] = opened.manuscript.embargo_until
    return desk_page(visitor, "pages/compose-share.html", **(given | values))
