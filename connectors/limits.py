"""How much a network takes: of a text, of pictures and of a video.

Part of the contract in `connectors.contract`, from where these names are had.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from connectors.media import VideoLimits


@dataclass(frozen=True, kw_only=True, slots=True)
class TextLimit:
    """One way in which a network counts a text, and the most it takes."""

    unit: str
    """In words, for example `weighted characters`."""
    measure: Callable[[str], int]
    maximum: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What one account may send. Several text limits may hold at once; the tightest binds."""

    text: tuple[TextLimit, ...]
    max_media: int
    min_media: int = 0
    """How many a post must have: 1 where there is no post of text alone."""
    max_media_bytes: int
    media_types: frozenset[str]
    max_alt_text: int | None
    """In code points; None where the network sets none."""
    video: VideoLimits | None = None
    """What is asked of a video, where `media_types` has one."""
    announced: bool = False
    """True when the server itself said so, False for the documented default."""
    comment_text: tuple[TextLimit, ...] = ()
    """Of a first comment, where it may be less long than a post."""

    def for_comments(self) -> "Limits":
        """Return the limits of a first comment."""
        return replace(self, text=self.comment_text or self.text)

    def binding(self, text: str) -> tuple[int, TextLimit]:
        """Return the length and the limit that is nearest to (or furthest past) its maximum."""
        measured = [(limit.measure(text), limit) for limit in self.text]
        return max(measured, key=lambda pair: pair[0] / pair[1].maximum)
