"""Small pictures for tests, with and without what must not be published."""

import io

from PIL import Image

_GPS = 0x8825
_LATITUDE_REF = 1
_MAKER = 0x010F


def png(width: int = 8, height: int = 6) -> bytes:
    return _saved(Image.new("RGB", (width, height), "navy"), "PNG")


def jpeg(width: int = 8, height: int = 6) -> bytes:
    return _saved(Image.new("RGB", (width, height), "navy"), "JPEG")


def jpeg_with_place() -> bytes:
    picture = Image.new("RGB", (8, 6), "navy")
    exif = picture.getexif()
    exif.get_ifd(_GPS)[_LATITUDE_REF] = "N"
    return _saved(picture, "JPEG", exif=exif)


def jpeg_with_camera() -> bytes:
    picture = Image.new("RGB", (8, 6), "navy")
    exif = picture.getexif()
    exif[_MAKER] = "Invented Cameras"
    return _saved(picture, "JPEG", exif=exif)


def jpeg_with_xmp() -> bytes:
    picture = Image.new("RGB", (8, 6), "navy")
    return _saved(picture, "JPEG", xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")


def _saved(picture: Image.Image, kind: str, **settings: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **settings)
    return file.getvalue()
