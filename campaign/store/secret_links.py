"""What stands in the address of a link that lets somebody in without an account.

The address holds a secret and its signature. The signature keeps anybody from trying secrets out;
the database keeps a hash of the secret alone, so that no copy of it holds addresses.
"""

import secrets
from collections.abc import Sequence

from campaign.signing import BadSignatureError, said_in, signed
from campaign.store.shown import hash_of


def new_secret(purpose: bytes, keys: Sequence[str]) -> tuple[str, str]:
    """Return the hash of a fresh secret, and what stands in the address."""
    secret = secrets.token_urlsafe(24)
    return hash_of(secret), signed(secret.encode(), purpose, keys)


def secret_hash_in(token: str, purpose: bytes, keys: Sequence[str]) -> str | None:
    """Return the hash of the secret in an address; None where it is forged or not whole."""
    try:
        return hash_of(said_in(token, purpose, keys).decode())
    except (BadSignatureError, UnicodeDecodeError):
        return None
