"""What is known of X before any account is used: its counts, its limits, its rhythm.

Facts: X developer documentation (docs.x.com), "Metrics", "Media best practices", "Counting
characters" and the price list, August 2026.
"""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from connectors.caption_files import SUBRIP, WEBVTT
from connectors.checking import check_limits
from connectors.contract import (
    PAID_OF,
    Cadence,
    Capabilities,
    CredentialField,
    Definition,
    DeliveryKey,
    Limits,
    Metric,
    OutgoingPost,
    Paid,
    PictureShape,
    Problem,
    RemoteId,
    TextLimit,
    VideoLimits,
)
from connectors.counting import x_weighted_length
from connectors.quota import Quota, QuotaScope
from connectors.video import MP4

_SHOWN = "Times the post was shown on X; not people, one person may be counted many times"
_WORDS = {
    Metric.IMPRESSIONS: ("impression_count", _SHOWN),
    Metric.REACTIONS: ("like_count", "Likes of the post"),
    Metric.REPLIES: ("reply_count", "Replies to the post"),
    Metric.RESHARES: ("retweet_count", "Reposts of the post without a comment"),
}
_CLICKS = ("url_link_clicks", "Clicks on the link of the post")


def _organic(metric: Metric, name: str, words: str) -> Definition:
    return Definition(
        id=f"x.organic_metrics.{name}.1",
        metric=metric,
        raw_name=f"organic_metrics.{name}",
        words=f"{words}; without what was promoted.",
        paid=Paid.NONE,
    )


def _promoted(metric: Metric, name: str, words: str) -> Definition:
    return Definition(
        id=f"x.promoted_metrics.{name}.1",
        metric=PAID_OF[metric],
        raw_name=f"promoted_metrics.{name}",
        words=f"{words}; only where the post was promoted for money.",
        paid=Paid.ONLY,
    )


ORGANIC = tuple(_organic(metric, *one) for metric, one in _WORDS.items())
METRICS = (
    *ORGANIC,
    Definition(
        id="x.quote_count.1",
        metric=Metric.QUOTES,
        raw_name="public_metrics.quote_count",
        words="Posts that quote the post.",
        # "These are always organic" (docs.x.com, Metrics).
        paid=Paid.NONE,
    ),
    Definition(
        id="x.bookmark_count.1",
        metric=Metric.SAVES,
        raw_name="public_metrics.bookmark_count",
        words="Times the post was bookmarked.",
    ),
    _organic(Metric.LINK_CLICKS, *_CLICKS),
)
COMBINED = tuple(
    Definition(
        id=f"x.{name}.1",
        metric=metric,
        raw_name=f"public_metrics.{name}",
        words=f"{words}; X did not tell what was promoted from what was not.",
    )
    for metric, (name, words) in _WORDS.items()
)
"""Everybody may read these, and X adds up in them what it tells apart to the account alone."""
PROMOTED = tuple(
    _promoted(metric, *one) for metric, one in ({**_WORDS, Metric.LINK_CLICKS: _CLICKS}).items()
)
ACCOUNT_METRICS = (
    Definition(
        id="x.followers_count.1",
        metric=Metric.FOLLOWERS,
        raw_name="followers_count",
        words="Accounts that follow this account on X.",
    ),
)
CAPABILITIES = Capabilities(
    metrics=METRICS,
    account_metrics=ACCOUNT_METRICS,
    # X charges for every post read, once in a UTC day however often it is read.
    cadence=Cadence(
        ages=(
            timedelta(hours=1),
            timedelta(hours=6),
            *(timedelta(days=days) for days in (1, 2, 3, 4, 5, 6, 7, 14, 21, 28)),
        ),
        weekly_until=timedelta(days=30),
        # What was promoted and what was not, and clicks, are told of posts up to 30 days old
        # (docs.x.com, Metrics, August 2026).
        wall=timedelta(days=30),
    ),
    key_life=None,
    proves_absence=False,
    finds_unnoted=True,
    settling=timedelta(seconds=120),
    read_batch=100,
    refuses_repeats=True,
    one_text_per_app=True,
    deletes=True,
    threads=True,
    comments=True,
    reposts=True,
    # "Rate limits", August 2026: POST /2/tweets, per user and per app.
    quotas=(
        Quota(scope=QuotaScope.ACCOUNT, most=100, per=timedelta(minutes=15)),
        Quota(scope=QuotaScope.APP, most=10_000, per=timedelta(hours=24)),
    ),
    sometimes=(*COMBINED, *PROMOTED),
    # 16:9 is advised and 1:1 taken: as other publishing programs say (ayrshare.com and
    # docs.getlate.dev, media guidelines); "Media best practices" names none for pictures.
    picture_shapes=(PictureShape.LANDSCAPE, PictureShape.SQUARE),
)
DOCUMENTED = Limits(
    text=(TextLimit(unit="weighted characters", measure=x_weighted_length, maximum=280),),
    max_media=4,
    max_media_bytes=5 * 1024 * 1024,
    # A GIF moves, stands alone and goes up another way; a still one can be saved as PNG.
    media_types=frozenset({"image/jpeg", "image/png", "image/webp", MP4}),
    max_alt_text=1000,
    # "Media best practices" for accounts that pay nothing: H.264 with AAC, 0.5 to 140 seconds.
    video=VideoLimits(
        max_bytes=512 * 1024 * 1024,
        shortest=timedelta(milliseconds=500),
        longest=timedelta(seconds=140),
        codecs=frozenset({"avc1", "avc3"}),
        caption_types=frozenset({SUBRIP, WEBVTT}),
    ),
)
CREDENTIAL_FIELDS = (
    CredentialField(name="API_KEY", words="The app's API key (consumer key)"),
    CredentialField(name="API_SECRET", words="The app's API key secret"),
    CredentialField(
        name="ACCESS_TOKEN", words="The account's access token, made with read and write rights"
    ),
    CredentialField(name="ACCESS_TOKEN_SECRET", words="The account's access token secret"),
)

_HOSTS = frozenset({"x.com", "www.x.com", "mobile.x.com"}) | frozenset(
    {"twitter.com", "www.twitter.com", "mobile.twitter.com"}
)
_POST_PAGE = re.compile(r"/(?P<handle>[^/]+)/status/(?P<id>[0-9]{1,19})(?:/.*)?")
_NEVER_TAKEN = re.compile("[\ufffe\ufeff\uffff\ud800-\udfff]")
_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)")


def check(post: OutgoingPost, limits: Limits) -> list[Problem]:
    """List what X would refuse."""
    problems = check_limits(post, limits)
    if _NEVER_TAKEN.search(post.text):
        message = "The text holds an invisible sign that X refuses: type the line anew."
        problems.append(Problem(field="text", message=message))
    # Since 20 April 2026 (X changelog) an app without an enterprise plan may use one cashtag.
    if len(_CASHTAG.findall(post.text)) > 1:
        message = "X takes one cashtag (such as $ABC) in a post: write the others without the $."
        problems.append(Problem(field="text", message=message))
    return problems


def choose_key(delivery_id: str, content_hash: str, first_attempt_at: datetime) -> DeliveryKey:
    """Name the delivery and its content for our own records; X takes no key."""
    del first_attempt_at
    return DeliveryKey(f"{delivery_id}/{content_hash[:16]}")


def read_permalink(url: str, handle: str, server: str | None) -> RemoteId | None:
    """Return the id in the address of one of the account's posts, None for any other address."""
    del server  # posts are shown on x.com whatever server the API is called at
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    page = _POST_PAGE.fullmatch(parts.path.rstrip("/"))
    if parts.scheme not in {"http", "https"} or parts.hostname not in _HOSTS or page is None:
        return None
    theirs, ours = page["handle"].lower(), handle.lstrip("@").lower()
    return RemoteId(page["id"]) if theirs == ours else None
