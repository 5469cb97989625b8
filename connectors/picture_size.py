"""Reads how many pixels a picture has, out of the beginning of its bytes."""

import io
import struct
import zlib

from PIL import Image

from connectors.content import Content, whole

UNREADABLE = (
    *(OSError, ValueError, SyntaxError, EOFError, LookupError, ArithmeticError),
    *(struct.error, zlib.error, Image.DecompressionBombError),
)
"""What Pillow raises for bytes that are no picture, or are one no longer."""


def size_of(content: Content) -> tuple[int, int] | None:
    """Return width and height in pixels, or None where the bytes are no picture."""
    try:
        with Image.open(io.BytesIO(whole(content))) as picture:
            return picture.size
    except UNREADABLE:
        return None
