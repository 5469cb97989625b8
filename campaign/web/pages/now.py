"""Now: what needs a person, what goes out, and whether everything is well."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from analytics.walls import in_words
from campaign.access.rights import Action
from campaign.decisions.as_shown import stands_as
from campaign.desk_views.health import health
from campaign.desk_views.live import live_lately
from campaign.desk_views.now import Now, now_view
from campaign.mailing.undelivered import undelivered
from campaign.store.deliveries import get_deliveries
from campaign.web.pages.desk_page import desk_page
from campaign.web.visitors import Visitor, may

router = APIRouter()
SeesDesk = Annotated[Visitor, Depends(may(Action.SEE_DESK))]


@router.get("/now")
def show(visitor: SeesDesk) -> Response:
    """Show how things stand at this moment."""
    desk, now = visitor.desk, visitor.now
    with desk.store.read() as connection:
        seen = now_view(connection, now)
        well = health(connection, desk.networks_by_name, desk.in_environment, now)
        letters = undelivered(connection)
        live = live_lately(connection, visitor.schedule, now)
        stands = get_deliveries(connection, _to_decide(seen))
    missed = in_words(list(well.missed_readings), now)
    forms = {name: stands_as(one) for name, one in stands.items()}
    return desk_page(
        visitor,
        "pages/now.html",
        seen=seen,
        well=well,
        missed_words=missed,
        stands=forms,
        letters=letters,
        live=live,
    )


def _to_decide(seen: Now) -> list[str]:
    lists = (seen.to_settle, seen.missed, seen.refused, seen.held)
    return [row.id for one in lists for row in one.rows]
