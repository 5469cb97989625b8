"""What Facebook counts, takes and promises: the definitions behind every number of it.

From Meta's documentation (Graph API v26.0, Pages API and Page insights). Impressions were withdrawn
in November 2025; what is offered since are views, which are another count. `post_clicks` counts any
click on a post and is not offered as link clicks. Boosted posts are in all of these counts, and
nothing that is read here tells them apart.
"""

import re
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

from connectors.caption_files import SUBRIP
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
from connectors.facebook_locales import caption_problems
from connectors.pack import address_on, utf16_length
from connectors.readings import FREE_OF_CHARGE
from connectors.video import MP4

NAME = NetworkName("facebook")
API_VERSION = "v26.0"
# A version ends no earlier than two years after the next one came ("Graph API changelog": v25.0,
# of February 2026, until 29 July 2028; the date of v26.0 is not set yet and can only be later).
API_ENDS_ON = date(2028, 7, 29)

_HOSTS = frozenset({"facebook.com", "fb.com", "fb.watch", "fb.me"})
_POST_PATH = re.compile(r"/(?P<author>[^/]+)/posts/(?:[^/]+/)?(?P<post>[^/]+)/?")

VIEWS = Definition(
    id="facebook.post_media_view.1",
    metric=Metric.VIEWS,
    raw_name="post_media_view",
    words="Times the post was played or shown, repeats by the same person included.",
)
REACH = Definition(
    id="facebook.post_total_media_view_unique.1",
    metric=Metric.REACH,
    raw_name="post_total_media_view_unique",
    words="Different people who viewed the post since it went out.",
)
COUNTED = (
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
INSIGHTS = (VIEWS, REACH)
"""Each is asked for by itself: one name that is retired empties the whole answer."""

METRICS = (*INSIGHTS, *COUNTED)
SKEW = timedelta(minutes=2)
"""How far Facebook's clock and ours may differ."""
ACCOUNT_METRICS = (
    Definition(
        id="facebook.followers_count.1",
        metric=Metric.FOLLOWERS,
        raw_name="followers_count",
        words="People who follow the page.",
    ),
)
CAPABILITIES = Capabilities(
    metrics=METRICS,
    account_metrics=ACCOUNT_METRICS,
    cadence=FREE_OF_CHARGE,
    key_life=None,
    # A post is made unpublished and then published by its id, so asking for the id is proof.
    proves_absence=True,
    settling=timedelta(minutes=2),
    # A batch takes 50 requests, and a post needs three.
    read_batch=50 // (1 + len(INSIGHTS)),
    refuses_repeats=True,
    one_text_per_app=False,
    deletes=True,
    edits=True,
    comments=True,
    # Feed 1:1 and 4:5, stories 9:16 (Meta, "Multi-ratio images", on advertisements; what Meta says
    # about the Pages API names none).
    picture_shapes=(PictureShape.SQUARE, PictureShape.UPRIGHT, PictureShape.STORY),
)
CREDENTIAL_FIELDS = (
    CredentialField(name="PAGE_ID", words="The number of the page", life=timedelta.max),
    CredentialField(
        name="PAGE_TOKEN",
        words="A page token with pages_manage_posts, pages_read_engagement, read_insights "
        "(and pages_manage_engagement for first comments)",
    ),
)
DOCUMENTED = Limits(
    # Widely reported, not in Meta's own pages; UTF-16 units are the largest, so safest reading.
    text=(TextLimit(unit="characters", measure=utf16_length, maximum=63_206),),
    max_media=10,
    max_media_bytes=4 * 1024 * 1024,
    media_types=frozenset({"image/jpeg", "image/png", MP4}),
    max_alt_text=None,
    # Facebook takes larger ones; a file is held in memory here.
    video=VideoLimits(
        max_bytes=1024 * 1024 * 1024,
        shortest=timedelta(seconds=1),
        longest=timedelta(minutes=240),
        caption_types=frozenset({SUBRIP}),
    ),
    # As widely reported, and as little written down by Meta.
    comment_text=(TextLimit(unit="characters", measure=utf16_length, maximum=8_000),),
)


def check(post: OutgoingPost, limits: Limits) -> list[Problem]:
    """List what Facebook would refuse: up to ten pictures, or one video."""
    if post.answers is not None:
        return check_limits(replace(post, media=()), limits.for_comments())
    return [*check_limits(post, limits), *caption_problems(post)]


def read_permalink(url: str, handle: str, server: str | None) -> RemoteId | None:
    """Take the post's id from its address; an address without one is itself the id.

    Where the address names the page by a name, that has to be the handle, if there is one. Many
    addresses name a post by a code (`pfbid…`) that the API does not know: such a post can be
    recorded, not read.
    """
    del server
    address = address_on(url, _HOSTS)
    if address is None:
        return None
    parts = urlsplit(address)
    found = _POST_PATH.fullmatch(parts.path)
    if found is not None and not _is_number(found["author"]):
        is_own = _bare(handle) in {"", _bare(found["author"])}
        return RemoteId(address) if is_own else None
    if found is not None and _is_number(found["post"]):
        return RemoteId(f"{found['author']}_{found['post']}")
    query = parse_qs(parts.query)
    page, post = query.get("id", [""])[0], query.get("story_fbid", [""])[0]
    return RemoteId(f"{page}_{post}" if _is_number(page) and _is_number(post) else address)


def graph_id(remote_id: RemoteId, page: str) -> str | None:
    """Return the id that the API knows a post by; None where it cannot know it."""
    author, _, post = remote_id.partition("_")
    if _is_number(author) and _is_number(post):
        return remote_id
    found = _POST_PATH.fullmatch(urlsplit(remote_id).path)
    number = found["post"] if found else ""
    return f"{page}_{number}" if _is_number(number) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
