"""Tells which of a page's own posts, if any, is the one whose outcome is not known.

LinkedIn gives the text back in its own format and the time in milliseconds. It never proves
absence: nothing says how late a post may appear among the page's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.contract import (
    CannotSay,
    Found,
    OutgoingPost,
    PublishedPost,
    RemoteId,
    Sought,
)
from connectors.http import Answer
from connectors.linkedin_text import same_text

SKEW = timedelta(minutes=2)
"""How far LinkedIn's clock and ours may differ."""


def judge(posts: Iterable[Mapping[str, Any]], sought: Sought) -> Found | CannotSay:
    """Say which post is the one sought; exactly one that is alike is ours."""
    alike = {str(one["id"]): one for one in posts if _may_be(one, sought)}
    if len(alike) == 1:
        (found,) = alike.values()
        made_at = published_at(found)
        assert made_at is not None  # noqa: S101 - `_may_be` looked
        return Found(post=as_published(RemoteId(str(found["id"])), made_at))
    if alike:
        return CannotSay(why=f"{len(alike)} posts of the page say the same.")
    why = "The page's posts do not show it, and LinkedIn does not say how late one may appear."
    return CannotSay(why=why, unseen=True)


def as_published(
    remote_id: RemoteId, at: datetime, warnings: tuple[str, ...] = ()
) -> PublishedPost:
    """Name a post by its URN, which is part of its address."""
    url = f"https://www.linkedin.com/feed/update/{remote_id}/"
    return PublishedPost(remote_id=remote_id, url=url, published_at=at, warnings=warnings)


def elements_of(answer: Answer) -> list[dict[str, Any]] | None:
    """Return the entries of a list answer, None where it is none."""
    found = answer.mapping().get("elements")
    if isinstance(found, list) and all(isinstance(one, dict) for one in found):
        return found
    return None


def reaches_back(page: Sequence[Mapping[str, Any]], since: datetime) -> bool:
    """Whether a page that is sorted by the last change holds all that is newer than `since`."""
    changed = [instant_of(one.get("lastModifiedAt")) for one in page]
    return any(at is not None and at < since - SKEW for at in changed)


def published_at(post: Mapping[str, Any]) -> datetime | None:
    """Return when a post went out, None where LinkedIn does not say."""
    return instant_of(post.get("publishedAt")) or instant_of(post.get("createdAt"))


def _may_be(post: Mapping[str, Any], sought: Sought) -> bool:
    made_at = published_at(post)
    return (
        isinstance(post.get("id"), str)
        and post["id"] not in sought.taken
        and post.get("lifecycleState", "PUBLISHED") == "PUBLISHED"
        and made_at is not None
        and made_at >= sought.since - SKEW
        and _media_count(post) == len(sought.post.media)
        and _says_it(post, sought.post)
    )


def _says_it(post: Mapping[str, Any], wanted: OutgoingPost) -> bool:
    """Whether a post has the text, or passes on the original, that was to be sent."""
    context = post.get("reshareContext")
    passed_on = context.get("parent") if isinstance(context, dict) else None
    if wanted.reposts is not None:
        return passed_on == wanted.reposts.remote_id
    return passed_on is None and same_text(str(post.get("commentary") or ""), wanted.text)


def _media_count(post: Mapping[str, Any]) -> int:
    content = post.get("content")
    if not isinstance(content, dict):
        return 0
    several = content.get("multiImage")
    images = several.get("images") if isinstance(several, dict) else None
    return len(images) if isinstance(images, list) else int("media" in content)


def instant_of(milliseconds: Any) -> datetime | None:
    """Read an instant as LinkedIn writes it, or return None."""
    if not isinstance(milliseconds, int) or isinstance(milliseconds, bool):
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
