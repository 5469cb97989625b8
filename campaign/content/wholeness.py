"""Whether a picture opens and is all there, as cheaply as its format lets that be asked."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

_TAIL = 4096
"""Bytes. Cameras write some more behind a picture's end; where it stands further in front, the
whole picture is opened instead."""
_SMALL = 128 * 1024
"""Bytes. So far a JPEG may hold the end of another one, its preview (Exif 2.32, 4.5.4: at most 64
kB); the picture is opened instead."""
_ENDS = {"JPEG": b"\xff\xd9", "PNG": b"IEND"}
"""How a picture ends: ITU T.81 B.1.1.3, PNG 11.2.5. Within a JPEG's data a byte of FF is never
followed by D9, so that a cut one has no end. The single byte that ends a GIF may stand anywhere."""
_UNREADABLE = (OSError, SyntaxError, ValueError)


def why_not_whole(content: bytes) -> str | None:
    """Say what is wrong with a picture's bytes; None where it opens and has its end."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as picture:
                _look(picture, content)
    except UnidentifiedImageError:
        return "is no picture that can be opened; save it as JPEG or PNG"
    except Image.DecompressionBombError:
        return "has far more pixels than any network takes; make it smaller"
    except _UNREADABLE:
        return "is damaged or cut off; save it again"
    return None


def _look(picture: Image.Image, content: bytes) -> None:
    end = _ENDS.get(picture.format or "")
    holds_preview = picture.format == "JPEG" and len(content) < _SMALL
    if end is None or holds_preview or end not in content[-_TAIL:]:
        picture.load()
    else:
        picture.verify()  # of a PNG, the check sums of all its parts
