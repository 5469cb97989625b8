"""The start: leads everybody to the first page that is meant for them."""

from fastapi import APIRouter
from starlette.responses import Response

from campaign.web.page import go
from campaign.web.visitors import Anyone

router = APIRouter()


@router.get("/")
def start(visitor: Anyone) -> Response:
    """Lead on: to the first page of the navigation, or to signing in."""
    if visitor.known is None:
        return go(visitor, "/sign-in", said=visitor.said)
    items = visitor.request.app.state.navigation
    first = next((one.href for one in items if visitor.can(one.action)), "/you")
    return go(visitor, first, said=visitor.said)
