"""The parts of OAuth 2 (RFC 6749, 7009, 7636) that several networks' sign-ins share.

Every call goes through `connectors.http`, so it ends in time, is made once, follows no redirect
and hides its secrets. The usual client libraries refuse plain http on loopback unless a variable
switches the check off for every host, and take a narrowed scope for a fault; Meta's and LinkedIn's
forms differ from the standard in addition. So what is left of them is a page of code.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from connectors.contract import Access, AccessRefused, ConnectorError, NetworkName, NotSent
from connectors.grants import App, Asked, Brought, Grant, Right
from connectors.http import Answer, Call, Http, Purpose
from connectors.muzzle import keep_quiet

_LONGEST_LIFE = 400 * 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """What a token endpoint gave."""

    access_token: str
    refresh_token: str
    scopes: tuple[str, ...]
    expires_at: datetime | None
    said: Mapping[str, Any]


def authorise_address(
    page: str, app: App, asked: Asked, scopes: Iterable[str], *, separator: str = " "
) -> str:
    """Return the address of the network's own page (RFC 6749, 4.1.1; RFC 7636, 4.3)."""
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": asked.redirect_uri,
        "scope": separator.join(scopes),
        "state": asked.state,
    }
    if asked.challenge:
        query |= {"code_challenge": asked.challenge, "code_challenge_method": "S256"}
    return f"{page}?{urlencode(query, quote_via=quote)}"


def code_form(brought: Brought) -> dict[str, str]:
    """Return the form that turns a code into tokens (RFC 6749, 4.1.3; RFC 7636, 4.5)."""
    return {
        "grant_type": "authorization_code",
        "code": brought.code,
        "redirect_uri": brought.redirect_uri,
        "code_verifier": brought.verifier,
    }


def refresh_form(grant: Grant) -> dict[str, str]:
    """Return the form that renews (RFC 6749, 6)."""
    return {"grant_type": "refresh_token", "refresh_token": grant.keeps.get("REFRESH_TOKEN", "")}


def scopes_of(rights: Iterable[Right]) -> tuple[str, ...]:
    """Return the names by which the network knows the rights."""
    return tuple(one.scope for one in rights)


def secretive(network: NetworkName, access: Access, *secrets: str) -> Http:
    """Open the way to a network with these kept out of every message, and of any log."""
    # Meta takes secrets in the address, and urllib3 writes addresses below INFO.
    keep_quiet("urllib3.connectionpool")
    return Http(network, access, secrets=secrets)


def post_form(
    http: Http, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Mapping[str, Any]:
    """Send a form once and return the object that was answered; raise what a refusal means."""
    call = Call(
        purpose=Purpose.PREPARE, method="POST", url=url, headers=dict(headers or {}), form=form
    )
    return _accepted(http, http.send(call))


def get_object(
    http: Http, url: str, query: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Mapping[str, Any]:
    """Ask for an object; raise what a refusal means."""
    call = Call(
        purpose=Purpose.READ,
        method="GET",
        url=url,
        query=tuple(query.items()),
        headers=dict(headers or {}),
    )
    return _accepted(http, http.send(call))


def tokens_in(said: Mapping[str, Any], http: Http, at: datetime) -> Tokens:
    """Read a token answer; times count from `at`, the moment before it was asked for."""
    token = said.get("access_token")
    if not isinstance(token, str) or not token:
        message = "The network's answer holds no token."
        raise NotSent(message, network=http.network)
    again = said.get("refresh_token")
    refresh_token = again if isinstance(again, str) else ""
    http.hide(token)
    http.hide(refresh_token)
    return Tokens(
        access_token=token,
        refresh_token=refresh_token,
        scopes=tuple(str(said.get("scope") or "").replace(",", " ").split()),
        expires_at=after(at, said.get("expires_in")),
        said=said,
    )


def after(at: datetime, seconds: Any) -> datetime | None:
    """Return the instant so many seconds later; None where no sensible number was given."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    return at + timedelta(seconds=seconds) if 0 < seconds <= _LONGEST_LIFE else None


def _accepted(http: Http, answer: Answer) -> Mapping[str, Any]:
    said = answer.mapping()
    if answer.ok:
        return said
    raise _refusal(http, answer, said)


def _refusal(http: Http, answer: Answer, said: Mapping[str, Any]) -> ConnectorError:
    """Read an error of a token endpoint (RFC 6749, 5.2), or of the Graph API."""
    error = said.get("error")
    inner = error if isinstance(error, dict) else {}
    code = str(inner.get("code") or (error if isinstance(error, str) else answer.status))
    if answer.status == 429 or answer.status >= 500 or not 400 <= answer.status < 500:
        return http.plain_error(answer, Purpose.READ)
    words = inner.get("message") or answer.words() or "no reason given"
    message = f"The network gave no access ({code}): {http.redact(str(words))[:300]}"
    return AccessRefused(message, network=http.network, code=code)
