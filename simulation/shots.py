"""The pictures and the film of the simulated posts, made here so that nothing is read from disk."""

import io
import struct

from PIL import Image

SIDE = 320
"""Pixels: the least that Instagram shows without scaling it."""
SECONDS = 4
"""Of the film: more than the three that Instagram wants of a reel."""


def png(side: int) -> bytes:
    """Return a grey square as PNG."""
    return _picture(side, "PNG")


def jpeg(side: int) -> bytes:
    """Return the same as JPEG, the one kind of picture that Instagram takes."""
    return _picture(side, "JPEG")


def film() -> bytes:
    """Return the headers of a silent MP4 of H.264, and no frames: nobody here plays it.

    The boxes are those of ISO/IEC 14496-12, as far as networks look at them.
    """
    movie = _box(b"mvhd", struct.pack(">4x8xII80x", 1, SECONDS))
    kind = _box(b"hdlr", struct.pack(">4x4x4s12x", b"vide"))
    codec = _box(b"stsd", struct.pack(">4xI", 1) + _box(b"avc1", bytes(78)))
    media = _box(b"mdia", kind + _box(b"minf", _box(b"stbl", codec)))
    header = _box(b"tkhd", struct.pack(">76xII", SIDE << 16, SIDE << 16))
    index = _box(b"moov", movie + _box(b"trak", header + media))
    return _box(b"ftyp", b"isom" + bytes(4)) + index + _box(b"mdat", bytes(1000))


def _picture(side: int, form: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (side, side), (128, 128, 128)).save(written, form)
    return written.getvalue()


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), name) + body
