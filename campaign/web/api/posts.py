"""Posts: which there are, and what became of one on every channel."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import Field
from sqlalchemy import Connection, func, select

from analytics.json_values import moment
from campaign.access.rights import Action
from campaign.decisions.approvals import CannotDecideError
from campaign.partnering.board import board
from campaign.states import State
from campaign.store.tables import DELIVERY
from campaign.web.api.caller import Caller, may
from campaign.web.api.paging import Cursor, Limit, last_of, next_cursor
from campaign.web.api.problems import ProblemError, documented
from campaign.web.api.shapes import Id, Moment, Shape

router = APIRouter(tags=["posts"])
SeesDesk = Annotated[Caller, Depends(may(Action.SEE_DESK))]
PostId = Annotated[str, Path(pattern="^[ -~]{1,200}$", examples=["law-helps"])]


class PostShape(Shape):
    """One post, by its deliveries."""

    id: str = Field(examples=["law-helps"])
    deliveries: int = Field(ge=1)
    counts: dict[str, int] = Field(description="Its deliveries by state.")
    first_due_at: Moment
    last_due_at: Moment


class PostsShape(Shape):
    """A page of posts that were applied."""

    posts: list[PostShape]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")


class BoardRowShape(Shape):
    """What became of the post on one channel."""

    delivery: Id
    entry: str = Field(description="Its line in the schedule.")
    channel: str
    partner: str
    network: str
    mode: str
    state: State
    words: str = Field(description="The state as people read it.")
    counted_as: str = Field(description="What it counts as in the sentence.")
    due_at: str = Field(json_schema_extra={"format": "date-time"})
    wall_time: str
    wording: str = Field(description="What was or will be said there.")
    url: str | None
    published_at: str | None = Field(json_schema_extra={"format": "date-time"})
    posted_by: str
    told_by: str
    note: str


class BoardShape(Shape):
    """One post on all its channels, as `campaign board --json` has it."""

    post: str
    sentence: str = Field(examples=["2 of 3 live, 1 to check"])
    counts: dict[str, int]
    rows: list[BoardRowShape]


@router.get("/posts", responses=documented("invalid"))
def list_posts(caller: SeesDesk, limit: Limit = 50, cursor: Cursor = "") -> PostsShape:
    """List the posts that were applied, in the order of their ids."""
    query = (
        select(
            DELIVERY.c.post,
            func.count().label("number"),
            func.min(DELIVERY.c.due_at).label("first_due_at"),
            func.max(DELIVERY.c.due_at).label("last_due_at"),
        )
        .where(DELIVERY.c.post > last_of(cursor, {}))
        .group_by(DELIVERY.c.post)
        .order_by(DELIVERY.c.post)
        .limit(limit + 1)
    )
    with caller.desk.store.read() as connection:
        found = connection.execute(query).all()
        counts = _counts(connection, [row.post for row in found[:limit]])
    more = next_cursor(found[limit - 1].post, {}) if len(found) > limit else None
    posts = [
        PostShape(
            id=row.post,
            deliveries=row.number,
            counts=counts[row.post],
            first_due_at=str(moment(row.first_due_at)),
            last_due_at=str(moment(row.last_due_at)),
        )
        for row in found[:limit]
    ]
    return PostsShape(posts=posts, next=more)


@router.get("/posts/{post}/board", responses=documented("not-found", "invalid"))
def show_board(caller: SeesDesk, post: PostId) -> BoardShape:
    """Return what became of one post on every channel, and who put it there."""
    try:
        found = board(caller.desk.store, post)
    except CannotDecideError as error:
        raise ProblemError("not-found", f"There is no delivery of “{post}”") from error
    return BoardShape.model_validate(found.to_json())


def _counts(connection: Connection, posts: list[str]) -> dict[str, dict[str, int]]:
    query = (
        select(DELIVERY.c.post, DELIVERY.c.state, func.count().label("number"))
        .where(DELIVERY.c.post.in_(posts))
        .group_by(DELIVERY.c.post, DELIVERY.c.state)
    )
    counts: dict[str, dict[str, Any]] = {one: {} for one in posts}
    for row in connection.execute(query):
        counts[row.post][State(row.state)] = row.number
    return counts
