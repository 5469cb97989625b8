"""The partner's pack: everything there is to post by hand, in one zip that works offline."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.packs.gathering import NoPackError
from campaign.packs.pack import make_pack
from campaign.web.answers import NotFoundError
from campaign.web.partner.guests import Invited
from campaign.web.partner.looks import HEADERS
from campaign.web.streaming import written
from campaign.web.visitors import anyone

router = APIRouter(prefix="/partner/{token}", dependencies=[Depends(anyone)])
NO_PACK = "There is no pack for you: none of your channels is posted to by hand."


@router.get("/pack")
def pack(guest: Invited) -> Response:
    """Hand the pack over, as of this instant: what may not be seen now is not in it."""
    desk = guest.visitor.desk
    try:
        with guest.store.read() as connection:
            made = make_pack(connection, guest.visit.partner, guest.now, desk.networks)
    except NoPackError as error:
        raise NotFoundError(NO_PACK) from error
    name = f"{made.campaign}-{made.partner}-{made.version}.zip"
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
    return written(made.write_to, headers=headers, media_type="application/zip")
