"""What a table holds, as one number that is the same in every kind of database.

The order of rows does not count, because databases sort text in different ways.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

WIDTH = 2**256


class Fingerprint:
    """The number of rows, and the sum of their SHA-256."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def take(self, rows: Iterable[Sequence[Any]]) -> None:
        """Take in rows as SQLAlchemy reads them."""
        for row in rows:
            digest = hashlib.sha256(b"".join(_bytes_of(one) for one in row)).digest()
            self._sum = (self._sum + int.from_bytes(digest)) % WIDTH
            self.rows += 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fingerprint) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __str__(self) -> str:
        return f"{self.rows} rows, {self._sum:064x}"


def _bytes_of(value: object) -> bytes:
    """Write a value so that no two values, and no two rows, are written alike."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC).isoformat()
    content = value if isinstance(value, bytes) else str(value).encode()
    return f"{type(value).__name__} {len(content)} ".encode() + content
