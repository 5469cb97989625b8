"""Signing in to Threads: a token of an hour is made one of 60 days, which is renewed in time.

A token may be renewed once it is a day old and has not ended; the old one is then good until its
own end. Facts: Meta's documentation, Threads API, authorization window and long-lived tokens, 2026.
"""

from datetime import timedelta

from connectors.contract import Access
from connectors.grants import App, Asked, Brought, Consent, Grant, Right
from connectors.oauth import (
    Tokens,
    authorise_address,
    get_object,
    post_form,
    scopes_of,
    secretive,
    tokens_in,
)
from connectors.threads_facts import NAME
from connectors.threads_wire import HOST, VERSION

RIGHTS = (
    Right(scope="threads_basic", words="see the account's name and posts"),
    Right(scope="threads_content_publish", words="publish posts"),
    Right(scope="threads_manage_insights", words="read what is counted for the account's posts"),
)
RENEWED_AHEAD = timedelta(days=30)
"""Half of its life: an installation that stands still for weeks does not lose the account."""

_PAGE = "https://threads.net"


class ThreadsSignIn:
    """Lets the owner of an account on Threads say yes there."""

    rights = RIGHTS
    needs = ("CLIENT_ID", "CLIENT_SECRET")
    owner_page = "threads.net, Settings, Account, Website permissions"

    def begin(self, access: Access, app: App, asked: Asked) -> Consent:
        """Return the address of Threads' page."""
        page = f"{(access.server or _PAGE).rstrip('/')}/oauth/authorize"
        plain = Asked(redirect_uri=asked.redirect_uri, state=asked.state)
        address = authorise_address(page, app, plain, scopes_of(RIGHTS), separator=",")
        return Consent(address=address, app=app)

    def finish(self, access: Access, app: App, brought: Brought) -> tuple[Grant, ...]:
        """Exchange the code, lengthen what came, and ask whose account it is."""
        http = secretive(NAME, access, brought.code, app.client_secret)
        base = (access.server or HOST).rstrip("/")
        form = {
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "grant_type": "authorization_code",
            "redirect_uri": brought.redirect_uri,
            "code": brought.code,
        }
        url = f"{base}/oauth/access_token"
        short = tokens_in(post_form(http, url, form), http, access.now()).access_token
        query = {
            "grant_type": "th_exchange_token",
            "client_secret": app.client_secret,
            "access_token": short,
        }
        tokens = tokens_in(get_object(http, f"{base}/access_token", query), http, access.now())
        bearer = {"Authorization": f"Bearer {tokens.access_token}"}
        me = get_object(http, f"{base}/{VERSION}/me", {"fields": "id,username"}, bearer)
        return (_grant(tokens, f"@{me.get('username') or ''}"),)

    def renew(self, access: Access, app: App, grant: Grant) -> Grant:
        """Exchange a token that has not ended for one that lasts 60 days from now."""
        del app
        token = grant.credentials.get("ACCESS_TOKEN", "")
        http = secretive(NAME, access, token)
        base = (access.server or HOST).rstrip("/")
        query = {"grant_type": "th_refresh_token", "access_token": token}
        said = get_object(http, f"{base}/refresh_access_token", query)
        return _grant(tokens_in(said, http, access.now()), grant.account)

    def revoke(self, access: Access, app: App, grant: Grant) -> bool:
        """Threads documents no way; the owner ends it in the account's settings."""
        del access, app, grant
        return False


def _grant(tokens: Tokens, account: str) -> Grant:
    ends_at = tokens.expires_at
    return Grant(
        account=account,
        credentials={"ACCESS_TOKEN": tokens.access_token},
        rights=tokens.scopes,
        expires_at=ends_at,
        renew_at=ends_at - RENEWED_AHEAD if ends_at else None,
        # Every renewal moves it; unrenewed it is the end, and a person has to be told.
        ends_at=ends_at,
    )
