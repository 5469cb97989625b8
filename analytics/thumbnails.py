"""Small copies of the pictures that were sent, for the list of posts on the page.

Made from the stored bytes, so the page shows what people saw and not what a folder holds today.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps
from sqlalchemy import Connection, select

from campaign.payload import Payload
from campaign.store.tables import MEDIA
from connectors.picture_size import UNREADABLE

MOST = (216, 144)
"""Three times as many pixels as the page shows, so that it stays sharp on paper."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture with what it shows in words."""

    png: bytes
    alt_text: str


def small_picture(connection: Connection, payload: Payload) -> Picture | None:
    """Return the first picture of a post, cut to the page's shape; None where it has none."""
    media = payload.all_media()
    for one in media:
        content = connection.execute(
            select(MEDIA.c.content).where(MEDIA.c.sha256 == one.sha256)
        ).scalar()
        png = _small(content) if content else None
        if png is not None:
            return Picture(png=png, alt_text=one.alt_text)
    return None


def _small(content: bytes) -> bytes | None:
    """Return the picture as a small PNG; None for what is no picture, such as a film."""
    try:
        with Image.open(io.BytesIO(content)) as found:
            fitted = ImageOps.contain(found.convert("RGB"), MOST, Image.Resampling.LANCZOS)
    except UNREADABLE:
        return None
    target = io.BytesIO()
    fitted.quantize(128).save(target, format="PNG", optimize=True)
    return target.getvalue()
