"""The ids of the AT Protocol: TIDs, content ids and session tokens.

Content ids have the real form (CID version 1, SHA-256, base32). Those of blobs are the real ones;
those of records hash canonical JSON instead of DAG-CBOR, so they differ from what a real server
would give, but are stable and change with the content.
"""

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
RAW = 0x55
DAG_CBOR = 0x71
ACCESS_FOR = timedelta(hours=2)
REFRESH_FOR = timedelta(days=90)


def blob_cid(content: bytes) -> str:
    """Return the content id of a blob."""
    return _cid(RAW, hashlib.sha256(content).digest())


def record_cid(record: dict[str, Any]) -> str:
    """Return the content id of a record."""
    canonical = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return _cid(DAG_CBOR, hashlib.sha256(canonical.encode()).digest())


def tid(at: datetime, clock_id: int) -> str:
    """Return the TID of an instant: 53 bits of microseconds and 10 bits that tell clocks apart."""
    number = (int(at.timestamp() * 1_000_000) << 10) | (clock_id & 0x3FF)
    return "".join(SORTABLE[(number >> shift) & 31] for shift in range(60, -1, -5))


def token(secret: str, claims: dict[str, Any]) -> str:
    """Return a signed token in the form of a JWT."""
    head = _encode(json.dumps({"typ": "JWT", "alg": "HS256"}).encode())
    signed = f"{head}.{_encode(json.dumps(claims).encode())}"
    return f"{signed}.{_encode(_signature(secret, signed))}"


def claims_of(secret: str, text: str) -> dict[str, Any] | None:
    """Return the claims of a token that was signed here, None for any other."""
    signed, _, signature = text.rpartition(".")
    expected = _encode(_signature(secret, signed))
    if signed.count(".") != 1 or not hmac.compare_digest(signature.encode(), expected.encode()):
        return None
    middle = signed.partition(".")[2]
    claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return claims if isinstance(claims, dict) else None


def as_instant(seconds: int) -> datetime:
    """Return the instant of a token's `exp` or `iat`."""
    return datetime.fromtimestamp(seconds, UTC)


def _cid(codec: int, digest: bytes) -> str:
    whole = bytes([0x01, codec, 0x12, 0x20]) + digest
    return "b" + base64.b32encode(whole).decode().lower().rstrip("=")


def _signature(secret: str, signed: str) -> bytes:
    return hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
