"""What `check` says of a video, sentence by sentence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.caption_files import caption_type_of
from connectors.contract import Captions, Media, VideoLimits
from connectors.video_rules import why_not
from tests.films.shelf import film

LIMITS = VideoLimits(
    max_bytes=4000,
    shortest=timedelta(seconds=3),
    longest=timedelta(minutes=5),
    index_first=True,
)
LAST = (
    "The video's index stands at its end: export it “optimised for the web” or with “fast start”."
)
BURN_IN = "make them part of the picture and write “captions: burnt-in” beside the file."
NO_CAPTIONS = f"The video has sound and no captions: {BURN_IN}"
TALK = Media(content=film("talk"), media_type="video/mp4", alt_text="They talk.", burnt_in=True)


def said(media: Media, limits: VideoLimits = LIMITS) -> list[str]:
    return list(why_not(media, limits))


def test_a_film_that_fits_is_taken() -> None:
    assert said(TALK) == []
    assert (
        said(replace(TALK, content=film("talk-moov-last")), replace(LIMITS, index_first=False))
        == []
    )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("short", "The video is 2 seconds long; taken are 3 seconds to 5 minutes."),
        ("talk-moov-last", LAST),
        ("talk-vp9", "The video's picture is vp09; export it with H.264 or HEVC."),
        (
            "in-fragments",
            "The video does not say how long it is: export it again, not in fragments.",
        ),
    ],
)
def test_what_does_not_fit_is_said_with_its_remedy(name: str, sentence: str) -> None:
    assert said(replace(TALK, content=film(name))) == [sentence]


def test_a_film_that_is_too_long_large_or_sounds_wrong_is_told() -> None:
    strict = replace(
        LIMITS, max_bytes=3000, longest=timedelta(seconds=3.5), sounds=frozenset({"Opus"})
    )
    assert said(TALK, strict) == [
        "The video has 3,611 bytes, the most is 3,000.",
        "The video is 4 seconds long; taken are 3 seconds to 3.5 seconds.",
        "The video's sound is AAC; export it with Opus.",
    ]


def test_a_film_that_is_cut_off_cannot_be_read() -> None:
    assert said(replace(TALK, content=film("talk")[:900])) == [
        "The video cannot be read as an MP4 file with a picture: export it again."
    ]


def test_a_film_that_speaks_needs_captions_and_a_silent_one_does_not() -> None:
    assert said(replace(TALK, burnt_in=False)) == [NO_CAPTIONS]
    silent = replace(TALK, content=film("short"), burnt_in=False)
    assert said(silent, replace(LIMITS, shortest=timedelta())) == []


def test_a_caption_file_is_enough_where_its_kind_is_taken() -> None:
    subrip = Captions(content=b"", media_type="application/x-subrip")
    webvtt = Captions(content=b"", media_type="text/vtt")
    takes = replace(LIMITS, caption_types=frozenset({"application/x-subrip"}))
    spoken = replace(TALK, burnt_in=False)
    name_one = f"name a SubRip (.srt) file as “captions:” beside it, or {BURN_IN}"
    assert said(replace(spoken, captions=subrip), takes) == []
    assert said(spoken, takes) == [f"The video has sound and no captions: {name_one}"]
    assert said(replace(spoken, captions=webvtt), takes) == [
        f"Captions in a WebVTT (.vtt) file are not taken here: {name_one}"
    ]
    assert said(replace(spoken, captions=subrip)) == [
        f"Captions in a SubRip (.srt) file are not taken here: {BURN_IN}"
    ]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"1\n00:00:00,000 --> 00:00:02,000\nHello.\n", "application/x-subrip"),
        (b"\xef\xbb\xbf1\r\n00:00:00,000 --> 00:00:02,000\r\nHello.", "application/x-subrip"),
        (b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello.\n", "text/vtt"),
        (b"WEBVTT - They talk\n\n", "text/vtt"),
        (b"WEBVTTX\n", None),
        (b"Hello.\n", None),
        (b"1\n00:00:00.000 --> 00:00:02.000\nHello.\n", None),
        ("1\n00:00:00,000 --> 00:00:02,000\ncaf\u00e9".encode("latin-1"), None),
        (b"", None),
    ],
)
def test_a_caption_file_is_known_by_its_beginning(content: bytes, media_type: str | None) -> None:
    assert caption_type_of(content) == media_type
