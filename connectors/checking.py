"""Compares a post with limits: the part of `Network.check` that is the same everywhere.

Pure, so that preview and plan may ask as often as they like. What one network asks beyond this
(a card's thumbnail, metadata in pictures) stands in that network's module.
"""

from collections.abc import Iterator

from connectors.contract import (
    Capabilities,
    Limits,
    Media,
    NetworkName,
    OutgoingPost,
    PostRefused,
    Problem,
)
from connectors.video import MP4
from connectors.video_rules import why_not


def insist_on_offered(post: OutgoingPost, can: Capabilities, network: NetworkName) -> None:
    """Raise `PostRefused` for what a network does not have: it must not go out as something else.

    Plans are refused before that; this is for what comes all the same.
    """
    if post.answers is not None and not (can.threads or can.comments):
        message = "Nothing can be put under a post on this network; it was not sent."
        raise PostRefused(message, network=network)
    if post.reposts is not None and not can.reposts:
        message = "Posts cannot be passed on natively on this network; it was not sent."
        raise PostRefused(message, network=network)


def check_limits(post: OutgoingPost, limits: Limits) -> list[Problem]:
    """List what goes over the limits, in sentences an editor can act on."""
    problems = _text_problems(post, limits)
    if len(post.media) < limits.min_media:
        message = f"There is no post without a {_file(limits)} here: add one."
        problems.append(Problem(field="media", message=message))
    if len(post.media) > limits.max_media:
        message = f"{len(post.media)} {_file(limits)}s are too many: at most {limits.max_media}."
        problems.append(Problem(field="media", message=message))
    for number, media in enumerate(post.media, start=1):
        problems += _media_problems(number, media, limits)
    return problems + list(_video_problems(post, limits))


def _file(limits: Limits) -> str:
    takes_pictures = any(one.startswith("image/") for one in limits.media_types)
    return "picture" if takes_pictures else "video"


def _text_problems(post: OutgoingPost, limits: Limits) -> list[Problem]:
    if not post.text.strip() and not post.media and limits.min_media == 0:
        return [Problem(field="text", message="The post has neither text nor pictures.")]
    problems = []
    for limit in limits.text:
        length = limit.measure(post.text)
        if length > limit.maximum:
            message = (
                f"The text is {length} {limit.unit} long, the most is {limit.maximum}: "
                f"shorten it by {length - limit.maximum}."
            )
            problems.append(Problem(field="text", message=message))
    return problems


def _media_problems(number: int, media: Media, limits: Limits) -> list[Problem]:
    problems = []
    if media.media_type not in limits.media_types:
        problems.append(Problem(field="media", message=_not_taken(number, media, limits)))
    is_film = media.media_type == MP4 and limits.video is not None
    if len(media.content) > limits.max_media_bytes and not is_film:
        message = (
            f"Picture {number} has {len(media.content):,} bytes, "
            f"the most is {limits.max_media_bytes:,}."
        )
        problems.append(Problem(field="media", message=message))
    if limits.max_alt_text is not None and len(media.alt_text) > limits.max_alt_text:
        message = (
            f"The alt text of picture {number} is {len(media.alt_text)} characters long, "
            f"the most is {limits.max_alt_text}."
        )
        problems.append(Problem(field="alt_text", message=message))
    return problems


def _not_taken(number: int, media: Media, limits: Limits) -> str:
    if not media.media_type.startswith("image/"):
        return f"File {number} is {media.media_type}, which is not taken here: take it out."
    kinds = sorted(one for one in limits.media_types if one.startswith("image/"))
    said = f"Picture {number} is {media.media_type}, which is not taken here"
    return f"{said}: save it as {' or '.join(kinds)}." if kinds else f"{said}: take it out."


def _video_problems(post: OutgoingPost, limits: Limits) -> Iterator[Problem]:
    films = [one for one in post.media if one.media_type == MP4]
    if limits.video is None or not films:
        return
    if limits.video.alone and len(post.media) > 1:
        message = "A video stands alone: take the other media out."
        yield Problem(field="media", message=message)
    for one in films:
        for message in why_not(one, limits.video):
            yield Problem(field="media", message=message)
