"""What `check` says of a video, sentence by sentence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.contract import Media, VideoLimits
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
NO_CAPTIONS = (
    "The video has sound and no captions are declared: no caption file is taken here, so make "
    "them part of the picture and write “captions: burnt-in” beside the file."
)
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
