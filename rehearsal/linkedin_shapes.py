"""The JSON that the stand-in for LinkedIn answers with.

Written from LinkedIn's documentation, version 202609 (Posts, Images, Videos, Documents API,
organization lookup, share statistics, error handling), and answers quoted from the live service.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rehearsal.accounts import Account
from rehearsal.exchange import Answer, as_json
from rehearsal.records import StoredPost

NOTHING_SAID = "application/json"


def error(status: int, code: str, message: str) -> Answer:
    """Answer with LinkedIn's common error shape."""
    return as_json(status, {"status": status, "code": code, "message": message})


def invalid(code: str, message: str, *, status: int = 422) -> Answer:
    """Answer that a field of a post is wrong."""
    return as_json(
        status,
        {
            "errorDetailType": "com.linkedin.common.error.BadRequest",
            "message": message,
            "errorDetails": {"inputErrors": [{"description": message, "input": {}, "code": code}]},
            "status": status,
        },
    )


def duplicate(urn: str) -> Answer:
    """Answer that a text was posted before, naming the post."""
    return as_json(
        422,
        {
            "errorDetailType": "com.linkedin.common.error.BadRequest",
            "message": f"Content is a duplicate of {urn}",
            "errorDetails": {
                "inputErrors": [
                    {
                        "description": "Duplicate post is detected",
                        "input": {},
                        "code": "DUPLICATE_POST",
                    }
                ]
            },
            "status": 422,
        },
    )


def throttled() -> Answer:
    """Answer that the day's quota is used up; LinkedIn sends no header with it."""
    message = "Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls is reached."
    return as_json(
        429,
        {"serviceErrorCode": 101, "code": "TOO_MANY_REQUESTS", "message": message, "status": 429},
    )


def not_found(urn: str) -> Answer:
    """Answer that there is no such thing."""
    return error(404, "NOT_FOUND", f"Could not find entity {urn}")


def created(urn: str) -> Answer:
    """Answer a create: an empty body, the id in a header."""
    return Answer(status=201, body=b"", media_type=NOTHING_SAID, headers={"x-restli-id": urn})


def owner_urn(account: Account) -> str:
    """Return the URN of an account's page."""
    return f"urn:li:organization:{account.remote_id}"


def as_post(post: StoredPost, account: Account) -> dict[str, Any]:
    """Return a post as the Posts API gives it."""
    at = milliseconds(post.created_at)
    given = ("commentary", "visibility", "distribution", "lifecycleState", "content")
    context = {"parent": post.reposts, "root": post.reposts}
    return {
        **({"reshareContext": context} if post.reposts else {}),
        **{name: post.raw[name] for name in given if name in post.raw},
        "id": post.remote_id,
        "author": owner_urn(account),
        "createdAt": at,
        "publishedAt": at,
        "lastModifiedAt": at,
        "isReshareDisabledByAuthor": bool(post.raw.get("isReshareDisabledByAuthor")),
    }


def as_statistics(kind: str, urn: str, owner: str, counts: Mapping[str, int]) -> dict[str, Any]:
    """Return one post's lifetime statistics."""
    clicks = counts["link-clicks"]
    answers = counts["reactions"] + counts["replies"] + counts["reshares"]
    shown = counts["impressions"]
    return {
        kind: urn,
        "organizationalEntity": owner,
        "totalShareStatistics": {
            "impressionCount": shown,
            "uniqueImpressionsCount": counts["reach"],
            "clickCount": clicks,
            "likeCount": counts["reactions"],
            "commentCount": counts["replies"],
            "shareCount": counts["reshares"],
            "engagement": (clicks + answers) / shown,
        },
    }


def as_organization(account: Account) -> dict[str, Any]:
    """Return a page as the organization lookup gives it to its administrators."""
    return {
        "id": int(account.remote_id),
        "vanityName": account.name,
        "localizedName": account.name,
        "$URN": owner_urn(account),
    }


def milliseconds(at: datetime) -> int:
    """Return an instant as LinkedIn writes it."""
    return int(at.timestamp() * 1000)
