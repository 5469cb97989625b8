"""Reads out of a picture's bytes what must not be published with it.

A Bluesky server keeps a picture as it was uploaded, and what was approved is sent byte for byte,
so metadata is reported to the editor before approval and never taken out behind anybody's back.
"""

import io
from functools import lru_cache

from PIL import Image

from connectors.picture_size import UNREADABLE

_EXIF_PLACE = 0x8825


@lru_cache(maxsize=256)
def complaint(content: bytes) -> str:
    """Say what is wrong with a picture, as the end of a sentence; empty where nothing is."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            exif = picture.getexif()
            has_xmp = bool(picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp"))
    except UNREADABLE:
        return "cannot be read as a picture"
    if exif.get_ifd(_EXIF_PLACE):
        return "carries the place where it was taken (EXIF): save it without metadata"
    if exif or has_xmp:
        return "carries metadata (EXIF or XMP): save it without"
    return ""
