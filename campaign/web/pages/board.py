"""The board: what became of one post on every channel, and who put it there."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.decisions.approvals import CannotDecideError
from campaign.partnering.board import board
from campaign.web.answers import NotFoundError
from campaign.web.pages.desk_page import desk_page
from campaign.web.visitors import Visitor, may

router = APIRouter()
SeesDesk = Annotated[Visitor, Depends(may(Action.SEE_DESK))]


@router.get("/board/{post}")
def show(visitor: SeesDesk, post: str) -> Response:
    """Show one post on all its channels."""
    try:
        found = board(visitor.desk.store, post)
    except CannotDecideError as error:
        raise NotFoundError(str(error)) from error
    return desk_page(visitor, "pages/board.html", board=found)
