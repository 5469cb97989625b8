"""Reads a partner's logo, PNG or SVG, and draws it in the size that a picture needs."""

import hashlib
import io
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import resvg_py
from PIL import Image

from campaign.branding.svg import WIDEST, LogoError, safe_svg
from campaign.content.pictures import media_type_of
from connectors.picture_size import UNREADABLE

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 16_000_000
LEAST_SIDE = 200
"""Pixels of a PNG's longer side: smaller ones would have to be enlarged, and look it."""
_ENDINGS = {"image/png": ".png", "image/svg+xml": ".svg"}
_CALLED = {
    "image/jpeg": "a JPEG picture",
    "image/gif": "a GIF picture",
    "image/webp": "a WebP picture",
    "image/png": "a PNG picture",
    "video/mp4": "a video",
    "application/pdf": "a PDF",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Logo:
    """A logo that was looked through and can be drawn."""

    sha256: str
    """Of the file as the partner sent it."""
    ratio: float
    """Width through height."""
    longest: int | None
    """Pixels of its longer side; None for one that can be drawn in any size."""
    markup: str = field(repr=False, compare=False, default="")
    """Of an SVG, what is drawn."""
    content: bytes = field(repr=False, compare=False, default=b"")
    """Of a PNG, its bytes."""

    def drawn(self, width: int, height: int) -> Image.Image:
        """Return it with transparency, in exactly this many pixels."""
        if self.markup:
            png = resvg_py.svg_to_bytes(self.markup, width=width, skip_system_fonts=True)
            found = Image.open(io.BytesIO(png)).convert("RGBA")
        else:
            found = Image.open(io.BytesIO(self.content)).convert("RGBA")
        return found.resize((width, height), Image.Resampling.LANCZOS)


def read_logo(path: Path) -> Logo:
    """Return a file's logo; raise `LogoError` with the end of a sentence about the file."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise LogoError(f"has {size // 1024 // 1024} MB; a logo has at most 5 MB")
    if size == 0:
        raise LogoError("is empty")
    return _logo_in(path.read_bytes(), path.suffix.lower())


@lru_cache(maxsize=64)
def _logo_in(content: bytes, ending: str) -> Logo:
    media_type = media_type_of(content)
    if media_type is None and b"<" in content[:4096] and ending != ".png":
        media_type = "image/svg+xml"
    if media_type not in _ENDINGS or _ENDINGS[media_type] != ending:
        what = _CALLED.get(media_type or "", "no picture")
        raise LogoError(f"is {what}, and a logo is a PNG named .png or an SVG named .svg")
    return _svg(content) if ending == ".svg" else _png(content)


def _svg(content: bytes) -> Logo:
    markup = safe_svg(content)
    try:
        drawn = Image.open(io.BytesIO(resvg_py.svg_to_bytes(markup, width=600)))
    except (ValueError, *UNREADABLE) as error:
        raise LogoError("cannot be drawn; export it again") from error
    _check_seen(drawn.convert("RGBA"))
    return Logo(
        sha256=hashlib.sha256(content).hexdigest(),
        ratio=drawn.width / drawn.height,
        longest=None,
        markup=markup,
    )


def _png(content: bytes) -> Logo:
    # Before anything unpacks it: how large it claims to be (PNG, section 11.2.2).
    _check_size(int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big"))
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as found:
            drawn = found.convert("RGBA")
    except UNREADABLE as error:
        raise LogoError("is broken; export it again") from error
    _check_seen(drawn)
    return Logo(
        sha256=hashlib.sha256(content).hexdigest(),
        ratio=drawn.width / drawn.height,
        longest=max(drawn.size),
        content=content,
    )


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise LogoError(
            f"has {width:,} by {height:,} pixels; {MOST_PIXELS // 1_000_000} million are the most"
        )
    if max(width, height) < LEAST_SIDE:
        raise LogoError(
            f"has {width} by {height} pixels, too few to be seen well; "
            f"its longer side needs {LEAST_SIDE}, or send an SVG"
        )
    if not 1 / WIDEST <= width / height <= WIDEST:
        raise LogoError(f"is more than {WIDEST:.0f} times as long as it is narrow; no logo is")


def _check_seen(drawn: Image.Image) -> None:
    if drawn.getchannel("A").point(lambda value: value >= 128).getbbox() is None:
        raise LogoError("shows nothing; every part of it can be seen through")
