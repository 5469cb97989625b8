"""Compares a video with what a network takes of it; says what an editor has to do.

Used by `connectors.checking`, so it holds for every network that takes videos.
"""

from collections.abc import Iterator
from datetime import timedelta

from connectors.caption_files import CALLED as CAPTION_FILES
from connectors.contract import Media, VideoLimits
from connectors.video import Video, read_video

CALLED = {"avc1": "H.264", "avc3": "H.264", "hvc1": "HEVC", "hev1": "HEVC", "mp4a": "AAC"}
"""What people call the codecs that MP4 names with four letters."""


def why_not(media: Media, limits: VideoLimits) -> Iterator[str]:
    """Yield everything for which a network would refuse a video, or show it without captions."""
    if len(media.content) > limits.max_bytes:
        yield f"The video has {len(media.content):,} bytes, the most is {limits.max_bytes:,}."
    video = read_video(media.content)
    if video is None:
        yield "The video cannot be read as an MP4 file with a picture: export it again."
        return
    yield from _length(video, limits)
    yield from _made_of(video, limits)
    if limits.index_first and not video.index_first:
        yield (
            "The video's index stands at its end: export it “optimised for the web” or with "
            "“fast start”."
        )
    yield from _captions(video, media, limits)


def _length(video: Video, limits: VideoLimits) -> Iterator[str]:
    if video.length is None:
        yield "The video does not say how long it is: export it again, not in fragments."
    elif not limits.shortest <= video.length <= limits.longest:
        yield (
            f"The video is {_words(video.length)} long; taken are {_words(limits.shortest)} to "
            f"{_words(limits.longest)}."
        )


def _made_of(video: Video, limits: VideoLimits) -> Iterator[str]:
    for what, codec, taken in (
        ("picture", video.codec, limits.codecs),
        ("sound", video.sound, limits.sounds),
    ):
        if codec is not None and codec not in taken:
            kinds = " or ".join(sorted({CALLED.get(one, one) for one in taken}))
            yield f"The video's {what} is {CALLED.get(codec, codec)}; export it with {kinds}."


def _captions(video: Video, media: Media, limits: VideoLimits) -> Iterator[str]:
    kinds = " or ".join(sorted(CAPTION_FILES[one] for one in limits.caption_types))
    remedy = "make them part of the picture and write “captions: burnt-in” beside the file"
    if kinds:
        remedy = f"name a {kinds} file as “captions:” beside it, or {remedy}"
    if media.captions is not None and media.captions.media_type not in limits.caption_types:
        called = CAPTION_FILES.get(media.captions.media_type, media.captions.media_type)
        yield f"Captions in a {called} file are not taken here: {remedy}."
    elif video.sound is not None and not (media.burnt_in or media.captions):
        yield f"The video has sound and no captions: {remedy}."


def _words(length: timedelta) -> str:
    seconds = length.total_seconds()
    return f"{seconds / 60:.3g} minutes" if seconds >= 60 else f"{seconds:.3g} seconds"
