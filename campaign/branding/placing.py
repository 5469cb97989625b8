"""Places a logo on a picture by the campaign's template; the same input gives the same bytes."""

import hashlib
import io
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageOps

from campaign.branding.contrast import CALM, ENOUGH, outline_contrast, own_contrast
from campaign.branding.logos import Logo
from campaign.branding.svg import LogoError
from campaign.schedule.branding import Branding, Corner
from connectors.picture_size import UNREADABLE

PLATES = ((255, 255, 255), (11, 12, 12))
"""Tried in this order: white, then nearly black."""
MOST_COVERED = 0.5
"""Of a picture's width or height; a picture on which a logo needs more is too small for it."""
MOST_PIXELS = 50_000_000
_SAVED_AS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A picture with the logo on it."""

    content: bytes
    sha256: str
    contrast: float
    """Of the logo on what is under it now."""
    plate: bool
    box: tuple[int, int, int, int]
    """Where the logo stands: left, upper, right and lower edge in pixels."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Spot:
    """Where the logo goes, and the room around it."""

    box: tuple[int, int, int, int]
    clear: int


@lru_cache(maxsize=64)
def place(
    content: bytes, media_type: str, logo: Logo, branding: Branding, corner: Corner
) -> Placed:
    """Return a picture with a logo in a corner.

    Raises `LogoError`, with the end of a sentence about the picture, where the logo would be too
    small, cover too much, or could not be told from what is under it.
    """
    picture = _opened(content, media_type)
    spot = _spot(picture.size, logo, branding, corner)
    left, upper, right, lower = spot.box
    drawn = logo.drawn(right - left, lower - upper)
    ground, contrast = _ground(picture, drawn, spot, branding)
    if ground is not None:
        _draw_plate(picture, spot, ground)
    picture.paste(drawn, (left, upper), drawn)
    target = io.BytesIO()
    quality = {} if media_type == "image/png" else {"quality": 95}
    picture.save(target, format=_SAVED_AS[media_type], **quality)
    made = target.getvalue()
    return Placed(
        content=made,
        sha256=hashlib.sha256(made).hexdigest(),
        contrast=contrast,
        plate=ground is not None,
        box=spot.box,
    )


def _opened(content: bytes, media_type: str) -> Image.Image:
    if media_type not in _SAVED_AS:
        raise LogoError("is no PNG, JPEG or WebP picture, and a logo can stand on nothing else")
    try:
        with Image.open(io.BytesIO(content)) as found:
            if found.width * found.height > MOST_PIXELS:
                raise LogoError("has too many pixels for a logo to be placed on it")
            upright = ImageOps.exif_transpose(found)
            return upright.convert("RGB" if media_type == "image/jpeg" else _mode(upright))
    except UNREADABLE as error:
        raise LogoError("cannot be read as a picture") from error


def _mode(picture: Image.Image) -> str:
    return "RGBA" if picture.has_transparency_data else "RGB"


def _spot(size: tuple[int, int], logo: Logo, branding: Branding, corner: Corner) -> _Spot:
    """Work out the logo's box: as large as the template lets it, never enlarged, in its corner."""
    share = branding.size / 100
    width = min(size[0] * share, size[1] * share * logo.ratio)
    height = width / logo.ratio
    short = branding.minimum / max(width, height)
    if short > 1:
        width, height = width * short, height * short
    if logo.longest is not None and max(width, height) > logo.longest:
        shrink = logo.longest / max(width, height)
        width, height = width * shrink, height * shrink
    if (
        max(width, height) < branding.minimum
        or max(width / size[0], height / size[1]) > MOST_COVERED
    ):
        raise LogoError(
            f"has {size[0]} by {size[1]} pixels, too few for a logo of at least "
            f"{branding.minimum}; use a larger picture"
        )
    clear = max(1, round(height * branding.clear_space / 100))
    wide, high = max(1, round(width)), max(1, round(height))
    left = clear if corner.endswith("left") else size[0] - clear - wide
    upper = clear if corner.startswith("top") else size[1] - clear - high
    return _Spot(box=(left, upper, left + wide, upper + high), clear=clear)


def _ground(
    picture: Image.Image, drawn: Image.Image, spot: _Spot, branding: Branding
) -> tuple[tuple[int, int, int] | None, float]:
    """Return the plate's colour, None for none, and the contrast that the logo then has."""
    as_it_is = outline_contrast(drawn, picture.crop(spot.box).convert("RGB"))
    around = _grown(spot.box, spot.clear, picture.size)
    calm = own_contrast(picture.crop(around)) <= CALM
    if branding.plate != "always" and as_it_is >= ENOUGH and calm:
        return None, as_it_is
    if branding.plate == "never" and as_it_is >= ENOUGH:
        raise LogoError(
            "is too busy where the logo stands; choose another corner, or allow a plate"
        )
    if branding.plate == "never":
        raise LogoError(
            f"lets the logo be seen with a contrast of {as_it_is:.1f}:1 only, and {ENOUGH:.0f}:1 "
            f"is the least; put it into another corner, or allow a plate"
        )
    for colour in PLATES:
        contrast = outline_contrast(drawn, Image.new("RGB", drawn.size, colour))
        if contrast >= ENOUGH:
            return colour, contrast
    raise LogoError("cannot carry the logo: it is told neither from white nor from black")


def _draw_plate(picture: Image.Image, spot: _Spot, colour: tuple[int, int, int]) -> None:
    left, upper, right, lower = _grown(spot.box, spot.clear, picture.size)
    ImageDraw.Draw(picture).rectangle((left, upper, right - 1, lower - 1), fill=colour)


def _grown(
    box: tuple[int, int, int, int], by: int, size: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Return a box with room on every side, as far as the picture goes."""
    left, upper, right, lower = box
    return (
        max(0, left - by),
        max(0, upper - by),
        min(size[0], right + by),
        min(size[1], lower + by),
    )
