"""What Threads counts, takes and promises: the definitions behind every number of it.

From Meta's documentation (developers.facebook.com, Threads API, 2026). Threads fetches pictures
from an address of ours while it makes a container. It scales a picture whose width is not 320 to
1,440 pixels, and takes none that is more than ten times as long as wide. Nothing says whether its
counts leave out what was paid for.
"""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import regex  # type: ignore[import-untyped]  # the package ships no types

from connectors.checking import check_limits
from connectors.contract import (
    Capabilities,
    CredentialField,
    Definition,
    Limits,
    Metric,
    NetworkName,
    OutgoingPost,
    PictureShape,
    Problem,
    RemoteId,
    TextLimit,
    VideoLimits,
)
from connectors.pack import address_on
from connectors.picture_size import size_of
from connectors.quota import Quota, QuotaScope
from connectors.readings import FREE_OF_CHARGE
from connectors.video import MP4

NAME = NetworkName("threads")
MOST_LINKS = 5
MOST_STRETCHED = 10
"""The longer side of a picture, in shorter ones."""

_HOSTS = frozenset({"threads.net", "threads.com"})
_POST_PATH = re.compile(r"/@(?P<author>[^/]+)/post/(?P<code>[\w-]+)/?")
_LINK = re.compile(r"https?://\S+")
_CLUSTER = regex.compile(r"\X")
_EMOJI = regex.compile(
    r"\p{Emoji_Presentation}|\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3"
)

METRICS = (
    Definition(
        id="threads.views.1",
        metric=Metric.VIEWS,
        raw_name="views",
        words="Times the post was viewed, repeats by the same person included.",
    ),
    Definition(
        id="threads.likes.1",
        metric=Metric.REACTIONS,
        raw_name="likes",
        words="Likes of the post.",
    ),
    Definition(
        id="threads.replies.1",
        metric=Metric.REPLIES,
        raw_name="replies",
        words="Replies to the post.",
    ),
    Definition(
        id="threads.reposts.1",
        metric=Metric.RESHARES,
        raw_name="reposts",
        words="Reposts of the post, quotes left out.",
    ),
    Definition(
        id="threads.quotes.1",
        metric=Metric.QUOTES,
        raw_name="quotes",
        words="Quotes of the post.",
    ),
)
ACCOUNT_METRICS = (
    Definition(
        id="threads.followers_count.1",
        metric=Metric.FOLLOWERS,
        raw_name="followers_count",
        words="People who follow the account.",
    ),
)
CAPABILITIES = Capabilities(
    metrics=METRICS,
    account_metrics=ACCOUNT_METRICS,
    cadence=FREE_OF_CHARGE,
    key_life=None,
    # A container is published once, and says whether it was.
    proves_absence=True,
    finds_unnoted=True,
    # A publish that took 222 seconds was measured by others in September 2026.
    settling=timedelta(minutes=6),
    read_batch=1,
    refuses_repeats=False,
    one_text_per_app=False,
    fetches_media=True,
    deletes=True,
    threads=True,
    comments=True,
    quotas=(Quota(scope=QuotaScope.ACCOUNT, most=250, per=timedelta(hours=24)),),
    # Meta's pages name none but the limit of ten times as long as wide; a square goes everywhere.
    picture_shapes=(PictureShape.SQUARE,),
)
CREDENTIAL_FIELDS = (
    CredentialField(
        name="ACCESS_TOKEN",
        words=(
            "A token with threads_basic, threads_content_publish, threads_manage_insights, "
            "threads_delete"
        ),
        life=timedelta(days=60),
    ),
)


def threads_length(text: str) -> int:
    """Count code points, and an emoji as the bytes it has in UTF-8."""
    clusters = _CLUSTER.findall(text)
    return sum(len(one.encode()) if _EMOJI.search(one) else len(one) for one in clusters)


DOCUMENTED = Limits(
    text=(TextLimit(unit="characters", measure=threads_length, maximum=500),),
    max_media=20,
    max_media_bytes=8 * 1024 * 1024,
    media_types=frozenset({"image/jpeg", "image/png", MP4}),
    max_alt_text=1000,
    video=VideoLimits(
        max_bytes=1024 * 1024 * 1024,
        shortest=timedelta(milliseconds=100),
        longest=timedelta(minutes=5),
        index_first=True,
        alone=False,
    ),
)


def check(post: OutgoingPost, limits: Limits) -> list[Problem]:
    """List what Threads would refuse."""
    problems = check_limits(post, limits)
    if len(_LINK.findall(post.text)) > MOST_LINKS:
        message = f"Threads takes at most {MOST_LINKS} links in a post: take some out."
        problems.append(Problem(field="text", message=message))
    for place, one in enumerate(post.media, start=1):
        size = size_of(one.content)
        if size is not None and max(size) > MOST_STRETCHED * min(size):
            message = (
                f"Picture {place} is {size[0]} by {size[1]} pixels, more than {MOST_STRETCHED} "
                "times as long as wide: cut it."
            )
            problems.append(Problem(field="media", message=message))
    return problems


def read_permalink(url: str, handle: str, server: str | None) -> RemoteId | None:
    """Keep the address of a post of the account's own as its id; the API looks it up."""
    del server
    address = address_on(url, _HOSTS)
    found = _POST_PATH.fullmatch(urlsplit(address).path) if address else None
    own = handle.strip().lstrip("@").casefold()
    return RemoteId(url.strip()) if found and found["author"].casefold() == own else None


def code_in(address: str) -> str | None:
    """Return the code by which an address names a post."""
    found = _POST_PATH.fullmatch(urlsplit(address).path)
    return found["code"] if found else None
