"""The few addresses behind a partner's link, as a WSGI application.

`/connect/TOKEN` shows the page, its forms go to the network, disconnect, or take an app password,
and `/connect/back` is where the network sends the browser back to. A browser that did not begin a
sign-in cannot end it: it lacks the cookie. Codes and tokens stand in addresses, so nothing is
logged and no address is handed on to other sites.
"""

import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from campaign.credentials.connecting import (
    Started,
    code_in,
    finish,
    sign_out,
    start,
    take_password,
)
from campaign.credentials.means import CannotSignInError
from campaign.credentials.sealing import SealError
from campaign.partner_page.invitations import Invitation, LinkError, invitation_in
from campaign.partner_page.view import STYLE, View
from connectors.contract import ConnectorError

BY = "the partner's link"
COOKIE = "campaign_sign_in"
WAITS = timedelta(minutes=10)
"""How long an owner may take at the network."""
MOST_WAITING = 200
LARGEST_FORM = 4096
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_FAULTS = (CannotSignInError, ConnectorError, SealError)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Visit:
    """A request that came by a good link."""

    request: Request
    invitation: Invitation
    token: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Waiting:
    """A sign-in whose owner is at the network."""

    started: Started
    token: str
    cookie: str
    until: datetime


class PartnerDoor:
    """Serves one campaign's links."""

    def __init__(self, view: View, public_url: str, tell: Callable[[str], None]) -> None:
        """Serve at a public address; `tell` hears what was done, without any secret."""
        self._view = view
        self._means = view.means
        self._public_url = public_url.rstrip("/")
        self._tell = tell
        self._waiting: dict[str, _Waiting] = {}
        self._lock = Lock()

    def application(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request as WSGI has it (PEP 3333)."""
        request = Request(environ)
        request.max_content_length = LARGEST_FORM
        try:
            response = self._answer(request)
        except HTTPException as error:  # a form that is too large, or no form
            page = self._view.plain("That cannot be read", fault=f"{error.name}.")
            response = _html(page, error.code or 400)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response(environ, start_response)

    def shows(self, view: View) -> None:
        """Show another view from now on, such as after an apply; who is at a network comes back."""
        self._view = view

    @property
    def redirect_uri(self) -> str:
        """Where networks send browsers back to."""
        return f"{self._public_url}/connect/back"

    def _answer(self, request: Request) -> Response:
        parts = request.path.removeprefix(self._view.base).strip("/").split("/")
        if request.method == "GET" and parts == ["connect", "style.css"]:
            return Response(STYLE, content_type="text/css; charset=utf-8")
        if request.method == "GET" and parts == ["connect", "back"]:
            return self._back(request)
        if len(parts) not in {2, 3} or parts[0] != "connect":
            return _html(self._view.plain("Not here", fault="There is no such page."), 404)
        try:
            with self._means.store.read() as connection:
                keys, now = self._means.settings.secret_keys, self._means.clock.now()
                invitation = invitation_in(connection, parts[1], keys, now)
        except LinkError as error:
            return _html(self._view.plain("This link does not work", fault=str(error)), 404)
        visit = _Visit(request=request, invitation=invitation, token=parts[1])
        return self._of_link(visit, parts[2] if len(parts) == 3 else "")

    def _of_link(self, visit: _Visit, action: str) -> Response:
        request, invitation, token = visit.request, visit.invitation, visit.token
        does = {"start": self._start, "password": self._password, "disconnect": self._disconnect}
        if request.method == "GET" and not action:
            return _html(self._view.page(invitation, token))
        if request.method != "POST" or action not in does or _from_elsewhere(request):
            fault = "That cannot be done here. Open the link again, as it was sent."
            return _html(self._view.page(invitation, token, fault=fault), 405)
        try:
            return does[action](visit)
        except _FAULTS as error:
            fault = _sentence(error)
            return _html(self._view.page(invitation, token, fault=fault), 422)

    def _start(self, visit: _Visit) -> Response:
        account = self._view.account_of(visit.invitation.channel)
        started = start(self._means, account, self.redirect_uri)
        cookie = secrets.token_urlsafe(24)
        until = self._means.clock.now() + WAITS
        self._wait(_Waiting(started=started, token=visit.token, cookie=cookie, until=until))
        response = _go(started.address)
        response.set_cookie(
            COOKIE,
            cookie,
            max_age=int(WAITS.total_seconds()),
            path=f"{self._view.base}/connect",
            secure=self._public_url.startswith("https://"),
            httponly=True,
            samesite="Lax",
        )
        return response

    def _back(self, request: Request) -> Response:
        waiting = self._take(request.args.get("state", ""))
        cookie = request.cookies.get(COOKIE, "")
        if waiting is None or not hmac.compare_digest(waiting.cookie, cookie):
            fault = (
                "This answer belongs to no sign-in that was begun in this browser within the last "
                "ten minutes. Open your link again and start anew."
            )
            return _html(self._view.plain("Not signed in", fault=fault), 400)
        started, channel = waiting.started, waiting.started.account.id
        try:
            grant = finish(self._means, started, code_in(started, request.url), BY)
        except _FAULTS as error:
            return self._not_signed_in(waiting, _sentence(error))
        self._tell(f"{channel}: signed in as {grant.account} by the partner's link")
        return _go(f"{self._public_url}/connect/{waiting.token}")

    def _not_signed_in(self, waiting: _Waiting, fault: str) -> Response:
        self._tell(f"{waiting.started.account.id}: not signed in by the partner's link: {fault}")
        with self._means.store.read() as connection:
            keys, now = self._means.settings.secret_keys, self._means.clock.now()
            try:
                invitation = invitation_in(connection, waiting.token, keys, now)
            except LinkError as error:
                return _html(self._view.plain("Not signed in", fault=str(error)), 404)
        return _html(self._view.page(invitation, waiting.token, fault=fault), 422)

    def _password(self, visit: _Visit) -> Response:
        account = self._view.account_of(visit.invitation.channel)
        typed = {
            "IDENTIFIER": account.handle.lstrip("@"),
            "APP_PASSWORD": visit.request.form.get("password", "").strip(),
        }
        grant = take_password(self._means, account, typed, BY)
        self._tell(f"{account.id}: signed in as {grant.account} by the partner's link")
        return _go(f"{self._public_url}/connect/{visit.token}")

    def _disconnect(self, visit: _Visit) -> Response:
        said = sign_out(self._means, self._view.account_of(visit.invitation.channel), BY)
        self._tell(f"{said} (by the partner's link)")
        return _html(self._view.plain("Disconnected", said=said))

    def _wait(self, waiting: _Waiting) -> None:
        with self._lock:
            now = self._means.clock.now()
            kept = {name: one for name, one in self._waiting.items() if one.until > now}
            # Whoever presses the button over and over pushes out the oldest, not the memory.
            newest = list(kept.items())[-MOST_WAITING:]
            self._waiting = {**dict(newest), waiting.started.state: waiting}

    def _take(self, state: str) -> _Waiting | None:
        with self._lock:
            found = self._waiting.pop(state, None)
        return found if found is not None and found.until > self._means.clock.now() else None


def _from_elsewhere(request: Request) -> bool:
    """Whether another site's page sent the form (Fetch Metadata; absent in old browsers)."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")


def _go(address: str) -> Response:
    return Response("", status=303, headers={"Location": address})


def _html(page: str, status: int = 200) -> Response:
    return Response(page, status=status, content_type="text/html; charset=utf-8")
