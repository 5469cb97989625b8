"""Signing in to Facebook: a person says yes, and each page that they look after has its own token.

The short token is made a long one first, so that the pages' tokens do not end with it. A page's
token has no end of its own; Facebook names a day on which access to data ends unless the person
signs in again. Facts: Meta's documentation, manual login flow, long-lived tokens, page access
tokens and debug_token, Graph API v26.0.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from connectors.contract import Access, ConnectorError
from connectors.facebook_facts import API_VERSION, NAME
from connectors.facebook_wire import HOST
from connectors.grants import App, Asked, Brought, Consent, Grant, Right
from connectors.http import Http
from connectors.oauth import (
    authorise_address,
    get_object,
    scopes_of,
    secretive,
    tokens_in,
)

RIGHTS = (
    Right(scope="pages_show_list", words="see which pages you look after"),
    Right(scope="pages_manage_posts", words="publish posts on the page, and change or delete them"),
    Right(scope="pages_read_engagement", words="read the page's posts and its followers' number"),
    Right(scope="read_insights", words="read what Facebook counts for the page and its posts"),
)
_PAGE = "https://www.facebook.com"
_LAST_SECOND = 4_102_444_800


class FacebookSignIn:
    """Lets a person who looks after a page say yes for it."""

    rights = RIGHTS
    needs = ("CLIENT_ID", "CLIENT_SECRET")
    owner_page = "facebook.com, Settings, Business integrations"

    def begin(self, access: Access, app: App, asked: Asked) -> Consent:
        """Return the address of Facebook's page."""
        page = f"{(access.server or _PAGE).rstrip('/')}/{API_VERSION}/dialog/oauth"
        plain = Asked(redirect_uri=asked.redirect_uri, state=asked.state)
        address = authorise_address(page, app, plain, scopes_of(RIGHTS), separator=",")
        return Consent(address=address, app=app)

    def finish(self, access: Access, app: App, brought: Brought) -> tuple[Grant, ...]:
        """Exchange the code, lengthen what came, and return a grant for every page."""
        http = secretive(NAME, access, brought.code, app.client_secret)
        base = f"{(access.server or HOST).rstrip('/')}/{API_VERSION}"
        named = {"client_id": app.client_id, "client_secret": app.client_secret}
        url = f"{base}/oauth/access_token"
        code = {"redirect_uri": brought.redirect_uri, "code": brought.code}
        short = tokens_in(get_object(http, url, named | code), http, access.now()).access_token
        longer = {"grant_type": "fb_exchange_token", "fb_exchange_token": short}
        token = tokens_in(get_object(http, url, named | longer), http, access.now()).access_token
        grants = list(_pages(http, base, token))
        return tuple(_with_end(http, base, token, one) for one in grants)

    def renew(self, access: Access, app: App, grant: Grant) -> Grant:
        """Return the grant as it is: only the person can prolong it, by signing in again."""
        del access, app
        return grant

    def revoke(self, access: Access, app: App, grant: Grant) -> bool:
        """Do nothing: Facebook can drop the app for a person only, with all their other pages."""
        del access, app, grant
        return False


def _pages(http: Http, base: str, token: str) -> Iterator[Grant]:
    bearer = {"Authorization": f"Bearer {token}"}
    query = {"fields": "id,name,username,access_token,tasks", "limit": "100"}
    for page in get_object(http, f"{base}/me/accounts", query, bearer).get("data") or ():
        if not isinstance(page, dict) or not _may_post(page):
            continue
        page_token = str(page.get("access_token") or "")
        http.hide(page_token)
        yield Grant(
            account=str(page.get("username") or page.get("name") or ""),
            credentials={"PAGE_ID": str(page.get("id") or ""), "PAGE_TOKEN": page_token},
        )


def _may_post(page: Mapping[str, Any]) -> bool:
    tasks = page.get("tasks")
    return bool(page.get("access_token")) and (tasks is None or "CREATE_CONTENT" in tasks)


def _with_end(http: Http, base: str, token: str, grant: Grant) -> Grant:
    """Ask how long a page's token holds; where Facebook does not say, nobody knows."""
    bearer = {"Authorization": f"Bearer {token}"}
    query = {"input_token": grant.credentials["PAGE_TOKEN"]}
    try:
        said = get_object(http, f"{base}/debug_token", query, bearer).get("data")
    except ConnectorError:
        return grant
    facts = said if isinstance(said, dict) else {}
    expires_at = _instant(facts.get("expires_at"))
    ends = [one for one in (expires_at, _instant(facts.get("data_access_expires_at"))) if one]
    scopes = facts.get("scopes")
    rights = tuple(map(str, scopes)) if isinstance(scopes, list) else ()
    return replace(grant, rights=rights, expires_at=expires_at, ends_at=min(ends) if ends else None)


def _instant(seconds: Any) -> datetime | None:
    """Read an epoch in seconds; Facebook writes 0 for never."""
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds < _LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC)
