"""Tells whether a post on an X timeline is the one we sent, although X rewrites what it shows.

X answers with every link shortened to t.co, one more such link for the pictures, and `&`, `<`, `>`
as HTML entities. The comparison puts the long addresses back and then ignores what X may change in
passing: the form of Unicode, spacing, case, and how an address begins and ends. X never proves
absence, because nothing says how late a post may appear on the timeline.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.contract import OutgoingPost, Sought

SKEW = timedelta(minutes=2)
"""How far X's clock and ours may differ."""

_PICTURE_PAGE = re.compile(r"/status/\d+/(?:photo|video)/\d+$")
_SCHEME = re.compile(r"https?://(?:www\.)?")
_LAST_SLASH = re.compile(r"/(?=\s|$)")


def matching(posts: Iterable[Mapping[str, Any]], sought: Sought) -> list[Mapping[str, Any]]:
    """Pick the posts that are the one sought: not another delivery's, in time, and alike.

    A repost is known by what it passes on, an answer also by what it answers.
    """
    original = sought.post.reposts
    if original is not None:
        return [one for one in posts if _refers(one, "retweeted") == original.remote_id]
    parent = sought.post.answers.parent if sought.post.answers else None
    return [
        one
        for one in posts
        if isinstance(one.get("id"), str)
        and one["id"] not in sought.taken
        and _in_time(one, sought.since)
        and picture_count(one) == len(sought.post.media)
        and _refers(one, "retweeted") is None
        and _refers(one, "replied_to") == parent
        and says_the_same(one, sought.post)
    ]


def left_out(post: OutgoingPost) -> tuple[str, ...]:
    """Return what a timeline need not show where this post is looked for."""
    if post.reposts is not None:
        return ("replies",)
    return ("retweets",) if post.answers else ("retweets", "replies")


def created_at(post: Mapping[str, Any]) -> datetime | None:
    """Return when X says the post was made, None where it does not say."""
    try:
        stated = datetime.fromisoformat(str(post.get("created_at")))
    except ValueError:
        return None
    return stated.astimezone(UTC) if stated.tzinfo else None


def picture_count(post: Mapping[str, Any]) -> int:
    """Count the pictures of a post on a timeline."""
    attachments = post.get("attachments")
    keys = attachments.get("media_keys") if isinstance(attachments, dict) else None
    return len(keys) if isinstance(keys, list) else 0


def says_the_same(post: Mapping[str, Any], wanted: OutgoingPost) -> bool:
    """Compare texts with the long addresses put back."""
    return _plain(_with_long_addresses(post)) == _plain(wanted.text)


def _refers(post: Mapping[str, Any], kind: str) -> str | None:
    """Return the post that this one refers to: `replied_to`, `retweeted` (API v2, Post object)."""
    found = post.get("referenced_tweets") or post.get("referenced_posts")
    references = found if isinstance(found, list) else []
    return next(
        (
            str(one.get("id"))
            for one in references
            if isinstance(one, dict) and one.get("type") == kind
        ),
        None,
    )


def _in_time(post: Mapping[str, Any], since: datetime) -> bool:
    made = created_at(post)
    return made is not None and made >= since - SKEW


def _with_long_addresses(post: Mapping[str, Any]) -> str:
    text = html.unescape(str(post.get("text", "")))
    entities = post.get("entities")
    links = entities.get("urls") if isinstance(entities, dict) else None
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and isinstance(link.get("url"), str):
            text = text.replace(link["url"], _long_address(link))
    return text


def _long_address(link: Mapping[str, Any]) -> str:
    long = str(link.get("expanded_url") or "")
    is_picture = "media_key" in link or _PICTURE_PAGE.search(long)
    return "" if is_picture else long


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).casefold()
    return " ".join(_LAST_SLASH.sub("", _SCHEME.sub("", composed)).split())
