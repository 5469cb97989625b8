"""What a Bluesky server takes, and what an editor has to mend before it would."""

from dataclasses import replace

from connectors.bluesky_facts import (
    DOCUMENTED,
    MOST_CAPTION_BYTES,
    MOST_IMAGE_BYTES,
    MOST_THUMBNAIL_BYTES,
)
from connectors.bluesky_picture import complaint
from connectors.bluesky_record import uploads
from connectors.bluesky_session import Xrpc
from connectors.checking import check_limits
from connectors.content import whole
from connectors.contract import Limits, OutgoingPost, Problem
from connectors.http import Http, Purpose
from connectors.video import MP4


def read_limits(http: Http, origin: str) -> Limits:
    """Ask the server for the size of an upload; all other limits are the lexicons' own.

    Source: `com.atproto.server.describeServer`, field `blobUploadLimit`, where the server gives
    it. Raises `NotSent` when the server cannot be reached or is out of order.
    """
    call = Xrpc(purpose=Purpose.READ, name="com.atproto.server.describeServer")
    answer = http.send(call.on(origin))
    if answer.status == 429 or answer.status >= 500:
        raise http.plain_error(answer, Purpose.READ)
    announced = answer.mapping().get("blobUploadLimit")
    if not isinstance(announced, int) or isinstance(announced, bool) or announced <= 0:
        return DOCUMENTED
    video = DOCUMENTED.video and replace(
        DOCUMENTED.video, max_bytes=min(announced, DOCUMENTED.video.max_bytes)
    )
    most = min(announced, MOST_IMAGE_BYTES)
    return replace(DOCUMENTED, max_media_bytes=most, video=video, announced=True)


def check(post: OutgoingPost, limits: Limits) -> list[Problem]:
    """List what the server would refuse, and pictures that say more than they show."""
    problems = check_limits(post, limits)
    for number, media in enumerate(post.media, start=1):
        wrong = "" if media.media_type == MP4 else complaint(whole(media.content))
        if wrong:
            problems.append(Problem(field="media", message=f"Picture {number} {wrong}."))
        if media.captions is not None and len(media.captions.content) > MOST_CAPTION_BYTES:
            size = len(media.captions.content)
            message = f"The caption file has {size:,} bytes, the most is {MOST_CAPTION_BYTES:,}."
            problems.append(Problem(field="media", message=message))
    return problems + _card_problems(post, limits)


def _card_problems(post: OutgoingPost, limits: Limits) -> list[Problem]:
    if post.media:
        return []
    problems = []
    for picture in uploads(post):
        wrong = complaint(whole(picture.content))
        if picture.media_type not in limits.media_types:
            wrong = f"is {picture.media_type}, which is not taken here"
        elif len(picture.content) > MOST_THUMBNAIL_BYTES:
            wrong = f"has {len(picture.content):,} bytes, the most is {MOST_THUMBNAIL_BYTES:,}"
        if wrong:
            problems.append(
                Problem(field="link", message=f"The picture of the link's card {wrong}.")
            )
    return problems
