"""Who asks for a page: the browser, the person signed in with it, and what they may do.

A page takes one of these: `Depends(may(Action.SETTLE))` for somebody with that right, or
`Depends(anyone)` where nobody has to be signed in. A test refuses a page that takes neither.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from campaign.access.people import Person, person_in
from campaign.access.rights import NOTHING, Action, Thing, can
from campaign.access.visits import Visit, is_to_be_noted, new_id, note, visit_of
from campaign.schedule.model import Schedule
from campaign.store.deliveries import Change
from campaign.web.answers import ForbiddenError, NotFoundError, NotSignedInError
from campaign.web.desk_facts import DeskFacts
from campaign.web.signing import Signing
from campaign.wiring import Desk

COOKIE, SAID_COOKIE = "__Host-desk", "__Host-desk-said"


class Visitor:
    """One browser asking for one page."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.desk: Desk = request.app.state.desk
        self.facts: DeskFacts = request.app.state.facts
        self.signing: Signing = request.app.state.signing
        held = self.signing.visit_in(request.cookies.get(COOKIE, ""))
        self.is_new = held is None
        """Whether the browser has yet to be given its id."""
        self.visit_id = held or new_id()
        self.visit: Visit | None = None if held is None else self._find(held)
        self.known: Person | None = (
            person_in(self.facts.schedule(), self.visit.person, self.facts.absences(self.now))
            if self.visit
            else None
        )
        """Who is signed in, None where nobody is."""

    @property
    def now(self) -> datetime:
        """The instant by the desk's clock."""
        return self.desk.clock.now()

    @property
    def person(self) -> Person:
        """Who is signed in; raises `NotSignedInError` where nobody is."""
        if self.known is None:
            raise NotSignedInError
        return self.known

    @property
    def schedule(self) -> Schedule:
        """The applied schedule; raises `NotFoundError` before the first apply."""
        found = self.facts.schedule()
        if found is None:
            message = "Nothing has been applied yet: run `campaign plan`, then `campaign apply`."
            raise NotFoundError(message)
        return found

    @property
    def said(self) -> str:
        """The sentence that the last answer left for this page."""
        return self.signing.said_in(self.request.cookies.get(SAID_COOKIE, ""))

    @property
    def address(self) -> str:
        """Where the browser's request comes from, as far as the proxy before us tells."""
        return self.request.client.host if self.request.client else ""

    def form_token(self) -> str:
        """Return a token for one form."""
        return self.signing.form_token(self.visit_id)

    def can(self, action: Action, thing: Thing = NOTHING) -> bool:
        """Whether the person signed in may do this; False where nobody is."""
        return self.known is not None and can(self.known, action, thing)

    def check(self, action: Action, thing: Thing = NOTHING) -> None:
        """Raise unless the person signed in may do this to that thing."""
        if not can(self.person, action, thing):
            message = f"Your account has no right for this ({action}); ask whoever manages people."
            raise ForbiddenError(message)

    def change(self, why: str) -> Change:
        """Say that the person signed in does something now, and why."""
        return Change(who=self.person.id, at=self.now, why=why)

    def _find(self, visit_id: str) -> Visit | None:
        now = self.now
        with self.desk.store.read() as connection:
            found = visit_of(connection, visit_id, now)
        if found is not None and is_to_be_noted(found, now):
            with self.desk.store.write_one() as connection:
                note(connection, found, now)
        return found


def visitor_of(request: Request) -> Visitor:
    """Return who asks; the same object for everything that one request needs it for."""
    kept = getattr(request.state, "visitor", None)
    if isinstance(kept, Visitor):
        return kept
    made = Visitor(request)
    request.state.visitor = made
    return made


def anyone(request: Request) -> Visitor:
    """Let everybody in, signed in or not."""
    return visitor_of(request)


_BY_ACTION: dict[Action, Callable[[Request], Visitor]] = {}


def may(action: Action) -> Callable[[Request], Visitor]:
    """Return what lets in who has a right; what hangs on the thing is the page's to `check`."""

    def allowed(request: Request) -> Visitor:
        visitor = visitor_of(request)
        visitor.check(action)
        return visitor

    return _BY_ACTION.setdefault(action, allowed)


def action_of(dependency: object) -> Action | None:
    """Return the right that a dependency made by `may` asks for."""
    return next((name for name, one in _BY_ACTION.items() if one is dependency), None)


Anyone = Annotated[Visitor, Depends(anyone)]
SeesSelf = Annotated[Visitor, Depends(may(Action.SEE_SELF))]
