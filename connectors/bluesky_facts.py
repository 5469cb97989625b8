"""What Bluesky takes and counts: the limits of its lexicons and the definitions of its numbers.

Source: the lexicons `app.bsky.feed.post`, `app.bsky.embed.*`, `app.bsky.feed.defs` and
`app.bsky.actor.defs` of August 2026 (github.com/bluesky-social/atproto).
"""

from datetime import timedelta

from connectors.caption_files import WEBVTT
from connectors.contract import (
    Capabilities,
    Definition,
    Limits,
    Metric,
    NetworkName,
    Paid,
    PictureShape,
    TextLimit,
    VideoLimits,
)
from connectors.counting import grapheme_count, utf8_length
from connectors.quota import Quota, QuotaScope
from connectors.readings import FREE_OF_CHARGE
from connectors.video import MP4

NAME = NetworkName("bluesky")
COLLECTION = "app.bsky.feed.post"
REPOSTS = "app.bsky.feed.repost"

MOST_IMAGE_BYTES = 2_000_000
MOST_THUMBNAIL_BYTES = 1_000_000
MOST_VIDEO_BYTES = 100_000_000
MOST_CAPTION_BYTES = 20_000

DOCUMENTED = Limits(
    text=(
        TextLimit(unit="characters", measure=grapheme_count, maximum=300),
        TextLimit(unit="bytes", measure=utf8_length, maximum=3000),
    ),
    max_media=4,
    max_media_bytes=MOST_IMAGE_BYTES,
    media_types=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", MP4}),
    max_alt_text=None,
    # Size and captions from `app.bsky.embed.video`; three minutes since March 2025.
    video=VideoLimits(
        max_bytes=MOST_VIDEO_BYTES,
        shortest=timedelta(milliseconds=100),
        longest=timedelta(minutes=3),
        caption_types=frozenset({WEBVTT}),
    ),
)

_SEEN = "as Bluesky's own index has counted them"

METRICS = (
    Definition(
        id="bluesky.likeCount.1",
        metric=Metric.REACTIONS,
        raw_name="likeCount",
        words=f"Likes of the post, {_SEEN}.",
        paid=Paid.NONE,
    ),
    Definition(
        id="bluesky.replyCount.1",
        metric=Metric.REPLIES,
        raw_name="replyCount",
        words=f"Replies to the post, {_SEEN}.",
        paid=Paid.NONE,
    ),
    Definition(
        id="bluesky.repostCount.1",
        metric=Metric.RESHARES,
        raw_name="repostCount",
        words=f"Reposts of the post, quotes left out, {_SEEN}.",
        paid=Paid.NONE,
    ),
    Definition(
        id="bluesky.quoteCount.1",
        metric=Metric.QUOTES,
        raw_name="quoteCount",
        words=f"Posts that quote the post, {_SEEN}.",
        paid=Paid.NONE,
    ),
    Definition(
        id="bluesky.bookmarkCount.1",
        metric=Metric.SAVES,
        raw_name="bookmarkCount",
        words=f"Bookmarks of the post, {_SEEN}.",
        paid=Paid.NONE,
    ),
)
ACCOUNT_METRICS = (
    Definition(
        id="bluesky.followersCount.1",
        metric=Metric.FOLLOWERS,
        raw_name="followersCount",
        words=f"Accounts that follow this account, {_SEEN}.",
    ),
)
CAPABILITIES = Capabilities(
    metrics=METRICS,
    account_metrics=ACCOUNT_METRICS,
    cadence=FREE_OF_CHARGE,
    # The key is the record's own name, so it holds as long as the record.
    key_life=timedelta.max,
    proves_absence=True,
    finds_unnoted=True,
    settling=timedelta(seconds=120),
    # `app.bsky.feed.getPosts` takes 25.
    read_batch=25,
    refuses_repeats=False,
    one_text_per_app=False,
    deletes=True,
    threads=True,
    comments=True,
    reposts=True,
    # "Rate limits" (docs.bsky.app, August 2026): points for writing records, three for a new one.
    quotas=(
        Quota(scope=QuotaScope.ACCOUNT, most=5_000, per=timedelta(hours=1), cost=3),
        Quota(scope=QuotaScope.ACCOUNT, most=35_000, per=timedelta(hours=24), cost=3),
    ),
    sells_showings=False,
    # A single picture is shown in the `aspectRatio` it was given; several are tiles.
    picture_shapes=(PictureShape.SQUARE,),
)
