"""Deliveries: listed with filters, one with what it says, and its history."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query
from sqlalchemy import ColumnElement, Connection, select
from starlette.convertors import Convertor, register_url_convertor
from starlette.responses import Response

from analytics.json_values import moment
from campaign.access.rights import Action
from campaign.desk_views.one_delivery import one_delivery
from campaign.desk_views.status_json import row_of
from campaign.desk_views.waiting import waiting_for
from campaign.models import Delivery
from campaign.states import State
from campaign.store.deliveries import delivery_of
from campaign.store.tables import DELIVERY
from campaign.store.withdrawals import list_withdrawals
from campaign.web.api.caller import Caller, may
from campaign.web.api.one_delivery import delivery_at, etag_of, read_one
from campaign.web.api.paging import Cursor, Limit, last_of, next_cursor
from campaign.web.api.problems import documented
from campaign.web.api.shapes import (
    DeliveriesShape,
    DeliveryShape,
    EventShape,
    HistoryShape,
    OneDeliveryShape,
)


class DeliveryConvertor(Convertor[str]):
    """An id with its slashes, where what follows is none of the words that are asked for below."""

    regex = r"(?!.*/(?:history|settle|send-now|move|drop|withdraw)$).+"

    def convert(self, value: str) -> str:
        """Return the id."""
        return value

    def to_string(self, value: str) -> str:
        """Return the address."""
        return value


register_url_convertor("delivery", DeliveryConvertor())
router = APIRouter(tags=["deliveries"])
SeesDesk = Annotated[Caller, Depends(may(Action.SEE_DESK))]
DeliveryId = Annotated[
    str,
    Path(
        pattern="^[ -~]{1,400}$",
        description="The delivery's id; its slashes may be written as they are or as %2F.",
        examples=["law-helps/ico-x/1"],
    ),
]
Name = Annotated[str | None, Query(pattern="^[a-z0-9-]{1,120}$")]
Day = Annotated[
    str | None,
    Query(
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        description="A day by the campaign's clocks, included.",
        examples=["2027-01-12"],
    ),
]
END_OF_DAY = " 24"
"""Sorts behind every time of a day, before the next day."""


@router.get("/deliveries", responses=documented("invalid"))
def list_deliveries(  # noqa: PLR0913 - each is a filter
    caller: SeesDesk,
    *,
    state: Annotated[list[State] | None, Query(description="One or more states.")] = None,
    channel: Name = None,
    partner: Name = None,
    post: Name = None,
    from_day: Annotated[Day, Query(alias="from")] = None,
    until: Day = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> DeliveriesShape:
    """List deliveries, in the order of their ids, which never change."""
    filters = {
        "state": sorted(state or []),
        "channel": channel,
        "partner": partner,
        "post": post,
        "from": from_day,
        "until": until,
    }
    conditions = [*_conditions(filters), DELIVERY.c.id > last_of(cursor, filters)]
    query = select(DELIVERY).where(*conditions).order_by(DELIVERY.c.id).limit(limit + 1)
    with caller.desk.store.read() as connection:
        found = [delivery_of(row) for row in connection.execute(query)]
        rows = _rows(connection, caller, found[:limit])
    more = next_cursor(found[limit - 1].id, filters) if len(found) > limit else None
    return DeliveriesShape(deliveries=rows, next=more)


@router.get("/deliveries/{delivery_id:path}/history", responses=documented("not-found", "invalid"))
def show_history(caller: SeesDesk, delivery_id: DeliveryId) -> HistoryShape:
    """Return everything that ever happened to a delivery: moves and attempts."""
    with caller.desk.store.read() as connection:
        delivery_at(connection, delivery_id)
        seen = one_delivery(connection, delivery_id, caller.looker)
    events = [
        EventShape(
            at=str(moment(one.at)),
            who=one.who,
            what=one.words,
            why=one.why,
            is_attempt=one.is_attempt,
        )
        for one in seen.events
    ]
    return HistoryShape(id=delivery_id, events=events)


@router.get(
    "/deliveries/{delivery_id:delivery}",
    response_model=OneDeliveryShape,
    responses=documented("not-found", "invalid")
    | {304: {"description": "It is as `If-None-Match` has it."}},
)
def show_delivery(
    caller: SeesDesk,
    delivery_id: DeliveryId,
    if_none_match: Annotated[str | None, Header(description="An `ETag` that is known.")] = None,
) -> Response:
    """Return a delivery with what exactly it says; its `ETag` is what a write wants in If-Match."""
    with caller.desk.store.read() as connection:
        shape = read_one(connection, caller, delivery_id)
    tag = {"ETag": etag_of(shape)}
    if if_none_match and tag["ETag"] in if_none_match:
        return Response(status_code=304, headers=tag)
    return Response(shape.model_dump_json(), headers=tag, media_type="application/json")


def _rows(connection: Connection, caller: Caller, found: list[Delivery]) -> list[DeliveryShape]:
    pulled = {one.delivery_id: one for one in list_withdrawals(connection)}
    waits = waiting_for(connection, found, caller.roles, pulled)
    return [DeliveryShape(**row_of(one, waits[one.id], pulled.get(one.id))) for one in found]


def _conditions(filters: dict[str, Any]) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters["state"]:
        wanted.append(DELIVERY.c.state.in_(filters["state"]))
    named = ("channel", "partner", "post")
    wanted += [DELIVERY.c[one] == filters[one] for one in named if filters[one]]
    if filters["from"]:
        wanted.append(DELIVERY.c.wall_time >= filters["from"])
    if filters["until"]:
        wanted.append(DELIVERY.c.wall_time < filters["until"] + END_OF_DAY)
    return wanted
