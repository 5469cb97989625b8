"""The list of posts, drafts first or everything, and starting a new one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.composing.shelf import Shelved, list_posts
from campaign.composing.starting import start_post
from campaign.desk_views.composing import states_by_post
from campaign.schedule.rewriting import CannotRewriteError
from campaign.web.forms import Faults, Posted
from campaign.web.page import go
from campaign.web.pages.compose_desk import folder_of
from campaign.web.pages.desk_page import desk_page
from campaign.web.visitors import Visitor, may

router = APIRouter()
Writes = Annotated[Visitor, Depends(may(Action.WRITE))]
ON_PAGE = 50


@router.get("/posts")
def shelf(
    visitor: Writes, show: str = "all", page: Annotated[int, Query(ge=1, le=10_000)] = 1
) -> Response:
    """List the posts of the folder, with what became of each."""
    posts = list_posts(folder_of(visitor))
    chosen = [one for one in posts if _is_shown(one, show)]
    first = (page - 1) * ON_PAGE
    with visitor.desk.store.read() as connection:
        states = states_by_post(connection)
    return desk_page(
        visitor,
        "pages/compose-list.html",
        posts=chosen[first : first + ON_PAGE],
        total=len(chosen),
        drafts=sum(one.draft for one in posts),
        everything=len(posts),
        show=show,
        states=states,
        number=page,
        pages_in_all=max(1, -(-len(chosen) // ON_PAGE)),
    )


@router.get("/posts/new")
def ask(visitor: Writes) -> Response:
    """Ask for a title and a first text."""
    return desk_page(visitor, "pages/compose-new.html")


@router.post("/posts/new")
def start(visitor: Writes, form: Posted) -> Response:
    """Write a new draft."""
    faults = Faults()
    title = faults.wanted(form, "title", "Write a title; colleagues find the post by it")
    faults.wanted(form, "text", "Write what the post says; you can change it later")
    if not faults:
        try:
            name = start_post(folder_of(visitor), " ".join(title.split()), form.text("text"))
        except CannotRewriteError as error:
            faults.add("text", f"{error}")
        except OSError as error:
            faults.add("title", f"Nothing was saved: {error.strerror}")
        else:
            return go(visitor, f"/posts/{name}", said="Saved as a draft.")
    return desk_page(visitor, "pages/compose-new.html", status=422, form=form, faults=faults)


def _is_shown(one: Shelved, show: str) -> bool:
    return show != "drafts" or one.draft
