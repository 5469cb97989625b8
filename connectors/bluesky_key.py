"""The name a post has on Bluesky before it is sent, and the time that is written into it.

A post's record key must be a TID: 64 bits in base 32, of which 53 count microseconds since 1970
and 10 tell apart what is made at the same moment (atproto.com, "Record Key" and "TID"). Chosen
once per delivery and kept, it makes a repeat harmless: the same name with the same content.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from connectors.contract import DeliveryKey

_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
_LENGTH = 13
_BITS = 5
_CLOCK_BITS = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def choose_key(delivery_id: str, content_hash: str, first_attempt_at: datetime) -> DeliveryKey:
    """Make a TID of the attempt's millisecond; what is finer comes from delivery and content.

    So two deliveries of one moment get two names, one of a million for each millisecond.
    """
    digest = hashlib.sha256(f"{delivery_id}\n{content_hash}".encode()).digest()
    milliseconds = (first_attempt_at - _EPOCH) // _MILLISECOND
    microseconds = milliseconds * 1000 + int.from_bytes(digest[:8]) % 1000
    clock = int.from_bytes(digest[8:10]) % (1 << _CLOCK_BITS)
    return DeliveryKey(_encode(microseconds << _CLOCK_BITS | clock))


def created_at(key: DeliveryKey) -> datetime:
    """Return the instant in a key, to the millisecond; ValueError where it is no TID."""
    if len(key) != _LENGTH or any(one not in _DIGITS for one in key):
        message = f"{key!r} is not a TID"
        raise ValueError(message)
    number = 0
    for digit in key:
        number = number << _BITS | _DIGITS.index(digit)
    return _EPOCH + ((number >> _CLOCK_BITS) // 1000) * _MILLISECOND


def written(instant: datetime) -> str:
    """Write an instant the way the network's own clients do, with three decimals and a `Z`."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _encode(number: int) -> str:
    shifts = range(_BITS * (_LENGTH - 1), -1, -_BITS)
    return "".join(_DIGITS[number >> shift & 31] for shift in shifts)
