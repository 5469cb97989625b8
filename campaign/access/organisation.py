"""Signing in with the organisation's own account: OpenID Connect, the code flow with PKCE.

What is asked for and checked is what OpenID Connect Core 1.0 demands in 3.1.2 and 3.1.3: the
browser's own state, a nonce in a token that is signed by a key of the issuer, for us, and not
over. Authlib speaks OAuth, joserfc reads the token.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from campaign.organisation_settings import OrganisationSettings, is_safe_address

SCOPE = "openid email"
SIGNED_WITH = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures by a key that only the issuer has: never `none`, nor one by our own secret."""
PATIENCE_S = 10.0
CLOCKS_DIFFER_S = 60
_ODD = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the libraries raise over answers, keys and tokens that are not of the kind they promise."""


class OrganisationError(Exception):
    """Signing in with the organisation's account failed; the message is fit for the person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """A sign-in whose person is at the organisation; the browser keeps it, signed."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """Whom the organisation says that it is."""

    subject: str
    """The issuer's own name for them, which never changes and is never given again."""
    email: str


def begin() -> Begun:
    """Return what one sign-in is told by."""
    return Begun(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
    )


class Organisation:
    """One issuer, as this installation is registered with it."""

    def __init__(self, settings: OrganisationSettings, redirect_uri: str) -> None:
        self._settings = settings
        self._redirect_uri = redirect_uri

    def address_for(self, begun: Begun) -> str:
        """Return where the browser goes to sign in."""
        with self._client() as client:
            address, _state = client.create_authorization_url(
                self._place("authorization_endpoint"),
                state=begun.state,
                nonce=begun.nonce,
                code_verifier=begun.verifier,
            )
        return str(address)

    def finish(self, begun: Begun, address: str, now: datetime) -> Known:
        """Return who came back, at this address of ours; raise `OrganisationError` for nobody."""
        try:
            with self._client() as client:
                given = client.fetch_token(
                    self._place("token_endpoint"),
                    authorization_response=address,
                    state=begun.state,
                    code_verifier=begun.verifier,
                    timeout=PATIENCE_S,
                )
            claims = self._claims(str(given.get("id_token") or ""))
        except (AuthlibBaseError, JoseError, requests.RequestException, *_ODD) as error:
            message = "your organisation did not confirm this sign-in; begin again"
            raise OrganisationError(message) from error
        self._check(claims, begun.nonce, now)
        return self._known(claims)

    def _client(self) -> Any:
        return OAuth2Session(
            self._settings.client_id,
            self._settings.client_secret,
            scope=SCOPE,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
        )

    @cached_property
    def _said(self) -> Mapping[str, Any]:
        """What the issuer says of itself (OpenID Connect Discovery 1.0, 4)."""
        address = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        said = _json_at(address)
        if said.get("issuer") != self._settings.issuer:
            message = f"{address} is of another issuer than CAMPAIGN_OIDC_ISSUER"
            raise OrganisationError(message)
        return said

    def _place(self, name: str) -> str:
        found = str(self._said.get(name) or "")
        if not is_safe_address(found):
            message = f"your organisation names no safe {name}"
            raise OrganisationError(message)
        return found

    def _claims(self, token: str) -> Mapping[str, Any]:
        keys = KeySet.import_key_set(_json_at(self._place("jwks_uri")))  # type: ignore[arg-type]  # checked within
        return jwt.decode(token, keys, algorithms=SIGNED_WITH).claims

    def _check(self, claims: Mapping[str, Any], nonce: str, now: datetime) -> None:
        aud = claims.get("aud")
        audience = aud if isinstance(aud, list) else [aud]
        ours = self._settings.client_id
        until, seconds = claims.get("exp"), now.timestamp()
        fits = (
            claims.get("iss") == self._settings.issuer
            and ours in audience
            and (len(audience) == 1 or claims.get("azp") == ours)
            and secrets.compare_digest(str(claims.get("nonce")).encode(), nonce.encode())
            and isinstance(until, int | float)
            and seconds < until + CLOCKS_DIFFER_S
            and isinstance(claims.get("iat"), int | float)
            and claims["iat"] < seconds + CLOCKS_DIFFER_S
        )
        if not fits:
            message = "what your organisation sent is not for this sign-in; begin again"
            raise OrganisationError(message)

    def _known(self, claims: Mapping[str, Any]) -> Known:
        subject, email = claims.get("sub"), claims.get("email")
        if not isinstance(subject, str) or not isinstance(email, str) or not email:
            message = "your organisation does not tell us your e-mail address"
            raise OrganisationError(message)
        if claims.get("email_verified") is False:
            message = "your organisation has not verified your e-mail address"
            raise OrganisationError(message)
        return Known(subject=f"{self._settings.issuer} {subject}", email=email)


def _json_at(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=PATIENCE_S, allow_redirects=False)
        answer.raise_for_status()
        said = answer.json()
    except (requests.RequestException, ValueError, RecursionError) as error:
        message = "your organisation's sign-in cannot be reached; try again in a moment"
        raise OrganisationError(message) from error
    return said if isinstance(said, dict) else {}
