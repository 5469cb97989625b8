"""Looks at the bytes of an uploaded picture.

So a network believes what it sees and not what it is told.
"""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """What the bytes show."""

    media_type: str
    width: int
    height: int


def look_at(content: bytes) -> Picture | None:
    """Return type and size of a picture, None where the bytes are no whole picture we know."""
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content)) as image:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Picture(
                media_type=MEDIA_TYPES.get(image.format or "", ""),
                width=image.width,
                height=image.height,
            )
            image.load()
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return None
    return picture if picture.media_type else None
