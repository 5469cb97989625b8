"""Signing in to LinkedIn: a member says yes, and the page that the schedule names is looked up.

A token lasts 60 days. Only approved partners get a refresh token, which lasts a year from the
sign-in and is not prolonged by use. Facts: LinkedIn's documentation, authorization code flow,
programmatic refresh tokens and organization access control, version 202609.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.contract import Access
from connectors.grants import App, Asked, Brought, Consent, Grant, Right
from connectors.http import Http
from connectors.linkedin_facts import API_VERSION, NAME
from connectors.oauth import (
    Tokens,
    after,
    authorise_address,
    code_form,
    get_object,
    post_form,
    refresh_form,
    scopes_of,
    secretive,
    tokens_in,
)

RIGHTS = (
    Right(scope="w_organization_social", words="publish posts on the page"),
    Right(scope="r_organization_social", words="read the page's posts"),
    Right(
        scope="rw_organization_admin",
        words="read what is counted for the page and its posts; LinkedIn gives this right only "
        "together with that of changing the page, which is not used",
    ),
)
RENEWED_AHEAD = timedelta(days=20)

_PAGE, _API = "https://www.linkedin.com", "https://api.linkedin.com"
_MAY_POST = frozenset({"ADMINISTRATOR", "CONTENT_ADMINISTRATOR"})
_URN = "urn:li:organization:"


class LinkedInSignIn:
    """Lets a member who looks after a page say yes for it."""

    rights = RIGHTS
    needs = ("CLIENT_ID", "CLIENT_SECRET")
    owner_page = "linkedin.com, Settings & Privacy, Data privacy, Other applications"

    def begin(self, access: Access, app: App, asked: Asked) -> Consent:
        """Return the address of LinkedIn's page; apps with a secret send no challenge."""
        page = f"{_origin(access, _PAGE)}/oauth/v2/authorization"
        plain = Asked(redirect_uri=asked.redirect_uri, state=asked.state)
        return Consent(address=authorise_address(page, app, plain, scopes_of(RIGHTS)), app=app)

    def finish(self, access: Access, app: App, brought: Brought) -> tuple[Grant, ...]:
        """Exchange the code, and return a grant for every page that the member may post on."""
        http = secretive(NAME, access, brought.code, app.client_secret)
        form = {name: one for name, one in code_form(brought).items() if name != "code_verifier"}
        at = access.now()
        tokens = _ask(http, access, app, form)
        pages = list(_pages(http, access, tokens.access_token))
        return tuple(_grant(tokens, at, number, name) for number, name in pages)

    def renew(self, access: Access, app: App, grant: Grant) -> Grant:
        """Exchange the refresh token, which stays the same."""
        http = secretive(NAME, access, *grant.keeps.values(), app.client_secret)
        at = access.now()
        tokens = _ask(http, access, app, refresh_form(grant))
        return _grant(tokens, at, grant.credentials["ORGANIZATION_ID"], grant.account)

    def revoke(self, access: Access, app: App, grant: Grant) -> bool:
        """LinkedIn documents no way; the member ends it on LinkedIn's own page."""
        del access, app, grant
        return False


def _ask(http: Http, access: Access, app: App, form: Mapping[str, str]) -> Tokens:
    named = {"client_id": app.client_id, "client_secret": app.client_secret}
    url = f"{_origin(access, _PAGE)}/oauth/v2/accessToken"
    at = access.now()
    return tokens_in(post_form(http, url, {**form, **named}), http, at)


def _pages(http: Http, access: Access, token: str) -> Iterator[tuple[str, str]]:
    """Yield number and name of the pages that the member may post on."""
    headers = {
        "Authorization": f"Bearer {token}",
        "LinkedIn-Version": access.api_version or API_VERSION,
        "X-Restli-Protocol-Version": "2.0.0",
    }
    api = _origin(access, _API)
    finder = {**headers, "X-RestLi-Method": "FINDER"}
    query = {"q": "roleAssignee", "state": "APPROVED"}
    found = get_object(http, f"{api}/rest/organizationAcls", query, finder).get("elements")
    for number in sorted({_number(one) for one in found or () if _may_post(one)} - {""}):
        getter = {**headers, "X-RestLi-Method": "GET"}
        page = get_object(http, f"{api}/rest/organizations/{number}", {}, getter)
        yield number, str(page.get("vanityName") or "")


def _may_post(entry: Any) -> bool:
    return isinstance(entry, dict) and entry.get("role") in _MAY_POST


def _number(entry: Mapping[str, Any]) -> str:
    urn = str(entry.get("organization") or entry.get("organizationTarget") or "")
    number = urn.removeprefix(_URN)
    return number if urn.startswith(_URN) and number.isascii() and number.isdigit() else ""


def _grant(tokens: Tokens, at: datetime, number: str, name: str) -> Grant:
    renewable_until = after(at, tokens.said.get("refresh_token_expires_in"))
    renewable = bool(tokens.refresh_token) and tokens.expires_at is not None
    return Grant(
        account=name,
        credentials={"ACCESS_TOKEN": tokens.access_token, "ORGANIZATION_ID": number},
        keeps={"REFRESH_TOKEN": tokens.refresh_token},
        rights=tokens.scopes,
        expires_at=tokens.expires_at,
        renew_at=tokens.expires_at - RENEWED_AHEAD if renewable and tokens.expires_at else None,
        ends_at=renewable_until if renewable else tokens.expires_at,
    )


def _origin(access: Access, usual: str) -> str:
    return (access.server or usual).rstrip("/")
