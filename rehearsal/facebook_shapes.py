"""The JSON that the stand-in for Facebook answers with.

Written from Meta's documentation, Graph API v26.0 ("Handle errors", page feed, photos, videos, post
and page insights), and errors quoted from the live service.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from rehearsal.accounts import Account
from rehearsal.exchange import Answer, as_json
from rehearsal.records import StoredPost

TRACE = "Ax7RehearsedTrace"


def error(
    code: int, message: str, *, subcode: int | None = None, status: int = 400, **more: Any
) -> Answer:
    """Answer with the Graph API's one error shape."""
    said: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code, **more}
    if subcode is not None:
        said["error_subcode"] = subcode
    return as_json(status, {"error": {**said, "fbtrace_id": TRACE}})


def invalid(message: str) -> Answer:
    """Answer that a parameter is wrong."""
    return error(100, f"(#100) {message}")


def gone(remote_id: str) -> Answer:
    """Answer that there is no such object, or none that the token may see."""
    message = (
        f"Unsupported request. Object with ID '{remote_id}' does not exist, cannot be loaded due "
        "to missing permissions, or does not support this operation."
    )
    return error(100, message, subcode=33)


def bad_token(message: str, *, subcode: int | None = None) -> Answer:
    """Answer that the token is not good; the status is 400 all the same."""
    return error(190, message, subcode=subcode)


def duplicate() -> Answer:
    """Answer that the page has just posted the same."""
    message = "(#506) Duplicate status message"
    return error(506, message, subcode=1455006, is_transient=False)


def throttled() -> Answer:
    """Answer that the page has asked too often; a 400 too."""
    return error(32, "(#32) Page request limit reached")


def success() -> Answer:
    """Answer a write that gives nothing back."""
    return as_json(200, {"success": True})


def as_page(account: Account, now: datetime) -> dict[str, Any]:
    """Return what a page says of itself."""
    return {
        "id": account.remote_id,
        "name": account.name,
        "username": account.name,
        "link": f"https://www.facebook.com/{account.name}",
        "followers_count": account.followers_at(now),
    }


def as_post(post: StoredPost, counts: Mapping[str, int], *, is_published: bool) -> dict[str, Any]:
    """Return every field that may be asked of a post; nobody having shared it, `shares` is left."""
    shown: dict[str, Any] = {
        "id": post.remote_id,
        "message": post.text,
        "created_time": f"{post.created_at:%Y-%m-%dT%H:%M:%S+0000}",
        "is_published": is_published,
        "permalink_url": post.url,
        "reactions": {"data": [], "summary": {"total_count": counts.get("reactions", 0)}},
        "comments": {"data": [], "summary": {"total_count": counts.get("replies", 0)}},
    }
    if counts.get("reshares"):
        shown["shares"] = {"count": counts["reshares"]}
    return shown


def as_insights(post: StoredPost, values: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """Return lifetime insights; a list that is empty stands for no data yet."""
    return {
        "data": [
            {
                "name": name,
                "period": "lifetime",
                "values": [{"value": value}],
                "id": f"{post.remote_id}/insights/{name}/lifetime",
            }
            for name, value in values
        ]
    }


def only(shown: Mapping[str, Any], fields: str) -> dict[str, Any]:
    """Return the fields asked for, and the id, which always comes."""
    # `reactions.summary(total_count).limit(0)` asks for `reactions`.
    wanted = {one.split(".")[0].split("(")[0] for one in fields.split(",")}
    return {name: value for name, value in shown.items() if name in wanted or name == "id"}
