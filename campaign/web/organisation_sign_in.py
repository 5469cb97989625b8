"""Signing in with the organisation's account: off to it with a link, and back here."""

import json
import logging
from dataclasses import asdict

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from campaign.access.organisation import Begun, Organisation, OrganisationError, begin
from campaign.access.subjects import person_for
from campaign.web.answers import ForbiddenError, NotFoundError
from campaign.web.sign_in import let_in, own_address
from campaign.web.visitors import Anyone, Visitor

log = logging.getLogger(__name__)
router = APIRouter()
COOKIE = "__Host-desk-sign-in"
BACK = "/sign-in/organisation/back"
WAITS_S = 600


@router.get("/sign-in/organisation")
def go_there(visitor: Anyone, to: str = "/") -> Response:
    """Send the browser to the organisation."""
    begun = begin()
    try:
        address = _organisation(visitor).address_for(begun)
    except OrganisationError as error:
        raise _refused(error) from error
    response = RedirectResponse(address, status_code=303)
    kept = visitor.signing.sign_said(json.dumps({**asdict(begun), "to": own_address(to)}))
    response.set_cookie(
        COOKIE, kept, max_age=WAITS_S, path="/", secure=True, httponly=True, samesite="lax"
    )
    return response


@router.get(BACK)
def come_back(visitor: Anyone) -> Response:
    """Sign in whom the organisation names; a browser that began no sign-in here is nobody."""
    kept = visitor.signing.said_in(visitor.request.cookies.get(COOKIE, ""), WAITS_S)
    if not kept:
        message = "This answer belongs to no sign-in that this browser began. Begin again."
        raise ForbiddenError(message)
    values = json.loads(kept)
    to = values.pop("to")
    address = f"{visitor.desk.settings.pages_url}{BACK}?{visitor.request.url.query}"
    try:
        known = _organisation(visitor).finish(Begun(**values), address, visitor.now)
        with visitor.desk.store.write() as connection:
            person = person_for(connection, visitor.schedule, known, visitor.now)
    except OrganisationError as error:
        raise _refused(error) from error
    response = let_in(visitor, person, way="organisation", to=to)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True)
    return response


def _organisation(visitor: Visitor) -> Organisation:
    settings = visitor.desk.settings.organisation
    if settings is None:
        message = "No account of an organisation is set up here."
        raise NotFoundError(message)
    return Organisation(settings, f"{visitor.desk.settings.pages_url}{BACK}")


def _refused(error: OrganisationError) -> ForbiddenError:
    log.warning("no sign-in with the organisation's account: %s (%r)", error, error.__cause__)
    return ForbiddenError(str(error))
