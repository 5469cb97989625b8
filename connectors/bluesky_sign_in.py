"""Signing in to Bluesky by an app password, which its owner makes for us and can take back.

The account's own password is refused, by its form before it leaves and by what the server says of
the session: an app password's token has the scope `com.atproto.appPass` (or
`com.atproto.appPassPrivileged`), the account's own `com.atproto.access`. Facts: the lexicons
`com.atproto.server.*` and the reference server, August 2026.
"""

import base64
import json
import re
from dataclasses import replace

from connectors.bluesky_facts import NAME
from connectors.bluesky_session import BlueskySession
from connectors.contract import NO_SHELF, Access, AccessRefused, CredentialField
from connectors.grants import AppPassword, Grant, Right

FIELDS = (
    CredentialField(name="IDENTIFIER", words="The account's handle or DID"),
    CredentialField(name="APP_PASSWORD", words="An app password, not the account's own"),
)
_FORM = re.compile(r"[a-z2-7]{4}(?:-[a-z2-7]{4}){3}")
_SCOPES = frozenset({"com.atproto.appPass", "com.atproto.appPassPrivileged"})


def take(access: Access) -> Grant:
    """Try an app password; raise `AccessRefused` for the account's own, which is not kept."""
    typed = access.credentials.get("APP_PASSWORD", "").strip()
    if not _FORM.fullmatch(typed):
        message = (
            "That is no app password: one looks like abcd-efgh-ijkl-mnop and is made under "
            "Settings, Privacy and security, App passwords. Do not give the account's own."
        )
        raise AccessRefused(message, network=NAME)
    session = BlueskySession(replace(access, shelf=NO_SHELF))  # the server has to be asked
    who = session.who()
    if _scope_of(who.access_token) not in _SCOPES:
        message = "That is the account's own password: it was not kept; make an app password."
        raise AccessRefused(message, network=NAME)
    identifier = access.credentials.get("IDENTIFIER", "").strip().lstrip("@")
    kept = {"IDENTIFIER": identifier, "APP_PASSWORD": typed}
    return Grant(account=who.handle, credentials=kept, rights=(_scope_of(who.access_token),))


def _scope_of(token: str) -> str:
    """Read the scope out of a token for us to judge; the server is who checks tokens."""
    try:
        middle = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        return str(claims.get("scope"))
    except (IndexError, ValueError, AttributeError):
        return ""


SIGN_IN = AppPassword(
    fields=FIELDS,
    rights=(
        Right(
            scope="com.atproto.appPass",
            words="publish posts, read what is counted for them, and change the account's records; "
            "Bluesky gives app passwords all rights but changing the account itself",
        ),
    ),
    owner_page="bsky.app, Settings, Privacy and security, App passwords",
    take=take,
)
