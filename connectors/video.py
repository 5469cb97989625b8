"""Reads how long a video is and what it is made of, out of the boxes of an MP4 file.

Only what networks ask about, and only headers: no frame is decoded. The boxes are those of ISO/IEC
14496-12 (`ftyp`, `moov`, `mdat`, …), each a length, a name of four letters and a body. Only those
that say something are read, some bytes each, however large the file is.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from connectors.content import Content, Span

MP4 = "video/mp4"

_SHORT, _LONG = 8, 16
"""Bytes of a box's head; the long one has a length of 64 bits."""
_LONGEST = timedelta(days=30)

Box = tuple[str, Content]


@dataclass(frozen=True, kw_only=True, slots=True)
class Video:
    """What stands in the headers of a video."""

    length: timedelta | None
    """None where the file does not say, as one that is cut into fragments."""
    width: int
    height: int
    codec: str
    """Of the picture, as four letters: `avc1` is H.264, `hvc1` HEVC."""
    sound: str | None
    """Of the sound, as four letters: `mp4a` is AAC; None where it is silent."""
    index_first: bool
    """Whether the index (`moov`) stands before the data, so that playing can begin at once."""


def read_video(content: Content) -> Video | None:
    """Return what the headers say; None where the file is no MP4 with a picture, or is cut off."""
    try:
        return _read(content)
    except (struct.error, ValueError, IndexError, OverflowError):
        return None


def _read(content: Content) -> Video | None:
    boxes = list(_boxes(content))
    names = [name for name, _ in boxes]
    if not boxes or names[0] != "ftyp" or "moov" not in names or "mdat" not in names:
        return None
    movie = list(_boxes(dict(boxes)["moov"]))
    tracks = dict(_track(body) for name, body in movie if name == "trak")
    if "vide" not in tracks:
        return None
    codec, (width, height) = tracks["vide"]
    return Video(
        length=_length(dict(movie)["mvhd"]) if "mvhd" in dict(movie) else None,
        width=width,
        height=height,
        codec=codec,
        sound=tracks["soun"][0] if "soun" in tracks else None,
        index_first=names.index("moov") < names.index("mdat"),
    )


def _boxes(content: Content) -> Iterator[Box]:
    """Yield the boxes one after the other; raise `ValueError` where one is cut off."""
    place = 0
    while place + _SHORT <= len(content):
        size, name = struct.unpack(">I4s", content[place : place + _SHORT])
        head = _SHORT
        if size == 1:
            (size,) = struct.unpack(">Q", content[place + _SHORT : place + _LONG])
            head = _LONG
        elif size == 0:
            size = len(content) - place
        if size < head or place + size > len(content):
            message = "a box is cut off"
            raise ValueError(message)
        yield name.decode("latin-1"), Span(content, place + head, place + size)
        place += size


def _length(body: Content) -> timedelta | None:
    """Read the length out of `mvhd`, which has two versions."""
    header = body[:32]
    wide = header[0] == 1
    scale, units = struct.unpack_from(">IQ" if wide else ">II", header, 20 if wide else 12)
    if not scale or not units:
        return None
    return min(timedelta(seconds=units / scale), _LONGEST)


def _track(track: Content) -> tuple[str, tuple[str, tuple[int, int]]]:
    """Return a track's kind (`vide`, `soun`), its codec and its size in pixels."""
    parts = dict(_boxes(track))
    media = dict(_boxes(parts["mdia"])) if "mdia" in parts else {}
    if not {"hdlr", "minf"} <= set(media) or "tkhd" not in parts:
        return "", ("", (0, 0))
    kind = media["hdlr"][8:12].decode("latin-1")
    table = dict(_boxes(dict(_boxes(media["minf"])).get("stbl", b"")))
    entries = table.get("stsd", b"")
    codec = entries[12:16].decode("latin-1")
    # The size ends the track's header, in units of 1/65536 of a pixel.
    size = len(parts["tkhd"])
    width, height = struct.unpack(">II", parts["tkhd"][max(0, size - 8) : size])
    return kind, (codec, (width >> 16, height >> 16))
