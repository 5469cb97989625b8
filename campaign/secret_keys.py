"""The keys that sign-ins are sealed with, read from the environment or a file, never kept by us.

Each is 32 random bytes in base64 with - and _ (a Fernet key, github.com/fernet/spec). The first
seals; all of them open, so a new key goes in front of the old one.
"""

import base64
import binascii
import secrets
from collections.abc import Mapping
from pathlib import Path

VARIABLE, FILE_VARIABLE = "CAMPAIGN_SECRET_KEY", "CAMPAIGN_SECRET_KEY_FILE"
HOW = "make one with `campaign secret-key`"


def new_key() -> str:
    """Make a key."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def read_secret_keys(known: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys, the one that seals first; none where none is set.

    Raises `ValueError` with a sentence that holds nothing of a key.
    """
    named, plain = known.get(FILE_VARIABLE), known.get(VARIABLE)
    if named and plain:
        message = f"{VARIABLE} and {FILE_VARIABLE} are both set; keep one of them"
        raise ValueError(message)
    text = _content(named) if named else plain or ""
    keys = tuple(text.split())
    if named and not keys:
        message = f"{FILE_VARIABLE}: {named} is empty; {HOW}"
        raise ValueError(message)
    for number, one in enumerate(keys, start=1):
        if not _is_key(one):
            where = FILE_VARIABLE if named else VARIABLE
            message = f"{where}: key {number} is no key of 44 characters; {HOW}"
            raise ValueError(message)
    return keys


def _content(named: str) -> str:
    try:
        return Path(named).read_text(encoding="ascii")
    except OSError as error:
        message = f"{FILE_VARIABLE}: {named} cannot be read: {error.strerror}"
        raise ValueError(message) from error
    except UnicodeDecodeError:
        message = f"{FILE_VARIABLE}: {named} holds no key; {HOW}"
        raise ValueError(message) from None


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text.encode("ascii"), b"-_", validate=True)) == 32
    except (binascii.Error, ValueError):
        return False
