"""Who calls the API: a program with an access token, and the person it works for.

Cookies are not looked at here, and tokens nowhere else: a page of another site that makes a
browser send a request brings nothing that opens anything. An operation takes `may(Action.X)`; a
test refuses one that takes none.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Annotated

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from campaign.access.deputies import standing
from campaign.access.people import Person, person_in
from campaign.access.rights import NOTHING, Action, Thing, can
from campaign.access.scopes import covers, scope_of
from campaign.access.throttle import guess_is_let_pass, note_guess
from campaign.access.tokens import Token, find_token, is_to_be_noted, note_use
from campaign.desk_views.approval_cards import Looker
from campaign.people import Standing
from campaign.schedule.model import Schedule
from campaign.store.deliveries import Change
from campaign.web.api.pace import Pace
from campaign.web.api.problems import ProblemError, Wrong
from campaign.web.desk_facts import DeskFacts
from campaign.wiring import Desk

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="An access token, made on a person's own page or by `campaign person token`.",
)
Given = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
WANTED = {"WWW-Authenticate": 'Bearer realm="Campaign Desk"'}
NONE_SENT = "Send an access token with every request: `Authorization: Bearer desk_…`"
UNKNOWN = "This access token is not known, or it was revoked; make another one"
GUESSED = "Too many wrong tokens came from your address"


class Caller:
    """One program asking for one thing."""

    def __init__(self, request: Request, given: HTTPAuthorizationCredentials | None) -> None:
        self.request = request
        self.desk: Desk = request.app.state.desk
        self.facts: DeskFacts = request.app.state.facts
        self.now: datetime = self.desk.clock.now()
        self.token: Token = self._token("" if given is None else given.credentials)
        pace: Pace = request.app.state.pace
        wait_s = pace.wait_s(self.token.id, self.now)
        if wait_s:
            detail = f"This token has sent too many requests; try again in {wait_s} s"
            raise ProblemError("too-often", detail, headers={"Retry-After": str(wait_s)})
        known = person_in(self.facts.schedule(), self.token.person, self.facts.absences(self.now))
        if known is None:
            detail = f"The schedule no longer names {self.token.person}"
            raise ProblemError("no-token", detail, headers=WANTED)
        self.person: Person = known

    @cached_property
    def schedule(self) -> Schedule:
        """The applied schedule; there is one, since it names the person."""
        found = self.facts.schedule()
        if found is None:
            raise ProblemError("not-found", "Nothing has been applied yet")
        return found

    @property
    def roles(self) -> Standing:
        """Every declared person's roles, and who stands in for whom today."""
        with self.desk.store.read() as connection:
            return standing(connection, self.schedule, self.now)

    @property
    def looker(self) -> Looker:
        """Who looks, as the queries want it."""
        return Looker(person=self.person.id, roles=self.roles, now=self.now)

    def can(self, action: Action, thing: Thing = NOTHING) -> bool:
        """Whether both the token and its person may do this."""
        return covers(self.token.scopes, action) and can(self.person, action, thing)

    def check(self, action: Action, thing: Thing = NOTHING) -> None:
        """Raise unless both the token and its person may do this to that thing."""
        if not covers(self.token.scopes, action):
            scopes = ", ".join(self.token.scopes)
            detail = f"This token is for {scopes}; this wants the scope {scope_of(action)}"
            raise ProblemError("not-allowed", detail)
        if not can(self.person, action, thing):
            detail = f"{self.person.id} may not do this ({action})"
            raise ProblemError("not-allowed", detail)

    def change(self, why: str) -> Change:
        """Say that the token's person does something now, and why."""
        return Change(who=self.person.id, at=self.now, why=why)

    def _token(self, text: str) -> Token:
        address = self.request.client.host if self.request.client else ""
        store, now = self.desk.store, self.now
        with store.read() as connection:
            is_let_pass = guess_is_let_pass(connection, address, now)
            found = find_token(connection, text) if is_let_pass else None
        if not is_let_pass:
            raise ProblemError("too-often", GUESSED, headers={"Retry-After": "900"})
        if found is None:
            if text:
                with store.write_one() as connection:
                    note_guess(connection, address, now)
            detail = UNKNOWN if text else NONE_SENT
            raise ProblemError("no-token", detail, headers=WANTED)
        if found.until <= now:
            detail = f"The token “{found.name}” ended at {found.until:%Y-%m-%d %H:%M} UTC"
            raise ProblemError("no-token", detail, headers=WANTED)
        if is_to_be_noted(found, now):
            with store.write_one() as connection:
                note_use(connection, found, now)
        return found


_BY_ACTION: dict[Action, Callable[..., Caller]] = {}


def may(action: Action) -> Callable[..., Caller]:
    """Return what lets in a token that covers an action, for a person who has the right to it."""

    def allowed(request: Request, given: Given) -> Caller:
        caller = Caller(request, given)
        caller.check(action)
        _check_query(request)
        return caller

    return _BY_ACTION.setdefault(action, allowed)


def action_of(dependency: object) -> Action | None:
    """Return the right that a dependency made by `may` asks for."""
    return next((name for name, one in _BY_ACTION.items() if one is dependency), None)


def _check_query(request: Request) -> None:
    """Refuse a parameter that is not known: a filter with a slip of the pen would let all pass."""
    route = request.scope.get("route")
    asked = route.dependant.query_params if isinstance(route, APIRoute) else []
    known = {one.alias for one in asked}
    wrong = [
        Wrong(at=f"query.{name}", what="There is no such parameter here.")
        for name in request.query_params
        if name not in known
    ]
    if wrong:
        places = ", ".join(one.at for one in wrong)
        raise ProblemError("invalid", f"Wrong or missing: {places}", errors=wrong)
