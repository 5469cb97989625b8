"""Compares a post with limits: the part of `Network.check` that is the same everywhere.

Pure, so that preview and plan may ask as often as they like. What one network asks beyond this
(a card's thumbnail, metadata in pictures) stands in that network's module.
"""

from connectors.contract import (
    Capabilities,
    Limits,
    Media,
    NetworkName,
    OutgoingPost,
    PostRefused,
    Problem,
)


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
    if len(post.media) > limits.max_media:
        message = f"{len(post.media)} pictures are too many: at most {limits.max_media}."
        problems.append(Problem(field="media", message=message))
    for number, media in enumerate(post.media, start=1):
        problems += _media_problems(number, media, limits)
    return problems


def _text_problems(post: OutgoingPost, limits: Limits) -> list[Problem]:
    if not post.text.strip() and not post.media:
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
        kinds = ", ".join(sorted(limits.media_types))
        message = f"Picture {number} is {media.media_type}, which is not taken here ({kinds})."
        problems.append(Problem(field="media", message=message))
    if len(media.content) > limits.max_media_bytes:
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
