"""What the stand-in for YouTube takes of a video's page (videos.insert and videos.update)."""

from collections.abc import Collection
from typing import Any

from rehearsal import youtube_shapes as shapes
from rehearsal.exchange import RefusedError, Visit

MOST_TITLE, MOST_DESCRIPTION, MOST_TAGS = 100, 5_000, 500
PRIVACIES = frozenset({"public", "unlisted", "private"})
FIELDS: dict[str, dict[str, type]] = {
    "snippet": {
        "title": str,
        "description": str,
        "tags": list,
        "categoryId": str,
        "defaultLanguage": str,
        "defaultAudioLanguage": str,
    },
    "status": {
        "privacyStatus": str,
        "publishAt": str,
        "license": str,
        "embeddable": bool,
        "publicStatsViewable": bool,
        "selfDeclaredMadeForKids": bool,
        "containsSyntheticMedia": bool,
    },
}


def parts_of(visit: Visit) -> set[str]:
    """Return the parts that a request names."""
    return set(filter(None, visit.query.get("part", "").split(",")))


def checked_video(visit: Visit, *, parts: Collection[str]) -> dict[str, Any]:
    """Return what is said of a video, or refuse it in YouTube's words."""
    body = visit.json()
    if not isinstance(body, dict):
        raise RefusedError(shapes.invalid("parseError", "The body has to be JSON."))
    if parts_of(visit) != set(parts):
        raise RefusedError(shapes.invalid("unexpectedPart", f"Parts wanted: {sorted(parts)}."))
    for name, fields in FIELDS.items():
        if name in parts:
            _check_fields(name, body.get(name), fields)
    if "snippet" in parts:
        _check_snippet(body["snippet"])
    privacy = body["status"].get("privacyStatus", "public") if "status" in parts else "public"
    if privacy not in PRIVACIES:
        raise RefusedError(shapes.invalid("invalidVideoMetadata", "There is no such privacy."))
    return {name: body[name] for name in FIELDS if name in parts}


def _check_fields(name: str, said: Any, fields: dict[str, type]) -> None:
    if not isinstance(said, dict):
        raise RefusedError(shapes.invalid("invalidVideoMetadata", f"{name} is missing."))
    for field, value in said.items():
        if field not in fields or not isinstance(value, fields[field]):
            words = f'Invalid JSON payload received. Unknown name "{field}" at "{name}"'
            raise RefusedError(shapes.invalid("badRequest", words))


def _check_snippet(snippet: dict[str, Any]) -> None:
    title, description = snippet.get("title", ""), snippet.get("description", "")
    if not 0 < len(title) <= MOST_TITLE or {"<", ">"} & set(title):
        words = "The request metadata specifies an invalid or empty video title."
        raise RefusedError(shapes.invalid("invalidTitle", words))
    if len(description.encode()) > MOST_DESCRIPTION or {"<", ">"} & set(description):
        words = "The request metadata specifies an invalid video description."
        raise RefusedError(shapes.invalid("invalidDescription", words))
    tags = [f'"{one}"' if " " in one else one for one in snippet.get("tags", [])]
    if len(",".join(tags)) > MOST_TAGS:
        words = "The request metadata specifies invalid video keywords."
        raise RefusedError(shapes.invalid("invalidTags", words))
    if not str(snippet.get("categoryId", "")).isdigit():
        words = "The snippet.categoryId property specifies an invalid category ID."
        raise RefusedError(shapes.invalid("invalidCategoryId", words))
