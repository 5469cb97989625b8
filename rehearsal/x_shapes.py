"""How X words things: problems, posts, users.

Shapes as in X's API v2 documentation (specification 2.167, August 2026). Posts are answered with
the field names that `tweet.fields` asks for, which is what clients of today report from the live
service.
"""

import base64
import hashlib
import html
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from rehearsal.accounts import Account
from rehearsal.counting import links_on_x
from rehearsal.exchange import Answer, as_json
from rehearsal.records import StoredPost

PROBLEMS = "https://api.twitter.com/2/problems/"
SHORT_LINK = "https://t.co/"


def plain_problem(status: int, title: str, *, detail: str) -> Answer:
    """Answer with a problem that has no page of its own (`about:blank`)."""
    return as_json(
        status, {"title": title, "type": "about:blank", "status": status, "detail": detail}
    )


def invalid(parameter: str, value: str, *, message: str) -> Answer:
    """Answer 400 for one parameter."""
    return as_json(
        400,
        {
            "errors": [{"parameters": {parameter: [value]}, "message": message}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": PROBLEMS + "invalid-request",
        },
    )


def duplicate() -> Answer:
    """Answer 403 for a text the account has already posted."""
    return plain_problem(
        403, "Forbidden", detail="You are not allowed to create a Tweet with duplicate content."
    )


def not_permitted() -> Answer:
    """Answer 403 without saying why."""
    return plain_problem(403, "Forbidden", detail="You are not permitted to perform this action.")


def unauthorized() -> Answer:
    """Answer 401."""
    return plain_problem(401, "Unauthorized", detail="Unauthorized")


def app_only() -> Answer:
    """Answer 403 to a bearer token where a person's or an account's word is needed."""
    detail = (
        "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  "
        "Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context]."
    )
    return as_json(
        403,
        {
            "title": "Unsupported Authentication",
            "detail": detail,
            "type": PROBLEMS + "unsupported-authentication",
            "status": 403,
        },
    )


def too_many_requests() -> Answer:
    """Answer 429."""
    return plain_problem(429, "Too Many Requests", detail="Too Many Requests")


def internal_error() -> Answer:
    """Answer 500."""
    return plain_problem(500, "Internal Server Error", detail="Something is broken.")


def missing(remote_id: str, parameter: str) -> dict[str, Any]:
    """Word the problem of a post that is not there."""
    words = "tweet with ids" if parameter == "ids" else "tweet with id"
    return {
        "value": remote_id,
        "detail": f"Could not find {words}: [{remote_id}].",
        "title": "Not Found Error",
        "resource_type": "tweet",
        "parameter": parameter,
        "resource_id": remote_id,
        "type": PROBLEMS + "resource-not-found",
    }


def withheld(remote_id: str, field: str) -> dict[str, Any]:
    """Word the problem of a field that is not shown, for example 31 days after the post."""
    return {
        "resource_id": remote_id,
        "value": remote_id,
        "parameter": "ids",
        "field": field,
        "resource_type": "tweet",
        "section": "data",
        "title": "Field Authorization Error",
        "detail": f"Sorry, you are not authorized to access '{field}' on the Tweet with "
        f"id : [{remote_id}].",
        "type": PROBLEMS + "not-authorized-for-field",
    }


def instant(at: datetime) -> str:
    """Write a time as X does, with milliseconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def as_post(post: StoredPost, author: Account, *, fields: Collection[str]) -> dict[str, Any]:
    """Return a post with the default fields and those asked for, counts apart."""
    text, urls = shortened(post, author)
    shown: dict[str, Any] = {
        "id": post.remote_id,
        "text": text,
        "edit_history_tweet_ids": [post.remote_id],
    }
    optional: dict[str, Any] = {
        "created_at": instant(post.created_at),
        "author_id": author.remote_id,
        "conversation_id": post.remote_id,
        "lang": "en",
        "reply_settings": "everyone",
        "possibly_sensitive": False,
        "entities": {"urls": urls} if urls else None,
        "referenced_tweets": referenced(post) or None,
        "attachments": {"media_keys": [f"3_{media.remote_id}" for media in post.media]}
        if post.media
        else None,
    }
    chosen = {name: one for name, one in optional.items() if name in fields and one is not None}
    return shown | chosen


def referenced(post: StoredPost) -> list[dict[str, str]]:
    """Return what a post answers or passes on."""
    if post.reposts is not None:
        return [{"type": "retweeted", "id": post.reposts}]
    return [] if post.answers is None else [{"type": "replied_to", "id": post.answers}]


def public_metrics(counts: Mapping[str, int]) -> dict[str, int]:
    """Return what everybody may see."""
    return {
        "retweet_count": counts["reshares"],
        "reply_count": counts["replies"],
        "like_count": counts["reactions"],
        "quote_count": counts["quotes"],
        "bookmark_count": counts["saves"],
        "impression_count": counts["impressions"],
    }


def private_metrics(counts: Mapping[str, int]) -> dict[str, int]:
    """Return what only the account itself may see, for 30 days."""
    answers = sum(counts[name] for name in ("reactions", "replies", "reshares", "link-clicks"))
    return {
        "impression_count": counts["impressions"],
        "url_link_clicks": counts["link-clicks"],
        "user_profile_clicks": counts["link-clicks"] // 4,
        "engagements": answers + counts["link-clicks"] // 4,
    }


def split_metrics(counts: Mapping[str, int]) -> dict[str, int]:
    """Return one side of the counts, promoted or not, for the account itself alone."""
    return {
        "impression_count": counts["impressions"],
        "like_count": counts["reactions"],
        "reply_count": counts["replies"],
        "retweet_count": counts["reshares"],
        "url_link_clicks": counts["link-clicks"],
        "user_profile_clicks": counts["link-clicks"] // 4,
    }


def as_user(
    account: Account, now: datetime, *, posts: int, fields: Collection[str]
) -> dict[str, Any]:
    """Return an account."""
    shown: dict[str, Any] = {
        "id": account.remote_id,
        "name": account.name,
        "username": account.name,
    }
    optional = {
        "created_at": instant(account.added_at),
        "public_metrics": {
            "followers_count": account.followers_at(now),
            "following_count": 120,
            "tweet_count": posts,
            "listed_count": 3,
            "like_count": 40,
            "media_count": 0,
        },
        "verified": False,
        "protected": False,
        "description": "An invented account of a rehearsal.",
    }
    return shown | {name: one for name, one in optional.items() if name in fields}


def shortened(post: StoredPost, author: Account) -> tuple[str, list[dict[str, Any]]]:
    """Return the text as X gives it back, and its links.

    Addresses become t.co links, a picture adds one more at the end, and `&`, `<` and `>` come as
    HTML entities.
    """
    shown, urls, at = "", [], 0
    for start, end in links_on_x(post.text):
        shown += html.escape(post.text[at:start], quote=False)
        urls.append(_link(post.text[start:end], len(shown)))
        shown += urls[-1]["url"]
        at = end
    shown += html.escape(post.text[at:], quote=False)
    if post.media:
        page = f"https://x.com/{author.name}/status/{post.remote_id}/photo/1"
        shown += " " if shown else ""
        urls += [
            _link(page, len(shown)) | {"media_key": f"3_{media.remote_id}"} for media in post.media
        ]
        shown += urls[-1]["url"]
    return shown, urls


def _link(address: str, start: int) -> dict[str, Any]:
    whole = address if "://" in address else "http://" + address
    digest = hashlib.sha256(whole.encode()).digest()
    short = SHORT_LINK + base64.b32encode(digest).decode().lower()[:10]
    bare = whole.partition("://")[2].removeprefix("www.")
    return {
        "start": start,
        "end": start + len(short),
        "url": short,
        "expanded_url": whole,
        "display_url": bare if len(bare) <= 27 else bare[:26] + "…",
    }
