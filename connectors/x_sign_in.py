"""Signing in to X with OAuth 2 and PKCE: rights that are named, tokens that rotate.

An access token lasts two hours; its refresh token is good for one use, and the answer brings the
next one. Facts: docs.x.com, "OAuth 2.0 Authorization Code Flow with PKCE", August 2026.
"""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

from connectors.contract import Access
from connectors.grants import App, Asked, Brought, Consent, Grant, Right
from connectors.http import Http
from connectors.oauth import (
    Tokens,
    authorise_address,
    code_form,
    get_object,
    post_form,
    refresh_form,
    scopes_of,
    secretive,
    tokens_in,
)
from connectors.x_wire import NAME

RIGHTS = (
    Right(scope="tweet.read", words="read the account's posts and what is counted for them"),
    Right(scope="tweet.write", words="publish posts"),
    Right(scope="users.read", words="see the account's name and number of followers"),
    Right(scope="media.write", words="upload pictures for posts"),
    Right(scope="offline.access", words="do so until you take it back"),
)
RENEWED_AHEAD = timedelta(minutes=60)
"""Half of a token's life: a renewal that fails leaves an hour to mend it in."""

_PAGE, _API = "https://x.com", "https://api.x.com"


class XSignIn:
    """Lets the owner of an account on X say yes there."""

    rights = RIGHTS
    needs = ("CLIENT_ID",)
    owner_page = "x.com, Settings, Security and account access, Apps and sessions, Connected apps"

    def begin(self, access: Access, app: App, asked: Asked) -> Consent:
        """Return the address of X's page."""
        page = f"{_origin(access, _PAGE)}/i/oauth2/authorize"
        address = authorise_address(page, app, asked, scopes_of(RIGHTS))
        return Consent(address=address, app=app)

    def finish(self, access: Access, app: App, brought: Brought) -> tuple[Grant, ...]:
        """Exchange the code, which X takes for about 30 seconds."""
        http = secretive(NAME, access, brought.code, brought.verifier, app.client_secret)
        at = access.now()
        tokens = _ask(http, access, app, code_form(brought), at)
        url = f"{_origin(access, _API)}/2/users/me"
        bearer = {"Authorization": f"Bearer {tokens.access_token}"}
        me = get_object(http, url, {}, bearer).get("data")
        name = me.get("username") if isinstance(me, dict) else None
        return (_grant(tokens, f"@{name}" if isinstance(name, str) else ""),)

    def renew(self, access: Access, app: App, grant: Grant) -> Grant:
        """Exchange the refresh token, which is void afterwards."""
        http = secretive(NAME, access, *grant.keeps.values(), app.client_secret)
        tokens = _ask(http, access, app, refresh_form(grant), access.now())
        return _grant(tokens, grant.account)

    def revoke(self, access: Access, app: App, grant: Grant) -> bool:
        """Revoke the refresh token, and with it what came of it."""
        http = secretive(NAME, access, *grant.keeps.values(), app.client_secret)
        for name, token in (
            ("access_token", grant.credentials.get("USER_TOKEN", "")),
            ("refresh_token", grant.keeps.get("REFRESH_TOKEN", "")),
        ):
            http.hide(token)
            if token:
                form = {"token": token, "token_type_hint": name} | _public(app)
                url = f"{_origin(access, _API)}/2/oauth2/revoke"
                post_form(http, url, form, _basic(app, http))
        return True


def _ask(http: Http, access: Access, app: App, form: Mapping[str, str], at: datetime) -> Tokens:
    url = f"{_origin(access, _API)}/2/oauth2/token"
    return tokens_in(post_form(http, url, {**form, **_public(app)}, _basic(app, http)), http, at)


def _grant(tokens: Tokens, account: str) -> Grant:
    renewable = bool(tokens.refresh_token) and tokens.expires_at is not None
    return Grant(
        account=account,
        credentials={"USER_TOKEN": tokens.access_token},
        keeps={"REFRESH_TOKEN": tokens.refresh_token},
        rights=tokens.scopes,
        expires_at=tokens.expires_at,
        renew_at=tokens.expires_at - RENEWED_AHEAD if renewable and tokens.expires_at else None,
        ends_at=None if renewable else tokens.expires_at,
    )


def _public(app: App) -> dict[str, str]:
    """A client without a secret names itself in the form; one with a secret does in a header."""
    return {} if app.client_secret else {"client_id": app.client_id}


def _basic(app: App, http: Http) -> dict[str, str]:
    if not app.client_secret:
        return {}
    pair = f"{quote(app.client_id, safe='')}:{quote(app.client_secret, safe='')}"
    encoded = base64.b64encode(pair.encode()).decode()
    http.hide(encoded)
    return {"Authorization": f"Basic {encoded}"}


def _origin(access: Access, usual: str) -> str:
    return (access.server or usual).rstrip("/")
