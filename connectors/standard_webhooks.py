"""Signs messages as Standard Webhooks has it (standardwebhooks.com, specification 1.0).

What is signed is `id.timestamp.body` with HMAC-SHA-256, under every secret that is in use, so that
a receiver that knows either the old or the new one believes it.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret."""
_MADE = 32


def new_secret() -> str:
    """Make a secret, as it is given to whoever is to believe the messages."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_MADE)).decode()


def key_of(secret: str) -> bytes:
    """Return the key in a secret; raise `ValueError` where it is no such secret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        message = (
            "it is not the kind that Standard Webhooks has: whsec_ and 24 to 64 bytes in base64"
        )
        raise ValueError(message) from None
    return key


def signed(keys: Iterable[bytes], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that a message goes out with."""
    stamp = str(int(at.timestamp()))
    content = b".".join((message_id.encode(), stamp.encode(), body))
    digests = (hmac.new(one, content, hashlib.sha256).digest() for one in keys)
    signatures = (f"v1,{base64.b64encode(one).decode()}" for one in digests)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signatures),
    }
