"""The board: what became of one post on every channel, and who put it there."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.decisions.approvals import CannotDecideError
from campaign.desk_views.live import replies_of
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
    with visitor.desk.store.read() as connection:
        replies = replies_of(connection, [one.delivery for one in found.rows])
    answers = {one.delivery: visitor.schedule.answers(one.entry) for one in found.rows}
    return desk_page(visitor, "pages/board.html", board=found, replies=replies, answers=answers)
