"""What Instagram counts, takes and promises: the definitions behind every number of it.

From Meta's documentation (Instagram Platform with Facebook Login, Graph API v26.0: content
publishing, IG User, IG Media, insights, error codes). Impressions were withdrawn in April 2025;
views are another count. Links in a caption cannot be followed, so no clicks are counted.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlsplit

from connectors.checking import check_limits
from connectors.contract import (
    Capabilities,
    CredentialField,
    Definition,
    Limits,
    Media,
    Metric,
    NetworkName,
    OutgoingPost,
    PictureShape,
    Problem,
    RemoteId,
    TextLimit,
    VideoLimits,
)
from connectors.graph_batch import MOST_READS
from connectors.pack import address_on, utf16_length
from connectors.picture_size import size_of
from connectors.quota import Quota, QuotaScope
from connectors.readings import FREE_OF_CHARGE
from connectors.video import MP4

NAME = NetworkName("instagram")
API_VERSION = "v26.0"
# A version ends no earlier than two years after the next one came ("Graph API changelog": v25.0,
# of February 2026, until 29 July 2028; the date of v26.0 is not set yet and can only be later).
API_ENDS_ON = date(2028, 7, 29)

MOST_HASHTAGS = 5
"""Meta's pages say 30, those of 2026 that others keep say 5: the one that surely goes through."""
MOST_MENTIONS = 20
NARROWEST, WIDEST = 320, 1440
"""Pixels. Instagram scales what is outside, and then it is not what was approved."""
TALLEST, FLATTEST = 4 / 5, 1.91
"""Width to height."""

_HOSTS = frozenset({"instagram.com"})
_POST_PATH = re.compile(r"/(?:(?P<author>[\w.]+)/)?(?:p|reel)/(?P<code>[\w-]+)/?")
_HASHTAG = re.compile(r"(?<![\w&])#\w")
_MENTION = re.compile(r"(?<![\w.])@\w")
# A picture may be a pixel off the exact ratio, since pixels are whole.
_ROUNDING = 0.005

LIKES = Definition(
    id="instagram.like_count.1",
    metric=Metric.REACTIONS,
    raw_name="like_count",
    words="Likes of the post.",
)
COMMENTS = Definition(
    id="instagram.comments_count.1",
    metric=Metric.REPLIES,
    raw_name="comments_count",
    words="Comments on the post and answers to them.",
)
COUNTED = (LIKES, COMMENTS)
"""Fields of the post itself."""
INSIGHTS = (
    Definition(
        id="instagram.views.1",
        metric=Metric.VIEWS,
        raw_name="views",
        words="Times the post was played or shown, repeats by the same person included.",
    ),
    Definition(
        id="instagram.reach.1",
        metric=Metric.REACH,
        raw_name="reach",
        words="Different accounts that saw the post since it went out.",
    ),
    Definition(
        id="instagram.saved.1",
        metric=Metric.SAVES,
        raw_name="saved",
        words="Times the post was saved.",
    ),
    Definition(
        id="instagram.shares.1",
        metric=Metric.RESHARES,
        raw_name="shares",
        words="Times the post was shared.",
    ),
)
"""Each is asked for by itself: one name that is rejected empties the whole answer."""
METRICS = (*INSIGHTS, *COUNTED)
ACCOUNT_METRICS = (
    Definition(
        id="instagram.followers_count.1",
        metric=Metric.FOLLOWERS,
        raw_name="followers_count",
        words="Accounts that follow the account.",
    ),
)
COMMENT = "comment:"
"""Stands before the id of a comment, which looks like that of a post and has no counts."""

CAPABILITIES = Capabilities(
    metrics=METRICS,
    account_metrics=ACCOUNT_METRICS,
    cadence=FREE_OF_CHARGE,
    key_life=None,
    # A container is published once, and says whether it was.
    proves_absence=True,
    finds_unnoted=True,
    # As on Threads, where a publish that took 222 seconds was measured by others.
    settling=timedelta(minutes=6),
    read_batch=MOST_READS // (1 + len(INSIGHTS)),
    refuses_repeats=False,
    one_text_per_app=False,
    fetches_media=True,
    comments=True,
    quotas=(Quota(scope=QuotaScope.ACCOUNT, most=100, per=timedelta(hours=24)),),
    # Feed 1:1, and all from 4:5 to 1.91:1 (Meta, "Media requirements", July 2025); stories 9:16
    # (Meta, "Multi-ratio images").
    picture_shapes=(PictureShape.SQUARE, PictureShape.UPRIGHT, PictureShape.STORY),
)
CREDENTIAL_FIELDS = (
    CredentialField(
        name="ACCOUNT_ID", words="The number of the Instagram account", life=timedelta.max
    ),
    CredentialField(
        name="ACCESS_TOKEN",
        words=(
            "A token of the page that the account belongs to, with instagram_basic, "
            "instagram_content_publish, instagram_manage_insights, pages_read_engagement "
            "(and instagram_manage_comments for first comments)"
        ),
    ),
)
DOCUMENTED = Limits(
    # The unit is not documented; UTF-16 units are the largest, so safest reading.
    text=(TextLimit(unit="characters", measure=utf16_length, maximum=2200),),
    max_media=10,
    min_media=1,
    max_media_bytes=8 * 1024 * 1024,
    media_types=frozenset({"image/jpeg", MP4}),
    max_alt_text=1000,
    # As a reel, which stands alone.
    video=VideoLimits(
        max_bytes=300 * 1024 * 1024,
        shortest=timedelta(seconds=3),
        longest=timedelta(minutes=15),
        index_first=True,
    ),
)


def check(post: OutgoingPost, limits: Limits) -> list[Problem]:
    """List what Instagram would refuse, or change behind anybody's back."""
    if post.answers is not None:
        post = replace(post, media=())
        limits = replace(limits.for_comments(), min_media=0)
    problems = check_limits(post, limits)
    problems += _too_many(len(_HASHTAG.findall(post.text)), MOST_HASHTAGS, "hashtags")
    problems += _too_many(len(_MENTION.findall(post.text)), MOST_MENTIONS, "mentions")
    for place, one in enumerate(post.media, start=1):
        problems += _shape_problems(place, one)
    return problems


def read_permalink(url: str, handle: str, server: str | None) -> RemoteId | None:
    """Keep a post's address as its id; the API looks it up among the account's own.

    An address that names another account is none of ours. Most name no account.
    """
    del server
    address = address_on(url, _HOSTS)
    found = _POST_PATH.fullmatch(urlsplit(address).path) if address else None
    if found is None:
        return None
    own = handle.strip().lstrip("@").casefold()
    is_own = found["author"] is None or found["author"].casefold() == own
    return RemoteId(url.strip()) if is_own else None


def code_in(address: str) -> str | None:
    """Return the code by which an address names a post."""
    found = _POST_PATH.fullmatch(urlsplit(address).path)
    return found["code"] if found else None


def _too_many(number: int, most: int, what: str) -> list[Problem]:
    if number <= most:
        return []
    message = f"{number} {what} are too many for Instagram: at most {most}."
    return [Problem(field="text", message=message)]


def _shape_problems(place: int, media: Media) -> Iterator[Problem]:
    size = size_of(media.content)
    if size is None:
        return
    width, height = size
    named = f"Picture {place} is {width} by {height} pixels"
    if not TALLEST - _ROUNDING <= width / height <= FLATTEST + _ROUNDING:
        message = f"{named}; cut it to between 4:5 (upright) and 1.91:1 (wide)."
        yield Problem(field="media", message=message)
    if not NARROWEST <= width <= WIDEST:
        message = (
            f"{named}; save it {NARROWEST} to {WIDEST:,} pixels wide, or Instagram changes it."
        )
        yield Problem(field="media", message=message)
