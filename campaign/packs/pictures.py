"""Pictures for people who post by hand: free of metadata, and in the shapes that networks show.

What was approved stays in the database as it is. Its copy here differs only where it carried
metadata (EXIF with the place, XMP, comments), which a partner must not pass on. Other shapes are
made of it with margins in the colour of its edge: nothing is cut off, nothing enlarged, and a
partner's logo stays where it was approved.
"""

import io
from functools import lru_cache

from PIL import Image, ImageOps

from connectors.contract import PictureShape
from connectors.picture_size import UNREADABLE

MADE_FROM = frozenset({"image/png", "image/jpeg", "image/webp"})
_SAVED_AS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
_METADATA = ("exif", "xmp", "XML:com.adobe.xmp", "photoshop", "comment")
_SAME_SHAPE = 0.01
"""How far two ratios may differ and still be one shape."""


@lru_cache(maxsize=64)
def without_metadata(content: bytes, media_type: str) -> bytes:
    """Return a picture's bytes as they are where they carry no metadata, else a clean copy."""
    if media_type not in MADE_FROM:
        return content
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
            texts = getattr(picture, "text", None)
            if not (picture.getexif() or texts or any(picture.info.get(one) for one in _METADATA)):
                return content
            upright = ImageOps.exif_transpose(picture)
            return _saved(upright, media_type, picture.info.get("icc_profile"))
    except UNREADABLE:
        return content  # what is no picture was refused by `check`; it stays what was approved


@lru_cache(maxsize=128)
def in_shape(content: bytes, media_type: str, shape: PictureShape) -> bytes | None:
    """Return a picture in a shape, as PNG; None where it has it already or is no still picture."""
    if media_type not in MADE_FROM:
        return None
    try:
        with Image.open(io.BytesIO(content)) as picture:
            whole = _on_white(ImageOps.exif_transpose(picture))
    except UNREADABLE:
        return None
    if abs(whole.width / whole.height - shape.ratio) <= _SAME_SHAPE:
        return None
    return _with_margins(whole, shape)


def _with_margins(whole: Image.Image, shape: PictureShape) -> bytes:
    """Put a whole picture into the middle of the smallest ground of a shape that holds it."""
    wide = max(whole.width, round(whole.height * shape.ratio))
    high = max(whole.height, round(whole.width / shape.ratio))
    size = (wide, high) if wide <= shape.largest[0] else shape.largest
    shown = whole.copy()
    shown.thumbnail(size, Image.Resampling.LANCZOS, reducing_gap=None)  # enlarges nothing
    made = Image.new("RGB", size, _edge(whole))
    made.paste(shown, ((size[0] - shown.width) // 2, (size[1] - shown.height) // 2))
    return _saved(made, "image/png", None)


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    paper = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(paper, clear).convert("RGB")


def _edge(whole: Image.Image) -> tuple[int, int, int]:
    """Return the commonest colour along a picture's edge."""
    right, bottom = whole.width - 1, whole.height - 1
    sides = ((0, 0, right + 1, 1), (0, bottom, right + 1, bottom + 1),
             (0, 0, 1, bottom + 1), (right, 0, right + 1, bottom + 1))  # fmt: skip
    counted: dict[tuple[int, int, int], int] = {}
    for side in sides:
        for count, colour in whole.crop(side).getcolors(whole.width + whole.height) or ():
            rgb = (int(colour[0]), int(colour[1]), int(colour[2]))  # type: ignore[index]  # RGB has three bands
            counted[rgb] = counted.get(rgb, 0) + count
    return max(sorted(counted), key=lambda one: counted[one])


def _saved(picture: Image.Image, media_type: str, profile: bytes | None) -> bytes:
    if picture.mode == "P":
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    clean = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    target = io.BytesIO()
    more = {"icc_profile": profile} if profile else {}
    quality = {"quality": 95} if media_type != "image/png" else {}
    clean.save(target, format=_SAVED_AS[media_type], **quality, **more)
    return target.getvalue()
