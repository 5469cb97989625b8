"""Judges a file that somebody uploaded by what is in it, never by its name or what a browser says.

Pictures are opened to their last pixel within limits; of a video, which no library here opens,
the beginning has to be that of an MP4 file, and of a document (PDF) the end as well.
A drawing (SVG) is made safe by `campaign.uploads.drawings`. What is returned may be kept and shown;
what was uploaded may not.
"""

import io
import warnings
from collections.abc import Collection
from dataclasses import dataclass, field

from PIL import Image, UnidentifiedImageError

from campaign.uploads.drawings import DrawingError, is_drawing, made_safe
from connectors.picture_size import UNREADABLE

JPEG, PNG, GIF, WEBP = "image/jpeg", "image/png", "image/gif", "image/webp"
MP4, SVG, PDF = "video/mp4", "image/svg+xml", "application/pdf"
PICTURES = frozenset({JPEG, PNG, GIF, WEBP})
_FORMATS = {"JPEG": JPEG, "PNG": PNG, "GIF": GIF, "WEBP": WEBP}
_NAMES = {JPEG: "JPEG", PNG: "PNG", GIF: "GIF", WEBP: "WebP", MP4: "MP4", SVG: "SVG"}
_NAMES[PDF] = "PDF"

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
"""Of all frames together: a file of some kilobytes can come to gigabytes once it is opened."""


class UploadError(Exception):
    """A file that is not taken; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file that may be kept."""

    media_type: str
    content: bytes = field(repr=False)
    width: int | None = None
    height: int | None = None
    """Pixels; None for videos and drawings."""


def judged(
    content: bytes, allowed: Collection[str] = PICTURES, *, most_bytes: int = MOST_BYTES
) -> Upload:
    """Return what may be kept of a file; raise `UploadError` where that is nothing."""
    if not content:
        message = "the file is empty; choose another one"
        raise UploadError(message)
    if len(content) > most_bytes:
        size, most = (one / 1024 / 1024 for one in (len(content), most_bytes))
        message = f"the file has {size:.1f} MB, and {most:.0f} MB are the most; make it smaller"
        raise UploadError(message)
    upload = _opened(content)
    if upload.media_type not in allowed:
        names = ", ".join(_NAMES[one] for one in _NAMES if one in allowed)
        message = f"the file is {_NAMES[upload.media_type]}; one of {names} is wanted"
        raise UploadError(message)
    return upload


def _opened(content: bytes) -> Upload:
    if content[4:8] == b"ftyp":  # ISO/IEC 14496-12, 4.3
        return Upload(media_type=MP4, content=content)
    if content.startswith(b"%PDF-"):
        return _document(content)
    if is_drawing(content):
        try:
            return Upload(media_type=SVG, content=made_safe(content))
        except DrawingError as error:
            raise UploadError(str(error)) from error
    return _picture(content)


def _document(content: bytes) -> Upload:
    """Take a PDF that has an end: it is handed on whole, and shown on no page of ours."""
    if b"%%EOF" not in content[-1024:]:  # ISO 32000-1, 7.5.5 and annex H, note 18
        message = "the document is cut off; save it again"
        raise UploadError(message)
    return Upload(media_type=PDF, content=content)


def _picture(content: bytes) -> Upload:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=list(_FORMATS)) as picture:
                _check_size(picture)
                _open_every_frame(picture)
                kind = _FORMATS[picture.format or ""]
                return Upload(
                    media_type=kind, content=content, width=picture.width, height=picture.height
                )
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UploadError(_TOO_MANY) from error
    except UnidentifiedImageError as error:
        message = "the file is no picture that can be opened; save it as JPEG or PNG"
        raise UploadError(message) from error
    except UNREADABLE as error:
        message = "the picture is damaged or cut off; save it again"
        raise UploadError(message) from error


def _check_size(picture: Image.Image) -> None:
    frames = int(getattr(picture, "n_frames", 1))
    if picture.width * picture.height * frames > MOST_PIXELS:
        raise UploadError(_TOO_MANY)


def _open_every_frame(picture: Image.Image) -> None:
    for number in range(int(getattr(picture, "n_frames", 1))):
        picture.seek(number)
        picture.load()
    picture.seek(0)


_TOO_MANY = f"the picture has more than {MOST_PIXELS // 1_000_000} million pixels; make it smaller"
