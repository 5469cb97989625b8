"""The partner's calendar for a calendar program, which comes for it by the same link again."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.calendar_files.feeds import partner_feed
from campaign.web.partner.guests import Invited
from campaign.web.partner.looks import HEADERS
from campaign.web.visitors import anyone

router = APIRouter(prefix="/partner/{token}", dependencies=[Depends(anyone)])


@router.get("/calendar.ics")
def calendar(guest: Invited) -> Response:
    """Hand over what the partner may see at this instant."""
    with guest.store.read() as connection:
        content = partner_feed(connection, guest.visit.partner, guest.now)
    return Response(content, media_type="text/calendar; charset=utf-8", headers=HEADERS)
