"""Pictures and videos as they will be sent, and what a network asks of a video.

Under `connectors.contract`, from which these names are had.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from connectors.content import Content


@dataclass(frozen=True, kw_only=True, slots=True)
class VideoLimits:
    """What a network takes of a video; files are MP4."""

    max_bytes: int
    shortest: timedelta
    longest: timedelta
    codecs: frozenset[str] = frozenset({"avc1", "avc3", "hvc1", "hev1"})
    """Of the picture, as MP4 names them: H.264 and HEVC."""
    sounds: frozenset[str] = frozenset({"mp4a"})
    """Of the sound, likewise: AAC."""
    index_first: bool = False
    """Whether the file's index has to stand before its data."""
    alone: bool = True
    """Whether a post with a video has no other media."""
    caption_types: frozenset[str] = frozenset()
    """Media types of the caption files that are taken; none where captions have to be part of the
    picture."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VideoSettings:
    """What a network of videos asks beside the file; only a person can declare it."""

    made_for_children: bool
    """By the word of whoever made the post; a legal declaration on YouTube."""
    privacy: str = "public"
    """`public`, or `unlisted`: seen by whoever has the address."""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Captions:
    """What is said in a video, as a file that players show; in the post's language."""

    content: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Media:
    """A picture or video as it will be sent, with the words for those who cannot see it."""

    content: Content = field(repr=False)
    """A video is read a part at a time; `connectors.content.whole` is for what is small."""
    media_type: str
    alt_text: str
    address: str = field(repr=False, default="")
    """Where the network may fetch it, for a while; only where `Capabilities.fetches_media`."""
    burnt_in: bool = False
    """Whether a video's captions are part of its picture, by the word of whoever made it."""
    captions: Captions | None = None
    """A video's captions, to be sent beside it."""
