"""One delivery: what exactly is sent, what it waits for, its history; and its pictures."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.decisions.approvals import CannotDecideError, existing
from campaign.decisions.as_shown import stands_as
from campaign.decisions.essential import PASSABLE
from campaign.decisions.settling import DECIDABLE
from campaign.decisions.withdrawing import OVER
from campaign.desk_views.contents import contents
from campaign.desk_views.one_delivery import OneDelivery, one_delivery
from campaign.outside.links import links_about
from campaign.schedule.model import SingleEntry
from campaign.states import CHANGEABLE
from campaign.store.media import file_of
from campaign.web.answers import NotFoundError
from campaign.web.pages.desk_page import desk_page, looker_of
from campaign.web.streaming import streamed
from campaign.web.visitors import Visitor, may

router = APIRouter()
SeesDesk = Annotated[Visitor, Depends(may(Action.SEE_DESK))]
SHOWABLE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@router.get("/pictures/{sha256}/{delivery_id:path}")
def picture(visitor: SeesDesk, sha256: str, delivery_id: str) -> Response:
    """Show a picture of a delivery, as it is sent."""
    with visitor.desk.store.read() as connection:
        try:
            delivery = existing(connection, delivery_id)
        except CannotDecideError as error:
            raise NotFoundError from error
        content = contents(connection, [delivery.content_hash])[delivery.content_hash]
        is_its_own = any(one.sha256 == sha256 for one in content.all_media())
        file = file_of(connection, sha256)
    if not is_its_own or file is None or file.media_type not in SHOWABLE:
        raise NotFoundError
    kept = {"Cache-Control": "private, max-age=31536000, immutable"}
    return streamed(file.content, media_type=file.media_type, headers=kept)


@router.get("/deliveries/{delivery_id:path}")
def show(visitor: SeesDesk, delivery_id: str) -> Response:
    """Show everything there is of one delivery."""
    with visitor.desk.store.read() as connection:
        try:
            seen = one_delivery(connection, delivery_id, looker_of(visitor))
            links = links_about(connection, [delivery_id])
        except CannotDecideError as error:
            raise NotFoundError(str(error)) from error
    state = seen.delivery.state
    return desk_page(
        visitor,
        "pages/delivery.html",
        seen=seen,
        stands=stands_as(seen.delivery),
        links=links,
        can_decide=state in DECIDABLE and visitor.can(Action.DECIDE),
        can_settle=state == "unknown" and visitor.can(Action.SETTLE),
        can_move=state in CHANGEABLE and visitor.can(Action.APPLY) and _moves(visitor, seen),
        can_correct=state == "published" and not seen.by_hand and visitor.can(Action.WITHDRAW),
        can_let_through=bool(seen.barred)
        and not seen.by_hand
        and state in PASSABLE
        and visitor.can(Action.LET_THROUGH),
        can_withdraw=state not in OVER and visitor.can(Action.WITHDRAW),
    )


def _moves(visitor: Visitor, seen: OneDelivery) -> bool:
    """Whether its entry has a time of its own."""
    entries = visitor.schedule.schedule
    return any(one.name == seen.delivery.entry and isinstance(one, SingleEntry) for one in entries)
