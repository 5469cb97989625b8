"""The headers of real files: made with libx264, libvpx and ffmpeg's AAC, 2 to 4 kilobytes each."""

import struct
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.video import Video, read_video
from tests.films.shelf import film

TALK = Video(
    length=timedelta(seconds=4),
    width=90,
    height=160,
    codec="avc1",
    sound="mp4a",
    index_first=True,
)


def test_what_stands_in_the_headers_of_a_film_is_read() -> None:
    read = read_video(film("talk"))
    assert read is not None
    assert abs((read.length or timedelta()) - timedelta(seconds=4)) < timedelta(seconds=0.2)
    assert (read.width, read.height, read.codec, read.sound) == (90, 160, "avc1", "mp4a")
    assert read.index_first


def test_an_index_at_the_end_is_noticed() -> None:
    read = read_video(film("talk-moov-last"))
    assert read is not None
    assert not read.index_first


def test_another_codec_and_no_sound_are_named() -> None:
    read = read_video(film("talk-vp9"))
    assert read is not None
    assert (read.codec, read.sound) == ("vp09", None)


def test_a_film_in_fragments_does_not_say_how_long_it_is() -> None:
    read = read_video(film("in-fragments"))
    assert read is not None
    assert read.length is None


@pytest.mark.parametrize("kept", [0, 7, 40, 500, 2030, -1])
def test_a_film_that_is_cut_off_is_none(kept: int) -> None:
    assert read_video(film("talk")[:kept]) is None


def box(name: str, *parts: bytes, wide: bool = False) -> bytes:
    body = b"".join(parts)
    if wide:
        return struct.pack(">I4sQ", 1, name.encode(), len(body) + 16) + body
    return struct.pack(">I4s", len(body) + 8, name.encode()) + body


def track(kind: str, codec: str) -> bytes:
    head = box("tkhd", bytes(76), struct.pack(">II", 90 << 16, 160 << 16))
    handler = box("hdlr", bytes(8), kind.encode(), bytes(12))
    entry = box("stsd", bytes(4), struct.pack(">I", 1), box(codec, bytes(70)))
    return box("trak", head, box("mdia", handler, box("minf", box("stbl", entry))))


def movie(header: bytes, *tracks: bytes) -> bytes:
    return box("moov", box("mvhd", header), *tracks)


WIDE_HEADER = bytes([1]) + bytes(19) + struct.pack(">IQ", 1000, 4000) + bytes(80)
FILM = box("ftyp", b"isom") + movie(WIDE_HEADER, track("soun", "mp4a"), track("vide", "avc1"))


def test_long_forms_of_boxes_and_headers_are_read_too() -> None:
    assert read_video(FILM + box("mdat", bytes(9), wide=True)) == TALK
    endless = struct.pack(">I4s", 0, b"mdat") + bytes(20)
    assert read_video(FILM + endless) == TALK


@pytest.mark.parametrize(
    "content",
    [
        box("ftyp", b"isom") + box("mdat", b"x"),
        box("ftyp", b"isom") + movie(WIDE_HEADER, track("soun", "mp4a")) + box("mdat", b"x"),
        FILM,
        box("moov") + box("mdat"),
        struct.pack(">I4s", 4, b"ftyp") + bytes(30),
    ],
)
def test_what_is_no_film_is_none(content: bytes) -> None:
    assert read_video(content) is None


@given(st.binary(max_size=300), st.integers(0, len(film("talk")) - 1))
def test_nothing_that_is_read_makes_it_fail(noise: bytes, place: int) -> None:
    whole = film("talk")
    read_video(whole[:place] + noise + whole[place + len(noise) :])
    read_video(box("ftyp") + noise)
