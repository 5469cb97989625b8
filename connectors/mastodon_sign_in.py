"""Signing in to a Mastodon server: it makes an app for us, the owner says yes on its own page.

An app is registered for every sign-in, since the redirect address belongs to it. Tokens do not
expire. Facts: docs.joinmastodon.org, methods/apps and methods/oauth, July 2026; servers older than
4.3 leave PKCE out of account, which hurts nobody.
"""

from connectors.contract import Access, NotSent
from connectors.grants import App, Asked, Brought, Consent, Grant, Right
from connectors.mastodon_api import server_of
from connectors.mastodon_facts import NAME
from connectors.oauth import (
    authorise_address,
    code_form,
    get_object,
    post_form,
    scopes_of,
    secretive,
    tokens_in,
)

RIGHTS = (
    Right(scope="read:accounts", words="see the account's name and number of followers"),
    Right(scope="read:statuses", words="read the account's posts and what is counted for them"),
    Right(scope="write:media", words="upload pictures for posts"),
    Right(scope="write:statuses", words="publish posts, and take down what we published"),
)
CALLED = "Campaign Desk"


class MastodonSignIn:
    """Lets the owner of an account say yes on its own server."""

    rights = RIGHTS
    needs: tuple[str, ...] = ()
    owner_page = "your server, Preferences, Account, Authorised applications"

    def begin(self, access: Access, app: App, asked: Asked) -> Consent:
        """Register an app with the server and return the address of its page."""
        del app
        server = server_of(access)
        form = {
            "client_name": CALLED,
            "redirect_uris": asked.redirect_uri,
            "scopes": " ".join(scopes_of(RIGHTS)),
        }
        said = post_form(secretive(NAME, access), f"{server}/api/v1/apps", form)
        made = App(
            client_id=str(said.get("client_id") or ""),
            client_secret=str(said.get("client_secret") or ""),
        )
        if not made.client_id or not made.client_secret:
            message = "The server made no app for us; is `server:` a Mastodon server?"
            raise NotSent(message, network=NAME)
        address = authorise_address(f"{server}/oauth/authorize", made, asked, scopes_of(RIGHTS))
        return Consent(address=address, app=made)

    def finish(self, access: Access, app: App, brought: Brought) -> tuple[Grant, ...]:
        """Exchange the code and ask whose account it is."""
        server = server_of(access)
        http = secretive(NAME, access, brought.code, brought.verifier, app.client_secret)
        form = {**code_form(brought), **_named(app)}
        tokens = tokens_in(post_form(http, f"{server}/oauth/token", form), http, access.now())
        bearer = {"Authorization": f"Bearer {tokens.access_token}"}
        me = get_object(http, f"{server}/api/v1/accounts/verify_credentials", {}, bearer)
        grant = Grant(
            account=f"@{me.get('acct') or ''}",
            credentials={"ACCESS_TOKEN": tokens.access_token},
            keeps={"CLIENT_ID": app.client_id, "CLIENT_SECRET": app.client_secret},
            rights=tokens.scopes,
            expires_at=tokens.expires_at,
            ends_at=tokens.expires_at,
        )
        return (grant,)

    def renew(self, access: Access, app: App, grant: Grant) -> Grant:
        """Return the grant as it is: it does not expire."""
        del access, app
        return grant

    def revoke(self, access: Access, app: App, grant: Grant) -> bool:
        """Revoke the token with the app that it was made for."""
        del app
        token = grant.credentials.get("ACCESS_TOKEN", "")
        http = secretive(NAME, access, token, *grant.keeps.values())
        own = App(
            client_id=grant.keeps.get("CLIENT_ID", ""),
            client_secret=grant.keeps.get("CLIENT_SECRET", ""),
        )
        post_form(http, f"{server_of(access)}/oauth/revoke", {"token": token, **_named(own)})
        return True


def _named(app: App) -> dict[str, str]:
    return {"client_id": app.client_id, "client_secret": app.client_secret}
