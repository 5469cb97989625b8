"""Access tokens on a person's own page: made, shown once, listed with their last use, revoked."""

from fastapi import APIRouter
from starlette.responses import Response

from campaign.access.scopes import IN_WORDS, Scope, scopes_for
from campaign.access.tokens import LONGEST_NAME, TokenError, Wish, make_token, revoke, tokens_of
from campaign.web.answers import NotFoundError
from campaign.web.forms import NO_FORM, Faults, Form, Posted
from campaign.web.page import go, page
from campaign.web.visitors import SeesSelf, Visitor

router = APIRouter()
LASTS = {"30": "30 days", "90": "90 days", "180": "half a year", "365": "a year"}


@router.get("/you/tokens")
def show(visitor: SeesSelf) -> Response:
    """List somebody's tokens, and ask what another one is to open."""
    return _page(visitor, NO_FORM, Faults())


@router.post("/you/tokens")
def make(visitor: SeesSelf, form: Posted) -> Response:
    """Make a token and show it, this once."""
    faults = Faults()
    name = faults.wanted(form, "name", "Write what the token is for")
    if len(name) > LONGEST_NAME:
        faults.add("name", f"Write at most {LONGEST_NAME} characters")
    open_to_them = scopes_for(visitor.person)
    scopes = [one for one in open_to_them if form.has("scopes", one)]
    if not scopes:
        faults.add("scopes", "Tick at least one thing that it is to open")
    days = faults.one_of(form, "days", list(LASTS), "Choose how long it is to work")
    if faults:
        return _page(visitor, form, faults)
    wish = Wish(person=visitor.person.id, name=name, scopes=scopes, days=int(days))
    try:
        with visitor.desk.store.write() as connection:
            text = make_token(connection, wish, visitor.change("made on the page"))
    except TokenError as error:
        sentence = str(error)
        faults.add("name", f"{sentence[0].upper()}{sentence[1:]}")
        return _page(visitor, form, faults)
    return _page(visitor, NO_FORM, Faults(), made=text)


@router.post("/you/tokens/{token_id}/revoke")
def end(visitor: SeesSelf, form: Posted, token_id: str) -> Response:
    """End a token of one's own, from the next call on."""
    del form
    with visitor.desk.store.write() as connection:
        change = visitor.change("revoked on the page")
        found = revoke(connection, visitor.person.id, token_id, change)
    if found is None:
        raise NotFoundError("You have no such token; perhaps it was revoked already.")
    return go(visitor, "/you/tokens", said=f"Revoked: {found.name}. It opens nothing any more.")


def _page(visitor: Visitor, form: Form, faults: Faults, *, made: str = "") -> Response:
    with visitor.desk.store.read() as connection:
        held = tokens_of(connection, visitor.person.id)
    return page(
        visitor,
        "tokens.html",
        status=422 if faults else 200,
        tokens=held,
        made=made,
        now=visitor.now,
        scopes=[{"value": one, "text": IN_WORDS[one]} for one in scopes_for(visitor.person)],
        lasts=[{"value": one, "text": words} for one, words in LASTS.items()],
        in_words={one: IN_WORDS[one] for one in Scope},
        form=form,
        faults=faults,
    )
