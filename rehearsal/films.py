"""Looks at the bytes of a video as a stand-in network does: is it MP4, and can it stream."""

import struct


def is_film(content: bytes) -> bool:
    """Whether the bytes begin as an MP4 file does and hold an index and data."""
    names = _names(content)
    return names[:1] == [b"ftyp"] and b"moov" in names and b"mdat" in names


def can_stream(content: bytes) -> bool:
    """Whether the index stands before the data."""
    names = _names(content)
    return is_film(content) and names.index(b"moov") < names.index(b"mdat")


def _names(content: bytes) -> list[bytes]:
    """List the outermost parts of the file; one that is cut off ends the list."""
    names, place = [], 0
    while place + 8 <= len(content):
        size, name = struct.unpack_from(">I4s", content, place)
        size = size or len(content) - place
        if size < 8 or place + size > len(content):
            break
        names.append(name)
        place += size
    return names
