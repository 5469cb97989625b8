"""What is signed for browsers: the id they hold, the forms they were given, a sentence for once.

All keys come from the key that sign-ins are sealed with, each made for one purpose. Where no such
key is set, one is made at the start, and everybody signs in again after the next.
"""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Sequence

from itsdangerous import BadSignature, Signer, TimestampSigner

log = logging.getLogger(__name__)

SAID_FOR_S = 300
"""How long a sentence waits for the page that shows it."""
_SALT_LETTERS = 16


class Signing:
    """Signs with the first key, believes them all."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            log.warning("no CAMPAIGN_SECRET_KEY is set: a restart signs everybody out")
        known = list(keys) or [secrets.token_urlsafe(32)]
        oldest_first = list(reversed(known))  # as itsdangerous has it
        self._visits = Signer(
            oldest_first, salt="campaign-desk/visit", digest_method=hashlib.sha256
        )
        self._said = TimestampSigner(
            oldest_first, salt="campaign-desk/said", digest_method=hashlib.sha256
        )
        self._forms = [
            hmac.new(one.encode(), b"campaign-desk/form", hashlib.sha256).digest() for one in known
        ]

    def sign_visit(self, visit_id: str) -> str:
        """Return what the cookie holds."""
        return self._visits.sign(visit_id).decode()

    def visit_in(self, cookie: str) -> str | None:
        """Return the id in a cookie, None where it is not ours."""
        try:
            return self._visits.unsign(cookie).decode()
        except (BadSignature, UnicodeError):
            return None

    def form_token(self, visit_id: str) -> str:
        """Return a token for a form, another one each time, so that no compression betrays it."""
        salt = secrets.token_hex(_SALT_LETTERS // 2)
        return salt + _mac(self._forms[0], salt, visit_id)

    def is_form_token(self, token: str, visit_id: str) -> bool:
        """Whether a form was given to the browser that now sends it."""
        salt, said = token[:_SALT_LETTERS], token[_SALT_LETTERS:].encode()
        return any(
            hmac.compare_digest(said, _mac(key, salt, visit_id).encode()) for key in self._forms
        )

    def sign_said(self, text: str) -> str:
        """Return a sentence as a cookie holds it."""
        return self._said.sign(text.encode().hex()).decode()

    def said_in(self, cookie: str) -> str:
        """Return the sentence, nothing where it is old or not ours."""
        try:
            return bytes.fromhex(self._said.unsign(cookie, max_age=SAID_FOR_S).decode()).decode()
        except (BadSignature, ValueError):
            return ""


def _mac(key: bytes, salt: str, visit_id: str) -> str:
    return hmac.new(key, f"{salt}:{visit_id}".encode(), hashlib.sha256).hexdigest()
