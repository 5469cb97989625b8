"""The JSON that the stand-in for YouTube answers with.

Written from Google's documentation of the YouTube Data API v3 ("Errors", videos, channels).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from rehearsal.accounts import Account
from rehearsal.exchange import Answer, as_json
from rehearsal.records import StoredPost


def error(status: int, reason: str, message: str, *, domain: str = "youtube.video") -> Answer:
    """Answer with Google's one error shape."""
    said = {"message": message, "domain": domain, "reason": reason}
    return as_json(status, {"error": {"code": status, "message": message, "errors": [said]}})


def invalid(reason: str, message: str) -> Answer:
    """Answer that something in the request is wrong."""
    return error(400, reason, message)


def unauthorized() -> Answer:
    """Answer that the token is not good."""
    words = "Request had invalid authentication credentials."
    return error(401, "authError", words, domain="global")


def quota_exceeded() -> Answer:
    """Answer that the day's units are used up: a 403, and no word about when they come back."""
    words = "The request cannot be completed because you have exceeded your quota."
    return error(403, "quotaExceeded", words, domain="youtube.quota")


def forbidden() -> Answer:
    """Answer that the video is another channel's."""
    words = "The request might not be properly authorized."
    return error(403, "forbidden", words)


def gone() -> Answer:
    """Answer that there is no such video."""
    words = "The video that you are trying to change cannot be found. Check the id parameter."
    return error(404, "videoNotFound", words)


def backend_error() -> Answer:
    """Answer that Google failed."""
    return error(500, "backendError", "Backend Error", domain="global")


def listed(kind: str, items: list[dict[str, Any]]) -> Answer:
    """Answer with a list."""
    pages = {"totalResults": len(items), "resultsPerPage": len(items)}
    return as_json(200, {"kind": f"youtube#{kind}ListResponse", "pageInfo": pages, "items": items})


def as_video(
    post: StoredPost, account: Account, parts: Iterable[str], counts: Mapping[str, int]
) -> dict[str, Any]:
    """Return the parts of a video that were asked for; numbers are text."""
    snippet = {
        **post.raw["snippet"],
        "publishedAt": f"{post.created_at:%Y-%m-%dT%H:%M:%SZ}",
        "channelId": account.remote_id,
        "channelTitle": account.name,
    }
    whole = {
        "snippet": snippet,
        "status": post.raw["status"],
        "processingDetails": {"processingStatus": "succeeded"},
        "statistics": {
            "viewCount": str(counts.get("impressions", 0)),
            "likeCount": str(counts.get("reactions", 0)),
            "favoriteCount": "0",
            "commentCount": str(counts.get("replies", 0)),
        },
    }
    shown = {name: one for name, one in whole.items() if name in parts}
    return {"kind": "youtube#video", "id": post.remote_id, **shown}


def as_channel(account: Account, followers: int, parts: Iterable[str]) -> dict[str, Any]:
    """Return the parts of a channel that were asked for; subscribers are rounded down."""
    digits = len(str(followers))
    unit = 10 ** max(0, digits - 3)
    whole: dict[str, Any] = {
        "snippet": {"title": account.name, "customUrl": f"@{account.name}"},
        "statistics": {
            "subscriberCount": str(followers // unit * unit),
            "hiddenSubscriberCount": False,
        },
    }
    shown = {name: one for name, one in whole.items() if name in parts}
    return {"kind": "youtube#channel", "id": account.remote_id, **shown}
