"""What YouTube counts, takes and promises: the definitions behind every number of it.

From Google's documentation (YouTube Data API v3: videos, captions, channels, "Quota costs"; the
discovery document of revision 20261104). A video is uploaded private and made public by its id,
and doing that twice is doing it once. A project that Google has not audited can make nothing
public. A title may be 100 characters long (counted here as code points; Google names no unit), a
description 5,000 bytes, all tags 500 characters; neither title nor description has `<` or `>`.
"""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from connectors.caption_files import SUBRIP, WEBVTT
from connectors.checking import check_limits
from connectors.contract import (
    Capabilities,
    CredentialField,
    Definition,
    Limits,
    Metric,
    NetworkName,
    OutgoingPost,
    Problem,
    RemoteId,
    TextLimit,
    VideoLimits,
)
from connectors.quota import Quota, QuotaScope
from connectors.readings import FREE_OF_CHARGE
from connectors.video import MP4

NAME = NetworkName("youtube")

_HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com"})
_SHORT_HOST = "youtu.be"
_VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_PATH = re.compile(r"/(?:shorts|live|embed|video)/(?P<id>[A-Za-z0-9_-]{11})/?")
_FORBIDDEN = re.compile("[<>]")

METRICS = (
    Definition(
        id="youtube.viewCount.1",
        metric=Metric.VIEWS,
        raw_name="viewCount",
        words="Times the video was played; of a Short, every start and replay.",
    ),
    Definition(
        id="youtube.likeCount.1",
        metric=Metric.REACTIONS,
        raw_name="likeCount",
        words="Likes of the video.",
    ),
    Definition(
        id="youtube.commentCount.1",
        metric=Metric.REPLIES,
        raw_name="commentCount",
        words="Comments on the video.",
    ),
)
ACCOUNT_METRICS = (
    Definition(
        id="youtube.subscriberCount.1",
        metric=Metric.FOLLOWERS,
        raw_name="subscriberCount",
        words="Subscribers of the channel, which YouTube rounds down to three figures.",
    ),
)
UPDATE_UNITS, CAPTION_UNITS, LOOK_UNITS = 50, 400, 1
"""What calls take of a project's 10,000 units a day ("Quota costs")."""

CAPABILITIES = Capabilities(
    metrics=METRICS,
    account_metrics=ACCOUNT_METRICS,
    cadence=FREE_OF_CHARGE,
    key_life=None,
    # A video is uploaded private and made public by its id, so asking for the id is proof.
    proves_absence=True,
    settling=timedelta(minutes=2),
    read_batch=50,
    refuses_repeats=False,
    one_text_per_app=False,
    deletes=True,
    edits=True,
    wants_declarations=True,
    quotas=(
        Quota(scope=QuotaScope.APP, most=100, per=timedelta(days=1)),
        Quota(
            scope=QuotaScope.APP,
            most=10_000,
            per=timedelta(days=1),
            cost=UPDATE_UNITS + CAPTION_UNITS + 10 * LOOK_UNITS,
        ),
    ),
)
CREDENTIAL_FIELDS = (
    CredentialField(name="CHANNEL_ID", words="The channel's id (UC…)", life=timedelta.max),
    CredentialField(
        name="ACCESS_TOKEN",
        words="A token with youtube.force-ssl; it lasts an hour: let `campaign connect` renew it",
        life=timedelta(hours=1),
    ),
)


def parts_of(text: str) -> tuple[str, str]:
    """Split a wording: its first line is the title, what follows is the description."""
    title, _, description = text.strip().partition("\n")
    return title.strip(), description.strip()


DOCUMENTED = Limits(
    text=(
        TextLimit(
            unit="characters of title", measure=lambda text: len(parts_of(text)[0]), maximum=100
        ),
        TextLimit(
            unit="bytes of description",
            measure=lambda text: len(parts_of(text)[1].encode("utf-8", "surrogatepass")),
            maximum=5_000,
        ),
    ),
    max_media=1,
    min_media=1,
    max_media_bytes=256 * 1024**3,
    media_types=frozenset({MP4}),
    max_alt_text=None,
    video=VideoLimits(
        max_bytes=256 * 1024**3,
        shortest=timedelta(seconds=1),
        # Of a channel that has been verified; 15 minutes before that (longUploadsStatus).
        longest=timedelta(hours=12),
        alone=False,
        caption_types=frozenset({SUBRIP, WEBVTT}),
    ),
)
_MOST_TAGS = 500


def check(post: OutgoingPost, limits: Limits) -> list[Problem]:
    """List what YouTube would refuse, and what only a person can declare."""
    problems = check_limits(post, limits)
    title, _ = parts_of(post.text)
    if not title:
        message = "A video needs a title: it is the first line of the wording."
        problems.append(Problem(field="text", message=message))
    if _FORBIDDEN.search(post.text):
        message = "YouTube takes neither < nor > in a title or a description: take them out."
        problems.append(Problem(field="text", message=message))
    if post.media and post.video is None:
        message = (
            "Say whether the video is made for children; YouTube wants that declared: write "
            "“video: {made_for_children: no}” (or yes) into the post."
        )
        problems.append(Problem(field="video", message=message))
    length = tags_length(post.video.tags) if post.video else 0
    if length > _MOST_TAGS:
        message = f"The tags are {length} characters long together, the most is {_MOST_TAGS}."
        problems.append(Problem(field="video", message=message))
    return problems


def tags_length(tags: tuple[str, ...]) -> int:
    """Count as YouTube does: commas in between count, and quotes around a tag with a space."""
    return sum(len(one) + 2 * (" " in one) for one in tags) + max(0, len(tags) - 1)


def read_permalink(url: str, handle: str, server: str | None) -> RemoteId | None:
    """Take a video's id from its address, which names no channel: reading looks whose it is."""
    del handle, server
    try:
        address = urlsplit(url.strip())
        host = (address.hostname or "").casefold()
    except ValueError:
        return None
    if address.scheme not in {"http", "https"}:
        return None
    if host == _SHORT_HOST:
        return known_id(address.path.strip("/"))
    found = _PATH.fullmatch(address.path)
    if host not in _HOSTS:
        return None
    if found is not None:
        return known_id(found["id"])
    named = parse_qs(address.query).get("v", [""])[0] if address.path == "/watch" else ""
    return known_id(named)


def known_id(text: str) -> RemoteId | None:
    """Return what can be a video's id; None for the rest."""
    return RemoteId(text) if _VIDEO_ID.fullmatch(text) else None


def address_of(video_id: str) -> str:
    """Return where a video is watched."""
    return f"https://www.youtube.com/watch?v={video_id}"
