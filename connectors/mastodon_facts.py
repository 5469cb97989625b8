"""What Mastodon counts and promises: the definitions that stand behind every number of it.

Source: Mastodon documentation (docs.joinmastodon.org, July 2026), entities/Status, entities/Account
and methods/statuses.
"""

from datetime import timedelta

from connectors.contract import (
    Capabilities,
    Definition,
    Metric,
    NetworkName,
    Paid,
    PictureShape,
)
from connectors.quota import Quota, QuotaScope
from connectors.readings import FREE_OF_CHARGE

NAME = NetworkName("mastodon")

_LOWER_BOUND = "as far as the account's own server has heard of it, so a lower bound"

METRICS = (
    Definition(
        id="mastodon.favourites_count.1",
        metric=Metric.REACTIONS,
        raw_name="favourites_count",
        words=f"Favourites of the post, {_LOWER_BOUND}.",
        paid=Paid.NONE,
    ),
    Definition(
        id="mastodon.replies_count.1",
        metric=Metric.REPLIES,
        raw_name="replies_count",
        words=f"Replies to the post, {_LOWER_BOUND}.",
        paid=Paid.NONE,
    ),
    Definition(
        id="mastodon.reblogs_count.1",
        metric=Metric.RESHARES,
        raw_name="reblogs_count",
        words=f"Boosts of the post, {_LOWER_BOUND}.",
        paid=Paid.NONE,
    ),
    Definition(
        id="mastodon.quotes_count.1",
        metric=Metric.QUOTES,
        raw_name="quotes_count",
        words=f"Accepted quotes of the post, {_LOWER_BOUND}; servers older than 4.5 count none.",
        paid=Paid.NONE,
    ),
)
ACCOUNT_METRICS = (
    Definition(
        id="mastodon.followers_count.1",
        metric=Metric.FOLLOWERS,
        raw_name="followers_count",
        words="Accounts that follow this account, as its own server counts them.",
    ),
)
CAPABILITIES = Capabilities(
    metrics=METRICS,
    account_metrics=ACCOUNT_METRICS,
    cadence=FREE_OF_CHARGE,
    # A server keeps the key for an hour; the rest is for clocks and slow answers.
    key_life=timedelta(minutes=50),
    proves_absence=True,
    finds_unnoted=True,
    settling=timedelta(seconds=120),
    # The server refuses more than 20 ids (its DEFAULT_STATUSES_LIMIT, Mastodon 4.3 to 4.5).
    read_batch=20,
    refuses_repeats=False,
    one_text_per_app=False,
    deletes=True,
    edits=True,
    threads=True,
    comments=True,
    reposts=True,
    # The server's own RateLimiter, family `statuses` (Mastodon 4.5); other servers may differ.
    quotas=(Quota(scope=QuotaScope.ACCOUNT, most=300, per=timedelta(hours=3)),),
    sells_showings=False,
    # A single picture is shown whole (mastodon/mastodon, pull request 26132); several are tiles.
    picture_shapes=(PictureShape.SQUARE,),
)
