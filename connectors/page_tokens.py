"""From a person's yes at Facebook to the tokens of the pages they look after.

The short token is made a long one first, so that the pages' tokens do not end with it. A page's
token has no end of its own; Facebook names a day on which access to data ends unless the person
signs in again. An Instagram account that belongs to a page is posted to with the page's token.
Facts: Meta's documentation, manual login flow, long-lived tokens, page access tokens and
debug_token, Graph API v26.0.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from connectors.contract import Access, ConnectorError, NetworkName
from connectors.grants import App, Asked, Brought, Consent, Grant
from connectors.http import Http
from connectors.oauth import authorise_address, get_object, secretive, tokens_in

PAGE, API = "https://www.facebook.com", "https://graph.facebook.com"
_LAST_SECOND = 4_102_444_800
_MOST_PAGES = "100"


def consent(
    access: Access, app: App, asked: Asked, scopes: tuple[str, ...], *, version: str
) -> Consent:
    """Return the address of Facebook's page, which takes no challenge."""
    page = f"{(access.server or PAGE).rstrip('/')}/{version}/dialog/oauth"
    plain = Asked(redirect_uri=asked.redirect_uri, state=asked.state)
    return Consent(address=authorise_address(page, app, plain, scopes, separator=","), app=app)


class Person:
    """Somebody who said yes, and whose pages can be asked for."""

    def __init__(
        self, network: NetworkName, access: Access, app: App, brought: Brought, *, version: str
    ) -> None:
        """Exchange the code, and lengthen what came."""
        self.http: Http = secretive(network, access, brought.code, app.client_secret)
        self._base = f"{(access.server or API).rstrip('/')}/{version}"
        named = {"client_id": app.client_id, "client_secret": app.client_secret}
        url = f"{self._base}/oauth/access_token"
        code = {"redirect_uri": brought.redirect_uri, "code": brought.code}
        said = get_object(self.http, url, named | code)
        short = tokens_in(said, self.http, access.now()).access_token
        longer = {"grant_type": "fb_exchange_token", "fb_exchange_token": short}
        said = get_object(self.http, url, named | longer)
        token = tokens_in(said, self.http, access.now()).access_token
        self._bearer = {"Authorization": f"Bearer {token}"}

    def pages(self, fields: str) -> Iterator[tuple[Mapping[str, Any], str]]:
        """Yield every page on which the person may create content, with its token."""
        query = {"fields": fields, "limit": _MOST_PAGES}
        found = get_object(self.http, f"{self._base}/me/accounts", query, self._bearer)
        for page in found.get("data") or ():
            if isinstance(page, dict) and _may_post(page):
                token = str(page["access_token"])
                self.http.hide(token)
                yield page, token

    def with_end(self, grant: Grant, page_token: str) -> Grant:
        """Ask how long a page's token holds; where Facebook does not say, nobody knows."""
        query = {"input_token": page_token}
        try:
            said = get_object(self.http, f"{self._base}/debug_token", query, self._bearer)
        except ConnectorError:
            return grant
        facts = said["data"] if isinstance(said.get("data"), dict) else {}
        expires_at = _instant(facts.get("expires_at"))
        ends = [one for one in (expires_at, _instant(facts.get("data_access_expires_at"))) if one]
        scopes = facts.get("scopes")
        rights = tuple(map(str, scopes)) if isinstance(scopes, list) else ()
        ends_at = min(ends) if ends else None
        return replace(grant, rights=rights, expires_at=expires_at, ends_at=ends_at)


def _may_post(page: Mapping[str, Any]) -> bool:
    tasks = page.get("tasks")
    return bool(page.get("access_token")) and (tasks is None or "CREATE_CONTENT" in tasks)


def _instant(seconds: Any) -> datetime | None:
    """Read an epoch in seconds; Facebook writes 0 for never."""
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds < _LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC)
