"""Writing a post: the form, what there is to say about it, and saving it into the files."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.composing.folder import ChangedMeanwhileError, Opened, save_post
from campaign.composing.judging import Judgement, judge
from campaign.composing.manuscript import Manuscript, Text
from campaign.composing.starting import copy_post
from campaign.content.pictures import media_type_of
from campaign.desk_views.composing import differing
from campaign.schedule.faults import FaultsFound
from campaign.schedule.rewriting import CannotRewriteError
from campaign.web.answers import NotFoundError
from campaign.web.forms import NO_FORM, Faults, Form, Posted
from campaign.web.page import go, render
from campaign.web.pages.compose_choices import choices_of
from campaign.web.pages.compose_desk import bench_of, folder_of, opened_post
from campaign.web.pages.compose_form import manuscript_from, split_at
from campaign.web.pages.compose_media import Uploads, not_yet_kept, with_uploads
from campaign.web.pages.deliveries import SHOWABLE
from campaign.web.pages.desk_page import desk_page, names_for
from campaign.web.visitors import Visitor, may

router = APIRouter()
Writes = Annotated[Visitor, Depends(may(Action.WRITE))]
MOST_UPLOADED = 66 * 1024 * 1024
"""Bytes of a form with its file: somewhat more than the largest video."""


@router.get("/posts/{post}")
def show(visitor: Writes, post: str) -> Response:
    """Show a post's form as the files have it, with what there is to say about it."""
    opened = opened_post(visitor, post)
    judgement = judge(bench_of(visitor), opened, opened.manuscript)
    return _page(visitor, opened, opened.manuscript, judgement)


@router.post("/posts/{post}", max_body_size=MOST_UPLOADED)
def write(visitor: Writes, form: Posted, post: str) -> Response:
    """Check, save, or save and go on to sending it; what was typed always stays."""
    opened = opened_post(visitor, post)
    uploads = Uploads(folder_of(visitor), post, form)
    wanted = with_uploads(form, manuscript_from(form, opened.manuscript), uploads)
    if form.text("do") == "add-wording":
        wanted = _with_wording(form, wanted)
    elif form.text("do") in {"save", "send"} and not uploads.faults:
        return _save(visitor, form, opened, wanted)
    judgement = judge(bench_of(visitor), opened, wanted)
    typed = {"form": not_yet_kept(form) if uploads.faults else NO_FORM, "mark": form.text("mark")}
    return _page(visitor, opened, wanted, judgement, faults=uploads.faults, **typed)


@router.post("/posts/{post}/check")
def check(visitor: Writes, form: Posted, post: str) -> Response:
    """Answer a script that asks while somebody types: findings and previews alone."""
    opened = opened_post(visitor, post)
    wanted = manuscript_from(form, opened.manuscript)
    judgement = judge(bench_of(visitor), opened, wanted)
    values = {"wanted": wanted, "judgement": judgement, "names": names_for(visitor), "post": post}
    return Response(render(visitor, "pages/compose-said.html", **values), media_type="text/html")


@router.post("/posts/{post}/copy")
def copy(visitor: Writes, form: Posted, post: str) -> Response:
    """Copy a post as a new draft."""
    del form
    opened_post(visitor, post)
    name = copy_post(folder_of(visitor), post)
    return go(visitor, f"/posts/{name}", said="Copied. The copy is a draft and goes nowhere yet.")


@router.get("/posts/{post}/media/{file}")
def picture(visitor: Writes, post: str, file: str) -> Response:
    """Show a picture of the post's folder."""
    opened = opened_post(visitor, post)
    places = (folder_of(visitor) / "posts" / opened.post).iterdir()
    place = next((one for one in places if one.name == file and one.is_file()), None)
    if place is None:
        raise NotFoundError
    content = place.read_bytes()
    media_type = media_type_of(content)
    if media_type not in SHOWABLE:
        raise NotFoundError
    return Response(content, media_type=media_type)


def _save(visitor: Visitor, form: Form, opened: Opened, wanted: Manuscript) -> Response:
    faults = Faults()
    try:
        save_post(folder_of(visitor), opened.post, wanted, form.text("mark"))
    except ChangedMeanwhileError as error:
        return _changed_meanwhile(visitor, error.there, wanted)
    except OSError as error:
        faults.add("form", f"Nothing was saved: the folder cannot be written ({error.strerror})")
    except (CannotRewriteError, FaultsFound):
        pass  # the judgement says the same, field by field
    else:
        if form.text("do") == "send":
            return go(visitor, f"/posts/{opened.post}/send")
        return go(visitor, f"/posts/{opened.post}", said="Saved.")
    judgement = judge(bench_of(visitor), opened, wanted)
    for one in judgement.findings:
        if one.blocks:
            faults.add(one.field, one.sentence)
    return _page(visitor, opened, wanted, judgement, faults=faults, mark=form.text("mark"))


def _changed_meanwhile(visitor: Visitor, there: Opened, wanted: Manuscript) -> Response:
    """Show both texts; what is sent from this page is a decision for one of them."""
    faults = Faults()
    faults.add(
        "theirs",
        "Somebody else saved this post while you wrote. Nothing of yours is saved yet: look below "
        "what differs, then save again, or leave theirs",
    )
    judgement = judge(bench_of(visitor), there, wanted)
    theirs = differing(there.manuscript, wanted)
    return _page(visitor, there, wanted, judgement, faults=faults, theirs=theirs, status=409)


def _with_wording(form: Form, wanted: Manuscript) -> Manuscript:
    heading = form.text("new_heading")
    if not heading or heading in {one.heading for one in wanted.texts}:
        return wanted
    return replace(wanted, texts=(*wanted.texts, Text(heading=heading)))


def _page(
    visitor: Visitor,
    opened: Opened,
    wanted: Manuscript,
    judgement: Judgement,
    **more: Any,
) -> Response:
    when, faults = wanted.when, more.get("faults") or Faults()
    given: dict[str, Any] = {
        "status": 422 if faults else 200,
        "post": opened.post,
        "wanted": wanted,
        "judgement": judgement,
        "choices": choices_of(
            visitor.schedule, wanted, folder_of(visitor) / "posts" / opened.post, names_for(visitor)
        ),
        "entries": opened.entries,
        "at": split_at(when.at) if when else ("", "", ""),
        "form": NO_FORM,
        "faults": faults,
        "theirs": (),
    }
    given |= more | {"mark": more.get("mark") or opened.mark}
    return desk_page(visitor, "pages/compose.html", **given)
