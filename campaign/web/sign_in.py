"""Signing in with a password, signing out, and what an ended sign-in does with what was typed."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from campaign.access import tokens, visits
from campaign.access.codes import take_code, wants_code
from campaign.access.passwords import is_password
from campaign.access.people import person_in
from campaign.access.throttle import forget_tries, try_is_let_pass
from campaign.notices.choices import ALL, unwanted_by
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change
from campaign.web.answers import StaleFormError, TooOftenError
from campaign.web.forms import Faults, Form, Posted, typed_into
from campaign.web.letter_choices import offered_to
from campaign.web.page import go, hold, page
from campaign.web.visitors import Anyone, SeesSelf, Visitor, visitor_of

router = APIRouter()
WRONG = "This name, password and code do not belong together"
TOO_OFTEN = "There were too many tries. Wait a quarter of an hour, or ask for a link."


@router.get("/sign-in")
def show(visitor: Anyone, to: str = "/") -> Response:
    """Ask who somebody is."""
    if visitor.known is not None:
        return go(visitor, own_address(to))
    return page(visitor, "sign-in.html", to=own_address(to))


@router.post("/sign-in")
def sign_in(visitor: Anyone, form: Posted, to: str = "/") -> Response:
    """Sign somebody in who gives a password, and a code where they have an app for codes."""
    faults = Faults()
    name = faults.wanted(form, "name", "Write your name as the schedule has it")
    if not form.raw("password"):
        faults.add("password", "Write your password")
    if not faults and not _is_somebody(visitor, name, form):
        faults.add("name", WRONG)
    if faults:
        values = {"form": form, "faults": faults, "to": own_address(to)}
        return page(visitor, "sign-in.html", status=422, **values)
    return let_in(visitor, name, way="password", to=to)


@router.post("/sign-out")
def sign_out(visitor: Anyone, form: Posted) -> Response:
    """Sign this browser out."""
    del form
    if visitor.visit is not None:
        with visitor.desk.store.write_one() as connection:
            visits.end(connection, visitor.visit)
    return _with_fresh_id(visitor, go(visitor, "/sign-in", said="You are signed out."))


@router.get("/you")
def own_sign_ins(visitor: SeesSelf) -> Response:
    """Show where somebody is signed in."""
    with visitor.desk.store.read() as connection:
        found = visits.visits_of(connection, visitor.person.id, visitor.now)
        held = tokens.tokens_of(connection, visitor.person.id)
        off = unwanted_by(connection, visitor.person.id)
    wanted = [str(one) for one in ALL if one not in off]
    return page(
        visitor,
        "you.html",
        visits=found,
        tokens=held,
        letters=offered_to(visitor),
        wanted=wanted,
    )


@router.post("/you/sign-out-everywhere")
def sign_out_everywhere(visitor: SeesSelf, form: Posted) -> Response:
    """End every sign-in of the person, this one too, and every access token."""
    del form
    change = visitor.change("signed out everywhere")
    with visitor.desk.store.write_one() as connection:
        visits.end_all(connection, visitor.person.id)
        tokens.revoke_all(connection, visitor.person.id, change)
    said = "You are signed out everywhere, and your access tokens are revoked."
    return _with_fresh_id(visitor, go(visitor, "/sign-in", said=said))


def let_in(visitor: Visitor, person: str, *, way: str, to: str = "/") -> Response:
    """Begin a visit; the browser's id is replaced, so that one planted before it opens nothing."""
    browser = visitor.request.headers.get("user-agent", "")
    with visitor.desk.store.write_one() as connection:
        visit_id = visits.begin(connection, person, visitor.now, way=way, browser=browser)
        change = Change(who=person, at=visitor.now, why=f"by {way}")
        note_deed(connection, change, "signed in", person)
    response = go(visitor, own_address(to))
    hold(response, visitor.signing.sign_visit(visit_id))
    return response


def own_address(to: str) -> str:
    """Return an address of ours to go on to; the start for any other."""
    is_own = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable()
    return to if is_own else "/"


async def ask_to_sign_in(request: Request, _error: Exception) -> Response:
    """Send somebody who has to be signed in to where they can; keep what they wrote meanwhile."""
    if request.method in {"GET", "HEAD"}:
        to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return go(visitor_of(request), f"/sign-in?{urlencode({'to': to})}")
    typed = await typed_into(request)
    return await run_in_threadpool(_send_again, request, typed, 401)


def ask_to_send_again(request: Request, error: Exception) -> Response:
    """Show what was typed into a form of another sign-in, ready to be sent again."""
    return _send_again(request, error.typed if isinstance(error, StaleFormError) else [], 403)


def _send_again(request: Request, typed: list[tuple[str, str]], status: int) -> Response:
    values = {"typed": typed, "target": request.url.path, "query": request.url.query}
    return page(visitor_of(request), "send-again.html", status=status, **values)


def _is_somebody(visitor: Visitor, name: str, form: Form) -> bool:
    """Judge a try, which is written down first; every wrong one looks the same."""
    store, now = visitor.desk.store, visitor.now
    with store.write() as connection:
        let_pass = try_is_let_pass(connection, name, visitor.address, now)
    if not let_pass:
        raise TooOftenError(TOO_OFTEN)
    with store.read() as connection:
        fits = is_password(connection, name, form.raw("password"))
        coded = wants_code(connection, name)
    if not fits or person_in(visitor.facts.schedule(), name) is None:
        return False
    keys = visitor.desk.settings.secret_keys
    with store.write_one() as connection:
        good = not coded or take_code(connection, name, form.text("code"), keys, now)
        if good:
            forget_tries(connection, name)
    return good


def _with_fresh_id(visitor: Visitor, response: Response) -> Response:
    hold(response, visitor.signing.sign_visit(visits.new_id()))
    return response
