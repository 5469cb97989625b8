"""What a file holds, read whole or a part at a time, so that memory does not grow with a video.

`bytes` are a content; so is anything else that knows its length and gives slices of itself, such
as a file on a disk or rows of a database. Under `connectors.media`.
"""

import hashlib
from collections.abc import Iterator
from typing import Protocol

PIECE = 1024 * 1024
"""Bytes that are held at a time while a content is read through."""


class Content(Protocol):
    """A file's bytes: how many there are, and any slice of them (start and stop, no step)."""

    def __len__(self) -> int:
        """Return the number of bytes."""

    def __getitem__(self, part: slice, /) -> bytes:
        """Return some of the bytes, fewer where they end before the slice does."""


class Span:
    """Some of a content, as a content of its own; nothing is read before it is asked for."""

    def __init__(self, whole: Content, start: int, stop: int) -> None:
        self._whole = whole
        self._start = min(start, len(whole))
        self._stop = max(self._start, min(stop, len(whole)))

    def __len__(self) -> int:
        return self._stop - self._start

    def __getitem__(self, part: slice, /) -> bytes:
        start, stop, _ = part.indices(len(self))
        return self._whole[self._start + start : self._start + max(start, stop)]


class Joined:
    """Several contents one after the other, to be read through once or more often."""

    def __init__(self, *parts: Content) -> None:
        self._parts = parts

    def __len__(self) -> int:
        return sum(len(one) for one in self._parts)

    def __iter__(self) -> Iterator[bytes]:
        for one in self._parts:
            yield from pieces(one)


def pieces(content: Content) -> Iterator[bytes]:
    """Read a content through, `PIECE` bytes at a time; `bytes` come as they are."""
    if isinstance(content, bytes):
        yield content
        return
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]


def whole(content: Content) -> bytes:
    """Return all the bytes: for pictures and other files that are small."""
    return content if isinstance(content, bytes) else content[: len(content)]


def digest(content: Content) -> str:
    """Return the SHA-256 of a content, in hexadecimal."""
    found = hashlib.sha256()
    for piece in pieces(content):
        found.update(piece)
    return found.hexdigest()
