"""Reads requests to the stand-in for X as strictly as X's specification 2.167 does.

Properties it does not list are refused, ids are up to 19 digits, pictures are at most four.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from rehearsal import x_shapes as shapes
from rehearsal.exchange import Answer, RefusedError, Visit

ID = re.compile(r"[0-9]{1,19}")
MAX_PICTURES = 4
REPLY_SETTINGS = frozenset({"following", "mentionedUsers", "subscribers", "verified"})
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z")

Check = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and ID.fullmatch(value) is not None


def _is_ids(value: Any, most: int) -> bool:
    return isinstance(value, list) and len(value) <= most and all(_is_id(one) for one in value)


POST: Mapping[str, Check] = {
    "text": _is_text,
    "media": lambda value: isinstance(value, dict),
    "reply": lambda value: isinstance(value, dict),
    "reply_settings": lambda value: value in REPLY_SETTINGS,
    "for_super_followers_only": _is_bool,
    "made_with_ai": _is_bool,
    "nullcast": _is_bool,
    "paid_partnership": _is_bool,
    "share_with_followers": _is_bool,
}
NOT_REHEARSED = frozenset(
    {
        "card_uri",
        "community_id",
        "direct_message_deep_link",
        "edit_options",
        "geo",
        "poll",
        "quote_tweet_id",
    }
)
"""Properties that X knows and the stand-in does not; it says so instead of ignoring them."""
MEDIA: Mapping[str, Check] = {
    "media_ids": lambda value: _is_ids(value, MAX_PICTURES) and bool(value),
    "tagged_user_ids": lambda value: _is_ids(value, 10),
}
REPLY: Mapping[str, Check] = {
    "in_reply_to_tweet_id": _is_id,
    "exclude_reply_user_ids": lambda value: _is_ids(value, 100),
    "auto_populate_reply_metadata": _is_bool,
}


def checked_post(visit: Visit) -> dict[str, Any]:
    """Return the body of a create request, or refuse it with 400."""
    body = visit.json()
    if visit.media_type != "application/json" or not isinstance(body, dict):
        raise RefusedError(shapes.invalid("$", "", message="The request body is no JSON object."))
    for name in sorted(NOT_REHEARSED & set(body)):
        message = f"The rehearsal does not have {name}; only the real X does."
        raise RefusedError(shapes.invalid(name, str(body[name]), message=message))
    _check(body, POST, place="$")
    _check(body.get("media", {"media_ids": ["0"]}), MEDIA, place="$.media", required="media_ids")
    reply = body.get("reply", {"in_reply_to_tweet_id": "0"})
    _check(reply, REPLY, place="$.reply", required="in_reply_to_tweet_id")
    return body


REPOST: Mapping[str, Check] = {"tweet_id": _is_id}


def checked_repost(visit: Visit) -> str:
    """Return the id of the post to pass on, or refuse the request with 400."""
    body = visit.json()
    if visit.media_type != "application/json" or not isinstance(body, dict):
        raise RefusedError(shapes.invalid("$", "", message="The request body is no JSON object."))
    _check(body, REPOST, place="$", required="tweet_id")
    return str(body["tweet_id"])


def _check(
    content: Mapping[str, Any], known: Mapping[str, Check], *, place: str, required: str = ""
) -> None:
    for name, value in content.items():
        if name not in known:
            message = (
                f"[{place}.{name}: is not defined in the schema and the schema does not allow "
                "additional properties]"
            )
            raise RefusedError(shapes.invalid(name, str(value), message=message))
        if not known[name](value):
            message = f"[{place}.{name}: does not fit the schema]"
            raise RefusedError(shapes.invalid(name, str(value), message=message))
    if required and required not in content:
        message = f"[{place}.{required}: is missing but it is required]"
        raise RefusedError(shapes.invalid(required, "", message=message))


def fields_asked(visit: Visit, name: str) -> set[str]:
    """Return what a `tweet.fields`-like parameter lists; X's newer name for it is `post.fields`."""
    names = (name, name.replace("tweet.", "post."))
    return {field for one in names for field in visit.query.get(one, "").split(",") if field}


def check_parameters(visit: Visit, known: Collection[str]) -> None:
    """Refuse query parameters that the address does not have."""
    for name in visit.query:
        if name not in known:
            listed = ",".join(sorted(known))
            message = f"The query parameter [{name}] is not one of [{listed}]"
            raise RefusedError(shapes.invalid(name, visit.query[name], message=message))


def number_asked(visit: Visit, name: str, *, low: int, high: int, usual: int) -> int:
    """Return a whole number within bounds, or refuse it with 400."""
    text = visit.query.get(name, str(usual))
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        message = f"The `{name}` query parameter value [{text}] is not between {low} and {high}"
        raise RefusedError(shapes.invalid(name, text, message=message))
    return int(text)


def instant_asked(visit: Visit, name: str) -> datetime | None:
    """Return an instant written as RFC 3339 in UTC with a Z, or refuse it with 400."""
    text = visit.query.get(name)
    if text is None:
        return None
    if not MOMENT.fullmatch(text):
        raise RefusedError(_not_a(name, text, what="valid RFC 3339 date-time ending in Z"))
    return datetime.fromisoformat(text).astimezone(UTC)


def id_asked(visit: Visit, name: str) -> int | None:
    """Return an id to compare with, or refuse it with 400."""
    text = visit.query.get(name)
    if text is not None and not ID.fullmatch(text):
        raise RefusedError(_not_a(name, text, what="valid id of up to 19 digits"))
    return int(text) if text is not None else None


def _not_a(name: str, text: str, *, what: str) -> Answer:
    message = f"The `{name}` query parameter value [{text}] is no {what}"
    return shapes.invalid(name, text, message=message)
