"""Signs what stands in an address, so that nobody can make one up or change one.

The signature is an HMAC with SHA-256 (RFC 2104) under a key that is made of one of the campaign's
secret keys and of a purpose, so that what was signed for one purpose is worth nothing for another.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence


class BadSignatureError(Exception):
    """A text that was not signed by us for this purpose, or that is not whole."""


def signed(said: bytes, purpose: bytes, keys: Sequence[str]) -> str:
    """Return what was said with its signature, fit for an address; the first key signs."""
    return f"{_text(said)}.{_text(_signature(said, purpose, keys[0]))}"


def said_in(token: str, purpose: bytes, keys: Sequence[str]) -> bytes:
    """Return what was signed with any of the keys; raise `BadSignatureError` otherwise."""
    first, _, second = token.partition(".")
    try:
        said, signature = _bytes(first), _bytes(second)
    except (binascii.Error, ValueError):
        raise BadSignatureError from None
    if not any(hmac.compare_digest(signature, _signature(said, purpose, key)) for key in keys):
        raise BadSignatureError
    return said


def marked(text: str, purpose: bytes, keys: Sequence[str]) -> str:
    """Return a name for a text by which it can be told again, but not read or guessed."""
    return _signature(text.encode(), purpose, keys[0]).hex()


def _signature(said: bytes, purpose: bytes, key: str) -> bytes:
    # A key of its own, made of the one that seals, so that neither says anything of the other.
    own = hmac.new(base64.urlsafe_b64decode(key), purpose, hashlib.sha256).digest()
    return hmac.new(own, said, hashlib.sha256).digest()


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True)
