"""How each stand-in network lets apps in: its own addresses and shapes around `rehearsal.oauth2`.

From docs.x.com (OAuth 2.0, August 2026) and docs.joinmastodon.org (methods/apps, methods/oauth,
July 2026); LinkedIn's and Meta's stand in `rehearsal.sign_ins_meta`.
"""

import base64
import binascii
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from rehearsal.exchange import Answer, RefusedError, Route, Visit, as_json
from rehearsal.faults import Call
from rehearsal.oauth2 import Authority, Issued, Policy, problem
from rehearsal.world import World


def routes(authority: Authority, page: str, *more: Route) -> tuple[Route, ...]:
    """Return the addresses of a network's consent page, and further ones."""
    return (
        Route(method="GET", path=page, call=Call.SIGN_IN, handler=authority.show),
        Route(method="POST", path=page, call=Call.SIGN_IN, handler=authority.decide),
        *more,
    )


def at(method: str, path: str, handler: Any) -> Route:
    """Return one address of a sign-in."""
    return Route(method=method, path=path, call=Call.SIGN_IN, handler=handler)


class XSignIns:
    """Two hours, PKCE, refresh tokens for one use."""

    def __init__(self, world: World) -> None:
        policy = Policy(
            field_name="USER_TOKEN",
            access_life=timedelta(hours=2),
            rotates=True,
            renews_with="offline.access",
            code_life=timedelta(seconds=30),
            wants_challenge=True,
        )
        self.authority = Authority(world, "x", policy)
        self.routes = routes(
            self.authority,
            "/i/oauth2/authorize",
            at("POST", "/2/oauth2/token", self._token),
            at("POST", "/2/oauth2/revoke", self._revoke),
        )

    def _token(self, visit: Visit) -> Answer:
        client = self.authority.client_of(_basic_or_form(visit), may_be_public=True)
        form = visit.form.to_dict()
        if form.get("grant_type") == "refresh_token":
            return self._given(self.authority.renew(client, form.get("refresh_token", "")))
        return self._given(self.authority.exchange(client, form))

    def _given(self, issued: Issued) -> Answer:
        said = {
            "token_type": "bearer",
            "expires_in": self.authority.access_life_s,
            "access_token": issued.access_token,
            "scope": " ".join(issued.scopes),
        }
        again = {"refresh_token": issued.refresh_token} if issued.refresh_token else {}
        return as_json(200, said | again)

    def _revoke(self, visit: Visit) -> Answer:
        self.authority.client_of(_basic_or_form(visit), may_be_public=True)
        self.authority.revoke(visit.form.get("token", ""))
        return as_json(200, {"revoked": True})


class MastodonSignIns:
    """Apps are made by whoever asks; tokens do not expire."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.authority = Authority(world, "mastodon", Policy(field_name="ACCESS_TOKEN"))
        self.routes = routes(
            self.authority,
            "/oauth/authorize",
            at("POST", "/api/v1/apps", self._register),
            at("POST", "/oauth/token", self._token),
            at("POST", "/oauth/revoke", self._revoke),
        )

    def _register(self, visit: Visit) -> Answer:
        if not visit.form.get("client_name") or not visit.form.get("redirect_uris"):
            words = "Validation failed: Application name can't be blank"
            raise RefusedError(as_json(422, {"error": words}))
        client = self.authority.add_client(visit.form["redirect_uris"])
        said = {"id": "1", "name": visit.form["client_name"], "redirect_uris": client.redirect_uris}
        secrets = {"client_id": client.client_id, "client_secret": client.client_secret}
        return as_json(200, said | secrets)

    def _token(self, visit: Visit) -> Answer:
        client = self.authority.client_of(visit.form.to_dict())
        issued = self.authority.exchange(client, visit.form.to_dict())
        said = {
            "access_token": issued.access_token,
            "token_type": "Bearer",
            "scope": " ".join(issued.scopes),
            "created_at": int(self._world.now().timestamp()),
        }
        return as_json(200, said)

    def _revoke(self, visit: Visit) -> Answer:
        self.authority.client_of(visit.form.to_dict())
        self.authority.revoke(visit.form.get("token", ""))
        return as_json(200, {})


def _basic_or_form(visit: Visit) -> dict[str, str]:
    """Return the app's name and secret, from the header or from the form (RFC 6749, 2.3.1)."""
    scheme, _, encoded = visit.header("Authorization").partition(" ")
    if scheme.lower() != "basic":
        return visit.form.to_dict()
    try:
        name, _, secret = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise RefusedError(problem(401, "invalid_client", "The header cannot be read")) from None
    return {"client_id": unquote(name), "client_secret": unquote(secret)}
