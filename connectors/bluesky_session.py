"""Signing in to Bluesky and making calls with a session that is kept.

A server allows 30 sign-ins in five minutes and 300 a day, so one session serves every call of a
connector; it is refreshed when the server says that it has expired, and that call is made again.
It is left on the account's shelf for the connectors of other processes, and theirs is taken.
(An expired token is refused before the request is looked at, so this repeats no post.)
Source: lexicons `com.atproto.server.*` and the reference server, August 2026.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Any

from connectors.bluesky_facts import NAME
from connectors.content import Content
from connectors.contract import Access, AccessRefused, ConnectorError, NotSent
from connectors.http import Answer, Call, Http, Purpose

OWN_SERVER = "https://bsky.social"
PUBLIC_INDEX = "https://public.api.bsky.app"

_STALE = frozenset({"ExpiredToken", "InvalidToken"})
_NO_ACCESS = _STALE | {
    "AuthenticationRequired",
    "AuthMissing",
    "AuthFactorTokenRequired",
    "AccountTakedown",
    "AccountDeactivated",
    "RepoTakendown",
    "RepoDeactivated",
    "RepoSuspended",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Xrpc:
    """One call of the network's API, named by its lexicon; with a body it is a POST."""

    purpose: Purpose
    name: str
    query: tuple[tuple[str, str], ...] = ()
    json: Any = field(default=None, repr=False)
    content: Content | None = field(default=None, repr=False)
    media_type: str = ""

    def on(self, origin: str, *, token: str = "") -> Call:
        """Address the call to a server, with a token or without."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if self.media_type:
            headers["Content-Type"] = self.media_type
        has_body = self.json is not None or self.content is not None
        return Call(
            purpose=self.purpose,
            method="POST" if has_body else "GET",
            url=f"{origin}/xrpc/{self.name}",
            query=self.query,
            headers=headers,
            json=self.json,
            content=self.content,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A signed-in account and the server that keeps its posts."""

    did: str
    handle: str
    origin: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)

    def text(self, opened_with: str) -> str:
        """Write the session for a shelf, with the mark of the password that opened it."""
        return json.dumps({"opened_with": opened_with, **asdict(self)})


def session_in(text: str | None, *, opened_with: str) -> Session | None:
    """Read a session off a shelf; None where it is none, or another password opened it."""
    try:
        found = json.loads(text or "null")
        if not isinstance(found, dict) or found.pop("opened_with", "") != opened_with:
            return None
        return Session(**found)
    except (ValueError, TypeError):
        return None


class BlueskySession:
    """The calls of one account; signs in at the first one."""

    def __init__(self, access: Access) -> None:
        self._identifier = access.credentials.get("IDENTIFIER", "").strip().lstrip("@")
        self._password = access.credentials.get("APP_PASSWORD", "").strip()
        if not self._identifier or not self._password:
            message = "The Bluesky channel has no IDENTIFIER or no APP_PASSWORD: connect it first."
            raise AccessRefused(message, network=NAME)
        self.http = Http(NAME, access, secrets=(self._password,))
        self._server = access.server.rstrip("/") if access.server else None
        self._now = access.now
        self._shelf = access.shelf
        self._mark = sha256(f"{self._identifier}\0{self._password}".encode()).hexdigest()
        self._session: Session | None = None
        self._opened: Session | None = None
        """What the server has given this connector last; another's may lie on the shelf."""
        self._no_sign_in_before: datetime | None = None
        self._lock = Lock()

    @property
    def origin(self) -> str:
        """The server to speak to before it is known where the account lives."""
        return self._server or OWN_SERVER

    def who(self) -> Session:
        """Return the session, signing in where there is none, here or on the shelf."""
        with self._lock:
            if self._session is None:
                self._session = self._on_shelf() or self._kept(self._sign_in())
            return self._session

    def confirm(self) -> Session:
        """Return the session after the server has answered to it just now, or opened it."""
        before, session = self._session, self.who()
        if before is None and session is self._opened:
            return session
        answer = self.ask(Xrpc(purpose=Purpose.READ, name="com.atproto.server.getSession"))
        if not answer.ok:
            raise self.error(answer, Purpose.READ)
        return self.who()

    def ask(self, call: Xrpc) -> Answer:
        """Make a call as the account; with a stale token refresh it and make the call once more."""
        session = self.who()
        answer = self.http.send(call.on(session.origin, token=session.access_token))
        if error_name(answer) in _STALE and answer.status in {400, 401}:
            session = self._renew(session)
            answer = self.http.send(call.on(session.origin, token=session.access_token))
        return answer

    def ask_index(self, call: Xrpc) -> Answer:
        """Ask the public index, which needs no sign-in; a server of one's own passes it on."""
        if self._server is None:
            return self.http.send(call.on(PUBLIC_INDEX))
        return self.ask(call)

    def error(self, answer: Answer, purpose: Purpose) -> ConnectorError:
        """Turn an answer that is not what was asked for into our error."""
        name = error_name(answer)
        if name in _NO_ACCESS and answer.status < 500:
            return self._no_access(answer)
        return self.http.plain_error(answer, purpose)

    def _no_access(self, answer: Answer) -> AccessRefused:
        said = self.http.redact(answer.words())
        name = error_name(answer)
        message = f"Bluesky does not let this account in ({name or answer.status}): {said}"
        return AccessRefused(message, network=NAME, code=name or str(answer.status))

    def _renew(self, stale: Session) -> Session:
        with self._lock:
            if self._session is stale:
                self._session = self._newer(stale) or self._kept(
                    self._refresh(stale) or self._newer(stale) or self._sign_in()
                )
            elif self._session is None:
                self._session = self._kept(self._sign_in())
            return self._session

    def _newer(self, stale: Session) -> Session | None:
        """Return the session by which another process has replaced this one, if one has."""
        found = self._on_shelf()
        return None if found is None or found.access_token == stale.access_token else found

    def _on_shelf(self) -> Session | None:
        found = session_in(self._shelf.read(), opened_with=self._mark)
        if found is not None:
            self.http.hide(found.access_token)
            self.http.hide(found.refresh_token)
        return found

    def _kept(self, session: Session) -> Session:
        self._opened = session
        self._shelf.put(session.text(self._mark))
        return session

    def _refresh(self, stale: Session) -> Session | None:
        """Exchange the tokens; None where the refresh token is of no use any more."""
        url = f"{stale.origin}/xrpc/com.atproto.server.refreshSession"
        headers = {"Authorization": f"Bearer {stale.refresh_token}"}
        answer = self.http.send(Call(purpose=Purpose.READ, method="POST", url=url, headers=headers))
        if answer.ok:
            return self._session_from(answer)
        if answer.status in {400, 401}:
            return None
        raise self.http.plain_error(answer, Purpose.READ)

    def _sign_in(self) -> Session:
        if self._no_sign_in_before and self._now() < self._no_sign_in_before:
            message = "Bluesky allows no further sign-in yet."
            raise NotSent(message, network=NAME, code="429", retry_at=self._no_sign_in_before)
        body = {"identifier": self._identifier, "password": self._password}
        call = Xrpc(purpose=Purpose.READ, name="com.atproto.server.createSession", json=body)
        answer = self.http.send(call.on(self.origin))
        if answer.ok:
            return self._session_from(answer)
        if 400 <= answer.status < 500 and answer.status not in {408, 425, 429}:
            raise self._no_access(answer)
        error = self.http.plain_error(answer, Purpose.READ)
        if answer.status == 429 and isinstance(error, NotSent):
            self._no_sign_in_before = error.retry_at
        raise error

    def _session_from(self, answer: Answer) -> Session:
        said = answer.mapping()
        named = [said.get(name) for name in ("did", "handle", "accessJwt", "refreshJwt")]
        if not all(isinstance(one, str) and one for one in named):
            message = "Bluesky's answer to the sign-in cannot be read."
            raise NotSent(message, network=NAME, code=str(answer.status))
        if said.get("active") is False:
            message = (
                f"The Bluesky account is not active ({said.get('status', 'no reason given')})."
            )
            raise AccessRefused(message, network=NAME, code="AccountInactive")
        did, handle, access_token, refresh_token = map(str, named)
        self.http.hide(access_token)
        self.http.hide(refresh_token)
        return Session(
            did=did,
            handle=handle,
            origin=self._server or _home_of(said.get("didDoc")) or OWN_SERVER,
            access_token=access_token,
            refresh_token=refresh_token,
        )


def _home_of(document: Any) -> str | None:
    """Return the account's own server out of its DID document, only if it is reached by TLS."""
    services = document.get("service") if isinstance(document, dict) else None
    for one in services if isinstance(services, list) else ():
        if isinstance(one, dict) and str(one.get("id", "")).endswith("#atproto_pds"):
            endpoint = str(one.get("serviceEndpoint", ""))
            return endpoint.rstrip("/") if endpoint.startswith("https://") else None
    return None


def error_name(answer: Answer) -> str:
    """Return the name of an error as the lexicons give it, empty where there is none."""
    name = answer.mapping().get("error")
    return name if not answer.ok and isinstance(name, str) else ""
