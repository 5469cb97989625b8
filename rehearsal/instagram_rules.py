"""What the stand-in for Instagram takes, with the codes of Meta's page "Error codes"."""

from datetime import timedelta

from rehearsal import facebook_shapes as shapes
from rehearsal.exchange import RefusedError
from rehearsal.rates import RateLimit
from rehearsal.records import StoredMedia

MAX_CAPTION = 2200
MAX_HASHTAGS = 30
MAX_PICTURES = 10
PICTURES = frozenset({"image/jpeg"})
TALLEST, FLATTEST = 0.8, 1.91
ROUNDING = 0.01

POSTS_A_DAY = RateLimit(name="posts", units=100, window=timedelta(hours=24))
CONTAINERS_A_DAY = RateLimit(name="containers", units=400, window=timedelta(hours=24))


def check_caption(caption: str) -> None:
    """Refuse a caption that is too long, or has too many hashtags."""
    if len(caption.encode("utf-16-le")) // 2 > MAX_CAPTION:
        words = "The caption was too long."
        raise RefusedError(shapes.error(36004, words, subcode=2207010))
    if caption.count("#") > MAX_HASHTAGS:
        raise RefusedError(shapes.invalid(f"At most {MAX_HASHTAGS} hashtags"))


def check_shape(media: StoredMedia) -> None:
    """Refuse a picture that is too tall or too flat."""
    ratio = media.width / media.height
    if not TALLEST - ROUNDING <= ratio <= FLATTEST + ROUNDING:
        words = "The submitted image with aspect ratio cannot be published."
        raise RefusedError(shapes.error(36003, words, subcode=2207009))
