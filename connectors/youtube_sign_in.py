"""Signing in to YouTube: Google's OAuth 2 with PKCE, a token of an hour and one that renews it.

The refresh token stays the same and lasts until the owner takes it back, six months go by without
a use, or, for an app that Google still has in testing, seven days. Facts: Google's documentation,
"Using OAuth 2.0 for web server applications" and "for mobile and desktop apps", YouTube Data API
v3. One right covers all that is used: captions can be had with no smaller one.
"""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from connectors.contract import Access, AccessRefused
from connectors.grants import App, Asked, Brought, Consent, Grant, Right
from connectors.http import Http
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
from connectors.youtube_facts import NAME
from connectors.youtube_wire import HOST

RIGHTS = (
    Right(
        scope="https://www.googleapis.com/auth/youtube.force-ssl",
        words="publish posts, which are videos with their captions, change or delete them, and "
        "read what is counted for them; Google gives this right only together with that of "
        "managing the rest of the channel, which is not used",
    ),
)
RENEWED_AHEAD = timedelta(minutes=30)
"""Half of a token's life: a renewal that fails leaves half an hour to mend it in."""

_PAGE, _TOKENS = "https://accounts.google.com", "https://oauth2.googleapis.com"


class YouTubeSignIn:
    """Lets the owner of a channel say yes at Google."""

    rights = RIGHTS
    needs = ("CLIENT_ID", "CLIENT_SECRET")
    owner_page = "myaccount.google.com, Security, Your connections to third-party apps"

    def begin(self, access: Access, app: App, asked: Asked) -> Consent:
        """Return the address of Google's page, which asks anew so that a token renews itself."""
        page = f"{_origin(access, _PAGE)}/o/oauth2/v2/auth"
        address = authorise_address(page, app, asked, scopes_of(RIGHTS))
        more = urlencode({"access_type": "offline", "prompt": "consent"})
        return Consent(address=f"{address}&{more}", app=app)

    def finish(self, access: Access, app: App, brought: Brought) -> tuple[Grant, ...]:
        """Exchange the code, and ask which channel was chosen."""
        http = secretive(NAME, access, brought.code, brought.verifier, app.client_secret)
        tokens = _ask(http, access, app, code_form(brought))
        url = f"{_origin(access, HOST)}/youtube/v3/channels"
        bearer = {"Authorization": f"Bearer {tokens.access_token}"}
        found = get_object(http, url, {"part": "snippet", "mine": "true"}, bearer).get("items")
        channel = found[0] if isinstance(found, list) and found else None
        if not isinstance(channel, dict):
            message = "There is no YouTube channel behind this sign-in: make one, then connect."
            raise AccessRefused(message, network=NAME, code="youtubeSignupRequired")
        snippet = channel.get("snippet") or {}
        name = str(snippet.get("customUrl") or snippet.get("title") or "")
        return (_grant(tokens, name, str(channel.get("id") or "")),)

    def renew(self, access: Access, app: App, grant: Grant) -> Grant:
        """Exchange the refresh token, which stays good."""
        kept = grant.keeps.get("REFRESH_TOKEN", "")
        http = secretive(NAME, access, kept, app.client_secret)
        tokens = _ask(http, access, app, refresh_form(grant))
        return _grant(tokens, grant.account, grant.credentials["CHANNEL_ID"], kept)

    def revoke(self, access: Access, app: App, grant: Grant) -> bool:
        """Revoke the refresh token, and with it what came of it."""
        del app
        token = grant.keeps.get("REFRESH_TOKEN") or grant.credentials.get("ACCESS_TOKEN", "")
        http = secretive(NAME, access, token)
        post_form(http, f"{_origin(access, _TOKENS)}/revoke", {"token": token})
        return True


def _ask(http: Http, access: Access, app: App, form: Mapping[str, str]) -> Tokens:
    at = access.now()
    named = {"client_id": app.client_id, "client_secret": app.client_secret}
    url = f"{_origin(access, _TOKENS)}/token"
    return tokens_in(post_form(http, url, {**form, **named}), http, at)


def _grant(tokens: Tokens, account: str, channel: str, kept: str = "") -> Grant:
    refresh_token = tokens.refresh_token or kept
    ends_at = None
    if tokens.expires_at is not None:
        # Named only where the owner lets us in for a time.
        asked_at = tokens.expires_at - timedelta(seconds=tokens.said["expires_in"])
        ends_at = after(asked_at, tokens.said.get("refresh_token_expires_in"))
    return Grant(
        account=account,
        credentials={"ACCESS_TOKEN": tokens.access_token, "CHANNEL_ID": channel},
        keeps={"REFRESH_TOKEN": refresh_token},
        rights=tokens.scopes,
        expires_at=tokens.expires_at,
        renew_at=tokens.expires_at - RENEWED_AHEAD if refresh_token and tokens.expires_at else None,
        ends_at=ends_at if refresh_token else tokens.expires_at,
    )


def _origin(access: Access, usual: str) -> str:
    return (access.server or usual).rstrip("/")
