"""Facebook pages, for now as a pack: partners post by hand and report the link and the numbers.

Names are from Meta's documentation (Graph API v26, Page insights). Impressions were withdrawn in
November 2025; what is offered since are views, which are another count. `post_clicks` counts any
click on a post and is not offered as link clicks.
"""

from connectors.checking import check_limits
from connectors.contract import (
    Definition,
    Limits,
    Metric,
    Network,
    NetworkName,
    RemoteId,
    TextLimit,
)
from connectors.pack import address_on, by_hand, choose_key, utf16_length

NAME = NetworkName("facebook")

_HOSTS = frozenset({"facebook.com", "fb.com", "fb.watch", "fb.me"})

METRICS = (
    Definition(
        id="facebook.post_media_view.1",
        metric=Metric.VIEWS,
        raw_name="post_media_view",
        words="Times the post was played or shown, repeats by the same person included.",
    ),
    Definition(
        id="facebook.post_total_media_view_unique.1",
        metric=Metric.REACH,
        raw_name="post_total_media_view_unique",
        words="Different people who viewed the post since it went out.",
    ),
    Definition(
        id="facebook.reactions.1",
        metric=Metric.REACTIONS,
        raw_name="reactions.summary.total_count",
        words="Reactions to the post, of every kind together.",
    ),
    Definition(
        id="facebook.comments.1",
        metric=Metric.REPLIES,
        raw_name="comments.summary.total_count",
        words="Comments on the post.",
    ),
    Definition(
        id="facebook.shares.1",
        metric=Metric.RESHARES,
        raw_name="shares.count",
        words="Shares of the post.",
    ),
)
ACCOUNT_METRICS = (
    Definition(
        id="facebook.followers_count.1",
        metric=Metric.FOLLOWERS,
        raw_name="followers_count",
        words="People who follow the page.",
    ),
)
DOCUMENTED = Limits(
    # Widely reported, not in Meta's own pages; UTF-16 units are the largest, so safest reading.
    text=(TextLimit(unit="characters", measure=utf16_length, maximum=63_206),),
    max_media=10,
    max_media_bytes=4 * 1024 * 1024,
    media_types=frozenset({"image/jpeg", "image/png"}),
    max_alt_text=None,
)


def read_permalink(url: str, handle: str, server: str | None) -> RemoteId | None:
    """Keep the address of a post on Facebook as its id; whose post it is cannot be seen in it."""
    del handle, server
    return address_on(url, _HOSTS)


NETWORK = Network(
    name=NAME,
    title="Facebook",
    credentials=(),
    capabilities=by_hand(METRICS, ACCOUNT_METRICS),
    documented=DOCUMENTED,
    check=check_limits,
    show_link=str,
    choose_key=choose_key,
    read_permalink=read_permalink,
    announced_limits=None,
    connect=None,
)
