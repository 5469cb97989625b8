"""Decides which of an account's statuses, if any, is the post whose outcome is not known.

The connector fetches, this judges. A wrong "absent" would put a post out twice, so anything that
might be ours without being certain is `CannotSay`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.contract import (
    Absent,
    CannotSay,
    Finding,
    Found,
    Original,
    OutgoingPost,
    PublishedPost,
    RemoteId,
    Sought,
)
from connectors.mastodon_text import alike, same_text

SKEW = timedelta(minutes=5)
"""How far the server's clock may be behind ours; publishing stops at a difference of one minute."""


def judge(statuses: Sequence[Mapping[str, Any]], sought: Sought) -> Finding:
    """Say which status is the post sought; more than one, or one that is only alike, is no proof.

    `statuses` are all of the account's own since `sought.since` less `SKEW`. An answer has to stand
    under what it answers, and whatever else must not.
    """
    if sought.post.reposts is not None:
        return _boost(statuses, sought.post.reposts)
    candidates = [one for one in statuses if _may_be(one, sought)]
    post = sought.post
    same = [one for one in candidates if same_text(post.text, _content(one))]
    parent = post.answers.parent if post.answers else None
    placed = [one for one in same if _answered(one) == parent]
    certain = [one for one in placed if len(_media(one)) == len(post.media)]
    if len(certain) == 1:
        return _found(certain[0], sought)
    if certain:
        return CannotSay(why=f"{len(certain)} posts of the account have this text and pictures")
    if same:
        other = "other pictures" if placed else "another place in its thread"
        return CannotSay(why=f"a post of the account has this text but {other}")
    if any(alike(post.text, _content(one)) for one in candidates):
        return CannotSay(why="a post of the account is much like this one but not the same")
    return Absent()


def addresses(status: Mapping[str, Any]) -> set[str]:
    """Return the addresses that name a status, for people and for servers."""
    return {one for one in (status.get("url"), status.get("uri")) if isinstance(one, str)}


def _boost(statuses: Sequence[Mapping[str, Any]], original: Original) -> Finding:
    for one in statuses:
        boosted = one.get("reblog")
        if isinstance(boosted, dict) and original.url in addresses(boosted):
            try:
                return Found(post=boost_from(one, original))
            except ValueError:
                return CannotSay(why="the boost found has no id or no time")
    return Absent()


def boost_from(status: Mapping[str, Any], original: Original) -> PublishedPost:
    """Take id and time from a boost; people find it where the original stands."""
    return replace(published_from(status), url=original.url)


def _answered(status: Mapping[str, Any]) -> str | None:
    """Return the id of what a status answers (entities/Status, `in_reply_to_id`)."""
    parent = status.get("in_reply_to_id")
    return None if parent is None else str(parent)


def published_from(status: Mapping[str, Any], warnings: tuple[str, ...] = ()) -> PublishedPost:
    """Take id, address and time from a status (Mastodon documentation, entities/Status).

    Raises ValueError where it has no id or no time, so is no published status.
    """
    remote_id, created_at = status.get("id"), instant(status.get("created_at"))
    is_id = isinstance(remote_id, str | int) and not isinstance(remote_id, bool)
    if not is_id or not str(remote_id).strip() or created_at is None:
        message = "the answer is not a published status"
        raise ValueError(message)
    url = next((one for one in (status.get("url"), status.get("uri")) if isinstance(one, str)), "")
    return PublishedPost(
        remote_id=RemoteId(str(remote_id)), url=url, published_at=created_at, warnings=warnings
    )


def instant(value: Any) -> datetime | None:
    """Read an ISO 8601 instant, or return None."""
    try:
        parsed = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return parsed.astimezone(UTC) if parsed.tzinfo else None


def _may_be(status: Mapping[str, Any], sought: Sought) -> bool:
    created_at = instant(status.get("created_at"))
    return (
        str(status.get("id")) not in sought.taken
        and not status.get("reblog")
        and (created_at is None or created_at >= sought.since - SKEW)
    )


def _found(status: Mapping[str, Any], sought: Sought) -> Finding:
    try:
        return Found(post=published_from(status, differences(status, sought.post)))
    except ValueError:
        return CannotSay(why="the post found has no id or no time")


def differences(status: Mapping[str, Any], post: OutgoingPost) -> tuple[str, ...]:
    """Name where a status is not what we sent: some servers drop pictures or alt text in silence.

    (Seen in November 2026 on servers that speak Mastodon's API without being Mastodon.)
    """
    media = _media(status)
    warnings = []
    if not same_text(post.text, _content(status)):
        warnings.append("The server shows another text than was sent.")
    if len(media) != len(post.media):
        warnings.append(f"{len(post.media)} pictures were sent, {len(media)} are shown.")
    elif not all(map(keeps_alt_text, media, (one.alt_text for one in post.media))):
        warnings.append("The alt text of a picture is not the one that was sent.")
    return tuple(warnings)


def keeps_alt_text(attachment: Mapping[str, Any], sent: str) -> bool:
    """Whether a media attachment's `description` is the alt text, apart from outer spacing."""
    description = attachment.get("description")
    return (description if isinstance(description, str) else "").split() == sent.split()


def _content(status: Mapping[str, Any]) -> str:
    content = status.get("content")
    return content if isinstance(content, str) else ""


def _media(status: Mapping[str, Any]) -> list[dict[str, Any]]:
    media = status.get("media_attachments")
    return [one for one in media if isinstance(one, dict)] if isinstance(media, list) else []
