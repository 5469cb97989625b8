import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from campaign.uploads.captions import judged_captions
from campaign.uploads.drawings import made_safe
from campaign.uploads.judging import MP4, PDF, PICTURES, SVG, UploadError, judged

SVG_HEAD = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"'
VIDEO = b"\0\0\0\x18ftypmp42" + b"\0" * 100


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (18, 67, 109)).save(file, kind)
    return file.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it is as large as that."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("GIF", "image/gif"), ("WEBP", "image/webp")],
)
def test_a_picture_is_known_by_what_is_in_it(kind: str, media_type: str) -> None:
    found = judged(picture(kind))
    assert (found.media_type, found.width, found.height) == (media_type, 40, 30)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"<html><script>alert(1)</script>", "no picture that can be opened"),
        (b"MZ" + b"\0" * 500, "no picture that can be opened"),
        (b"%PDF-1.7 %%EOF", "the file is PDF; one of JPEG, PNG, GIF, WebP is wanted"),
        (picture("PNG")[:60], "damaged or cut off"),
        (picture("JPEG")[:300], "damaged or cut off|no picture"),
        (b"GIF87a(\0\x1e\0\0\0\0" + b',\0\0\0\0("\0\0\0\0\0\0\0,\0\0\0\0("', "damaged or cut off"),
        (picture("TIFF"), "no picture that can be opened"),
        (bomb(60_000, 60_000), "50 million pixels"),
        (bomb(9_000, 9_000), "50 million pixels"),
        (VIDEO, "the file is MP4; one of JPEG, PNG, GIF, WebP is wanted"),
        (SVG_HEAD + b"/>", "the file is SVG; one of"),
    ],
    ids=lambda one: one[:20] if isinstance(one, str) else None,
)
def test_what_is_no_picture_is_refused_in_words(content: bytes, says: str) -> None:
    with pytest.raises(UploadError, match=says):
        judged(content)


def test_a_file_that_is_too_large_is_not_even_opened() -> None:
    with pytest.raises(UploadError, match=r"has 2\.0 MB, and 1 MB are the most"):
        judged(b"x" * 2 * 1024 * 1024, most_bytes=1024 * 1024)


def test_many_small_frames_are_counted_together() -> None:
    file = io.BytesIO()
    frames = [Image.new("P", (2000, 2000), shade) for shade in range(14)]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(UploadError, match="50 million pixels"):
        judged(file.getvalue())


def test_a_video_is_taken_where_one_is_wanted() -> None:
    assert judged(VIDEO, {*PICTURES, MP4}).media_type == MP4


@pytest.mark.parametrize(
    "evil",
    [
        b"><script>alert(1)</script></svg>",
        b' onload="alert(1)"></svg>',
        b'><a href="javascript:alert(1)"><rect/></a></svg>',
        b'><image href="http://10.0.0.1/x.png"/></svg>',
        b'><use href="http://evil.example/x.svg#a"/></svg>',
        b'><rect fill="url(http://evil.example/#a)"/></svg>',
        b'><rect fill="u\\rl(http://evil.example/#a)"/></svg>',
        b'><rect style="background:url(http://evil.example)"/></svg>',
        b"><style>@import 'http://evil.example'</style></svg>",
        b'><foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject></svg>',
        b'><animate attributeName="href" to="javascript:alert(1)"/></svg>',
        b'><g xmlns:h="http://www.w3.org/1999/xhtml"><h:script>alert(1)</h:script></g></svg>',
        b'><set attributeName="onload" to="alert(1)"/></svg>',
    ],
)
def test_a_drawing_keeps_nothing_that_does_more_than_draw(evil: bytes) -> None:
    safe = judged(SVG_HEAD + evil, {SVG}).content.decode()
    for words in ("script", "alert", "onload", "evil.example", "10.0.0.1", "style", "xhtml"):
        assert words not in safe, safe


@pytest.mark.parametrize(
    "evil",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + SVG_HEAD + b">&b;</svg>",
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG_HEAD + b">&x;</svg>",
    ],
)
def test_a_drawing_that_declares_entities_is_refused(evil: bytes) -> None:
    with pytest.raises(UploadError, match=r"document type|no picture"):
        judged(evil, {SVG})


def test_what_draws_stays() -> None:
    drawn = (
        SVG_HEAD + b'><defs><linearGradient id="a"><stop offset="0" stop-color="#123"/>'
        b'</linearGradient></defs><title>Logo</title><rect fill="url(#a)" width="9" height="9"/>'
        b'<use href="#a"/></svg>'
    )
    safe = made_safe(drawn).decode()
    for words in ('fill="url(#a)"', "<title>Logo</title>", 'href="#a"', 'stop-color="#123"'):
        assert words in safe
    assert made_safe(safe.encode()).decode() == safe


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([picture("PNG"), picture("GIF"), SVG_HEAD, b""]))
def test_whatever_is_uploaded_is_taken_or_refused_in_words(noise: bytes, head: bytes) -> None:
    for content in (head + noise, head[: len(head) // 2] + noise + head[len(head) // 2 :]):
        try:
            assert judged(content, {*PICTURES, SVG}).content
        except UploadError as error:
            assert str(error)  # noqa: PT017 - either outcome is right, no other is


def test_a_document_is_taken_whole_and_refused_cut_off() -> None:
    whole = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n"
    assert judged(whole, {PDF}).media_type == PDF
    with pytest.raises(UploadError, match="is cut off"):
        judged(whole[:-7], {PDF})


CUE = "00:00:01,000 --> 00:00:02,500"


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        (
            f"1\n{CUE}\nAsk early.\n\n2\n00:00:02,500 --> 01:00:03,000\nAgain.",
            "application/x-subrip",
        ),
        (f"\ufeff1\r\n{CUE}\r\nAsk early.\r\n", "application/x-subrip"),
        ("WEBVTT\n\nNOTE by us\n\n00:01.000 --> 00:02.000 line:0\nAsk.\n", "text/vtt"),
    ],
)
def test_captions_are_known_by_their_cues(text: str, media_type: str) -> None:
    assert judged_captions(text.encode()).media_type == media_type


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "holds no captions"),
        (b"Ask early.", "holds no captions"),
        (b"WEBVTT\n\nNOTE nothing else", "there is no line with times"),
        (f"1\n{CUE}\nCaf\u00e9".encode("cp1252"), "in UTF-8"),
        (
            f"1\n{CUE}\nA\n\n2\n00:00:03,000 --> 4\nB".encode(),
            "line 6 of the captions, “00:00:03,000 --> 4”",
        ),
        (
            f"1\n{CUE}\nA\n\n2\n00:00:03,000 --> 00:00:03,000".encode(),
            "line 6 .* ends before it begins",
        ),
        (
            f"1\n{CUE}\nA\n\n2\n00:00:00,500 --> 00:00:03,000".encode(),
            "begins before the one above it",
        ),
        (f"1\n{CUE}\n".encode() + b"a" * 1024 * 1024, "more than 1 MB"),
    ],
)
def test_captions_that_would_be_shown_wrongly_are_refused_with_their_line(
    content: bytes, says: str
) -> None:
    with pytest.raises(UploadError, match=says):
        judged_captions(content)
