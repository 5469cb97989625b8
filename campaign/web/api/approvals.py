"""Approvals: what waits for a yes, and a yes or no on exactly what was shown."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy import Connection, select
from starlette.responses import Response

from analytics.json_values import moment
from campaign.access.rights import Action, Thing
from campaign.decisions.as_shown import Shown, approve_as_shown, reject_as_shown
from campaign.desk_views.approval_queue import Asked, Waiting, waiting_of
from campaign.desk_views.compared import Comparison
from campaign.states import State
from campaign.store.deliveries import delivery_of, get_deliveries
from campaign.store.tables import DELIVERY
from campaign.web.api.caller import Caller, may
from campaign.web.api.one_delivery import content_shape
from campaign.web.api.paging import Cursor, Limit, last_of, next_cursor
from campaign.web.api.problems import documented
from campaign.web.api.shapes import Asking, ContentShape, Id, Moment, Shape, example
from campaign.web.api.writing import Done, Writes, once

router = APIRouter(tags=["approvals"])
Approves = Annotated[Caller, Depends(may(Action.APPROVE))]
MOST = 200
_WRITES = documented("not-understood", "conflict", "key-reused", "too-large", "not-json", "invalid")


class DeputyShape(Shape):
    """Somebody who may open a gate for a person who is away."""

    deputy: str = Field(examples=["ama"])
    absent: str = Field(examples=["ben"])
    until: str = Field(description="The last day away, itself included.", examples=["2027-01-12"])


class AskedShape(Shape):
    """A gate that is still closed; all of them have to be opened."""

    kind: str = Field(examples=["approval"])
    able: list[str] = Field(description="Any one of these may open it.", examples=[["ben", "cat"]])
    deputies: list[DeputyShape] = Field(description="Or one of these, for who is away.")
    mine: bool = Field(description="Whether the token's person may open it.")


class PieceShape(Shape):
    """Some text that stayed, went or came."""

    kind: str = Field(description="`same`, `gone` or `new`.")
    text: str


class ChangeShape(Shape):
    """What differs from what was approved before."""

    text: list[PieceShape] = Field(description="Both wordings in one.")
    facts: list[str] = Field(description="What else differs, in words.")


class WaitingShape(Shape):
    """One delivery that waits for a yes."""

    delivery: Id
    post: str
    channel: str
    content_hash: str = Field(description="Hand it back with the decision.")
    wall_time: str = Field(description="Hand it back, too.", examples=["2027-01-12 08:30"])
    due_at: Moment
    expires_at: Moment | None = Field(
        description="After this it is too late to go out; null for what a partner posts by hand."
    )
    mine: bool = Field(description="Whether the token's person may open one of its gates.")
    asked: list[AskedShape]
    content: ContentShape
    change: ChangeShape | None


class QueueShape(Shape):
    """A page of what waits."""

    waiting: list[WaitingShape]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")


class ShownShape(Asking):
    """What a person was shown of one delivery: the decision holds for exactly that."""

    delivery: str = Field(max_length=400, pattern="^[ -~]+$", examples=["law-helps/ico-x/1"])
    content_hash: str = Field(max_length=64, pattern="^[0-9a-f]*$")
    wall_time: str = Field(max_length=40, examples=["2027-01-12 08:30"])


_SHOWN = {
    "delivery": "law-helps/ico-x/1",
    "content_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "wall_time": "2027-01-12 08:30",
}
Seen = Annotated[list[ShownShape], Field(min_length=1, max_length=MOST)]


class Approved(Asking):
    """A yes to what was shown: to all of it, or to none."""

    model_config = example(deliveries=[_SHOWN])
    deliveries: Seen


class SentBack(Asking):
    """A no to what was shown, with what is to be mended."""

    model_config = example(deliveries=[_SHOWN], comment="The date is last year's")
    deliveries: Seen
    comment: str = Field(
        min_length=1, max_length=1_000, pattern=r"\S", description="What the author is to mend."
    )


class StandsShape(Shape):
    """Where a delivery stands after a decision."""

    delivery: Id
    state: State


class DecidedShape(Shape):
    """Where everything stands that was decided on."""

    deliveries: list[StandsShape]


@router.get("/approvals", responses=documented("invalid"))
def list_waiting(caller: Approves, limit: Limit = 50, cursor: Cursor = "") -> QueueShape:
    """List what waits for a yes, in the order of ids; `mine` says what this person may open."""
    query = (
        select(DELIVERY)
        .where(DELIVERY.c.state == State.AWAITING_APPROVAL, DELIVERY.c.id > last_of(cursor, {}))
        .order_by(DELIVERY.c.id)
        .limit(limit + 1)
    )
    with caller.desk.store.read() as connection:
        found = [delivery_of(row) for row in connection.execute(query)]
        waiting = waiting_of(connection, caller.looker, found[:limit])
    more = next_cursor(found[limit - 1].id, {}) if len(found) > limit else None
    return QueueShape(waiting=[_waiting(one) for one in waiting], next=more)


@router.post("/approvals/approve", response_model=DecidedShape, responses=_WRITES)
def approve(caller: Approves, writing: Writes, body: Approved) -> Response:
    """Open what this person may open of what was shown; nobody approves what they applied."""

    def act(connection: Connection, seen: Sequence[Shown]) -> None:
        approve_as_shown(connection, seen, caller.change("approved"), caller.roles)

    return _decide(caller, writing, body, act)


@router.post("/approvals/send-back", response_model=DecidedShape, responses=_WRITES)
def send_back(caller: Approves, writing: Writes, body: SentBack) -> Response:
    """Send what was shown back to its author."""

    def act(connection: Connection, seen: Sequence[Shown]) -> None:
        reject_as_shown(connection, seen, caller.change(body.comment.strip()), caller.roles)

    return _decide(caller, writing, body, act)


def _decide(
    caller: Caller,
    writing: Writes,
    body: Approved | SentBack,
    act: Callable[[Connection, Sequence[Shown]], None],
) -> Response:
    seen = [Shown(one.delivery, one.content_hash, one.wall_time) for one in body.deliveries]
    ids = [one.delivery for one in seen]

    def done(connection: Connection) -> Done:
        for one in get_deliveries(connection, ids).values():
            caller.check(Action.APPROVE, Thing(applied_by=one.applied_by))
        act(connection, seen)
        now = get_deliveries(connection, ids)
        stands = [StandsShape(delivery=one, state=State(now[one].state)) for one in ids]
        return Done(DecidedShape(deliveries=stands))

    return once(caller, writing, body, done)


def _asked(gate: Asked) -> AskedShape:
    return AskedShape(
        kind=gate.kind,
        able=list(gate.able),
        deputies=[
            DeputyShape(deputy=one.deputy, absent=one.absent, until=f"{one.until_on}")
            for one in gate.deputies
        ],
        mine=gate.mine,
    )


def _waiting(one: Waiting) -> WaitingShape:
    delivery = one.delivery
    return WaitingShape(
        delivery=delivery.id,
        post=delivery.post,
        channel=delivery.channel,
        content_hash=delivery.content_hash,
        wall_time=delivery.wall_time,
        due_at=str(moment(delivery.due_at)),
        expires_at=moment(one.expires_at),
        mine=one.mine,
        asked=[_asked(gate) for gate in one.asked],
        content=content_shape(one.content),
        change=None if one.change is None else _change(one.change),
    )


def _change(found: Comparison) -> ChangeShape:
    pieces = [PieceShape(kind=one.kind, text=one.text) for one in found.text]
    return ChangeShape(text=pieces, facts=list(found.facts))
