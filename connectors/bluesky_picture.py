"""Reads out of a picture's bytes what Bluesky shows of it and what must not be published with it.

A Bluesky server keeps a picture as it was uploaded, and what was approved is sent byte for byte,
so metadata is reported to the editor before approval and never taken out behind anybody's back.
"""

import io
from functools import lru_cache

from PIL import Image

_EXIF_PLACE = 0x8825
_UNREADABLE = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)


def size_of(content: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels, or None where the bytes are no picture."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return picture.size
    except _UNREADABLE:
        return None


@lru_cache(maxsize=256)
def complaint(content: bytes) -> str:
    """Say what is wrong with a picture, as the end of a sentence; empty where nothing is."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            exif = picture.getexif()
            has_xmp = bool(picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp"))
    except _UNREADABLE:
        return "cannot be read as a picture"
    if exif.get_ifd(_EXIF_PLACE):
        return "carries the place where it was taken (EXIF): save it without metadata"
    if exif or has_xmp:
        return "carries metadata (EXIF or XMP): save it without"
    return ""
