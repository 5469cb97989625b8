"""What is known of X before any account is used: its counts, its limits, its rhythm.

Facts: X developer documentation (docs.x.com), "Metrics", "Media best practices", "Counting
characters" and the price list, August 2026.
"""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from connectors.checking import check_limits
from connectors.contract import (
    Cadence,
    Capabilities,
    CredentialField,
    Definition,
    DeliveryKey,
    Limits,
    Metric,
    OutgoingPost,
    Problem,
    RemoteId,
    TextLimit,
)
from connectors.counting import x_weighted_length
from connectors.quota import Quota, QuotaScope

METRICS = (
    Definition(
        id="x.impression_count.1",
        metric=Metric.IMPRESSIONS,
        raw_name="impression_count",
        words="Times the post was shown on X; not people, one person may be counted many times.",
    ),
    Definition(
        id="x.like_count.1",
        metric=Metric.REACTIONS,
        raw_name="like_count",
        words="Likes of the post.",
    ),
    Definition(
        id="x.reply_count.1",
        metric=Metric.REPLIES,
        raw_name="reply_count",
        words="Replies to the post.",
    ),
    Definition(
        id="x.retweet_count.1",
        metric=Metric.RESHARES,
        raw_name="retweet_count",
        words="Reposts of the post without a comment.",
    ),
    Definition(
        id="x.quote_count.1",
        metric=Metric.QUOTES,
        raw_name="quote_count",
        words="Posts that quote the post.",
    ),
    Definition(
        id="x.bookmark_count.1",
        metric=Metric.SAVES,
        raw_name="bookmark_count",
        words="Times the post was bookmarked.",
    ),
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
        # Clicks and the like are told of posts up to 30 days old (metrics, August 2026).
        wall=timedelta(days=30),
    ),
    key_life=None,
    proves_absence=False,
    settling=timedelta(seconds=120),
    read_batch=100,
    refuses_repeats=True,
    one_text_per_app=True,
    deletes=True,
    # "Rate limits", August 2026: POST /2/tweets, per user and per app.
    quotas=(
        Quota(scope=QuotaScope.ACCOUNT, most=100, per=timedelta(minutes=15)),
        Quota(scope=QuotaScope.APP, most=10_000, per=timedelta(hours=24)),
    ),
)
DOCUMENTED = Limits(
    text=(TextLimit(unit="weighted characters", measure=x_weighted_length, maximum=280),),
    max_media=4,
    max_media_bytes=5 * 1024 * 1024,
    # A GIF moves, stands alone and goes up another way; a still one can be saved as PNG.
    media_types=frozenset({"image/jpeg", "image/png", "image/webp"}),
    max_alt_text=1000,
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
