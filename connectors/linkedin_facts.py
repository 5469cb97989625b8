"""What LinkedIn counts, takes and promises: the definitions behind every number of it.

From LinkedIn's documentation (learn.microsoft.com, Posts API, Images, Videos and Documents API,
Organization Share Statistics, version 202609). Its `clickCount` counts any click on a post, the
company's name included, so it is no count of link clicks and is not offered as one. The statistics
hold organic activity only; what was sponsored is counted elsewhere, and not read.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlsplit

from connectors.caption_files import SUBRIP
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
    Paid,
    PictureShape,
    Problem,
    RemoteId,
    TextLimit,
    VideoLimits,
)
from connectors.linkedin_text import escape
from connectors.pack import address_on, utf16_length
from connectors.picture_size import size_of
from connectors.readings import FREE_OF_CHARGE
from connectors.video import MP4

NAME = NetworkName("linkedin")
API_VERSION = "202609"
_A_VERSION = re.compile(r"20[2-9][0-9](?:0[1-9]|1[0-2])")

DOCUMENT = "application/pdf"

_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif"})
_LARGEST_DOCUMENT = 100 * 1024 * 1024
_PIXELS = 36_152_320
_HOSTS = frozenset({"linkedin.com", "lnkd.in"})
_URN = re.compile(r"urn:li:(?:share|ugcPost):\d+")
_NAMED_AUTHOR = re.compile(r"/posts/(?P<author>[^/_]+)_")
_NAMED_ID = re.compile(r"-(?P<kind>share|ugcPost)-(?P<number>\d+)-")

METRICS = (
    Definition(
        id="linkedin.impressionCount.1",
        metric=Metric.IMPRESSIONS,
        raw_name="impressionCount",
        words="Times the post was shown to LinkedIn members; one member may be counted often.",
        paid=Paid.NONE,
    ),
    Definition(
        id="linkedin.uniqueImpressionsCount.1",
        metric=Metric.REACH,
        raw_name="uniqueImpressionsCount",
        words="Different LinkedIn members the post was shown to since it went out.",
        paid=Paid.NONE,
    ),
    Definition(
        id="linkedin.likeCount.1",
        metric=Metric.REACTIONS,
        raw_name="likeCount",
        words="Reactions to the post, of every kind together.",
        paid=Paid.NONE,
    ),
    Definition(
        id="linkedin.commentCount.1",
        metric=Metric.REPLIES,
        raw_name="commentCount",
        words="Comments on the post.",
        paid=Paid.NONE,
    ),
    Definition(
        id="linkedin.shareCount.1",
        metric=Metric.RESHARES,
        raw_name="shareCount",
        words="Reshares of the post, with and without a comment of the sharer.",
        paid=Paid.NONE,
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
CAPABILITIES = Capabilities(
    metrics=METRICS,
    account_metrics=ACCOUNT_METRICS,
    cadence=FREE_OF_CHARGE,
    key_life=None,
    # Nothing says how late a post may appear among the page's own posts.
    proves_absence=False,
    finds_unnoted=True,
    settling=timedelta(minutes=2),
    # The most ids in a List() are not documented; a query of 20 is short enough for any server.
    read_batch=20,
    refuses_repeats=True,
    one_text_per_app=False,
    deletes=True,
    edits=True,
    comments=True,
    reposts=True,
    # Shown whole from 3:1 to 2:3; wide, 1:1 and 4:5 are advised: as other publishing programs say
    # (HubSpot, May 2025; docs.getlate.dev, media guidelines). LinkedIn's Images API names none.
    picture_shapes=(PictureShape.LANDSCAPE, PictureShape.SQUARE, PictureShape.UPRIGHT),
)
CREDENTIAL_FIELDS = (
    CredentialField(
        name="ACCESS_TOKEN",
        words="A token with w_organization_social, r_organization_social, rw_organization_admin "
        "(and w_organization_social_feed, r_organization_social_feed for first comments)",
        life=timedelta(days=60),
    ),
    CredentialField(
        name="ORGANIZATION_ID",
        words="The number of the page, without urn:li:",
        life=timedelta.max,
    ),
)
DOCUMENTED = Limits(
    # Neither the unit nor whether escapes count is documented: the largest reading is the safe one.
    text=(
        TextLimit(
            unit="escaped characters",
            measure=lambda text: utf16_length(escape(text)),
            maximum=3000,
        ),
    ),
    max_media=20,
    max_media_bytes=5 * 1024 * 1024,
    media_types=_PICTURES | {MP4, DOCUMENT},
    max_alt_text=4086,
    video=VideoLimits(
        max_bytes=500 * 1024 * 1024,
        shortest=timedelta(seconds=3),
        longest=timedelta(minutes=30),
        caption_types=frozenset({SUBRIP}),
    ),
    # Reported by others (1,250); LinkedIn's own page on comments gives no number. Comments are
    # plain text, so nothing in them is escaped.
    comment_text=(TextLimit(unit="characters", measure=utf16_length, maximum=1250),),
)


def version_ends_on(version: str) -> date:
    """Return the last day on which a version is promised, a year ("API Versioning", 202609).

    Raises `ValueError` for what is no version.
    """
    if not _A_VERSION.fullmatch(version):
        message = (
            f"“{version}” is no version of LinkedIn's API; write year and month, {API_VERSION}"
        )
        raise ValueError(message)
    year, month = int(version[:4]), int(version[4:])
    return date(year + 1, month, 1) - timedelta(days=1)


def check(post: OutgoingPost, limits: Limits) -> list[Problem]:
    """List what LinkedIn would refuse: 1 to 20 pictures, or one video, or one document."""
    if post.answers is not None:
        return check_limits(replace(post, media=()), limits.for_comments())
    documents = [one for one in post.media if one.media_type == DOCUMENT]
    # A document is measured by its own limit; the rest of the rules hold for it too.
    measured = tuple(replace(one, content=b"") if one in documents else one for one in post.media)
    problems = check_limits(replace(post, media=measured), limits)
    if documents and len(post.media) > 1:
        message = "A document stands alone: take the other media out."
        problems.append(Problem(field="media", message=message))
    problems += [one for media in documents for one in _too_large(media)]
    return problems + list(_too_many_pixels(post))


def read_permalink(url: str, handle: str, server: str | None) -> RemoteId | None:
    """Take the post's URN from its address; an address without one is itself the id.

    Where the address names its author (`/posts/NAME_…`), that has to be the handle, if there is
    one. A post whose address holds no URN that the statistics know can be recorded, but not read.
    """
    del server
    address = address_on(url, _HOSTS)
    if address is None:
        return None
    path = urlsplit(address).path.replace("%3A", ":")
    author = _NAMED_AUTHOR.match(path)
    if author is not None and _bare(handle) not in {"", _bare(author["author"])}:
        return None
    urn, named = _URN.search(path), _NAMED_ID.search(path)
    if urn is None and named is not None:
        return RemoteId(f"urn:li:{named['kind']}:{named['number']}")
    return RemoteId(urn[0]) if urn else address


def _too_large(media: Media) -> list[Problem]:
    size, most = len(media.content), _LARGEST_DOCUMENT
    if size <= most:
        return []
    message = f"The document has {size:,} bytes, the most is {most:,}."
    return [Problem(field="media", message=message)]


def _too_many_pixels(post: OutgoingPost) -> Iterator[Problem]:
    for number, media in enumerate(post.media, start=1):
        width, height = (media.media_type in _PICTURES and size_of(media.content)) or (0, 0)
        if width * height >= _PIXELS:
            message = (
                f"Picture {number} is {width} by {height} pixels, which is {width * height:,}; "
                f"LinkedIn takes fewer than {_PIXELS:,}."
            )
            yield Problem(field="media", message=message)


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
