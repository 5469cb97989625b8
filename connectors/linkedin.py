"""LinkedIn pages, for now as a pack: partners post by hand and report the link and the numbers.

Limits and names are from LinkedIn's documentation (learn.microsoft.com, Posts API and Organization
Share Statistics, version 202609). Its `clickCount` counts any click on a post, the company's name
included, so it is no count of link clicks and is not offered as one.
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

NAME = NetworkName("linkedin")

_HOSTS = frozenset({"linkedin.com", "lnkd.in"})

METRICS = (
    Definition(
        id="linkedin.impressionCount.1",
        metric=Metric.IMPRESSIONS,
        raw_name="impressionCount",
        words="Times the post was shown to LinkedIn members; one member may be counted often.",
    ),
    Definition(
        id="linkedin.uniqueImpressionsCount.1",
        metric=Metric.REACH,
        raw_name="uniqueImpressionsCount",
        words="Different LinkedIn members the post was shown to since it went out.",
    ),
    Definition(
        id="linkedin.likeCount.1",
        metric=Metric.REACTIONS,
        raw_name="likeCount",
        words="Reactions to the post, of every kind together.",
    ),
    Definition(
        id="linkedin.commentCount.1",
        metric=Metric.REPLIES,
        raw_name="commentCount",
        words="Comments on the post.",
    ),
    Definition(
        id="linkedin.shareCount.1",
        metric=Metric.RESHARES,
        raw_name="shareCount",
        words="Reshares of the post, with and without a comment of the sharer.",
    ),
)
ACCOUNT_METRICS = (
    Definition(
        id="linkedin.firstDegreeSize.1",
        metric=Metric.FOLLOWERS,
        raw_name="firstDegreeSize",
        words="Members who follow the page.",
    ),
)
DOCUMENTED = Limits(
    # The documentation gives no unit; UTF-16 units are the largest reading, so the safe one.
    text=(TextLimit(unit="characters", measure=utf16_length, maximum=3000),),
    max_media=20,
    max_media_bytes=5 * 1024 * 1024,
    media_types=frozenset({"image/jpeg", "image/png", "image/gif"}),
    max_alt_text=4086,
)


def read_permalink(url: str, handle: str, server: str | None) -> RemoteId | None:
    """Keep the address of a post on LinkedIn as its id; whose post it is cannot be seen in it."""
    del handle, server
    return address_on(url, _HOSTS)


NETWORK = Network(
    name=NAME,
    title="LinkedIn",
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
