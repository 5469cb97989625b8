"""Looks at a request for a new post as LinkedIn does: known fields, their shapes, their lengths.

From the Posts API and MultiImage API of LinkedIn's documentation, version 202609.
"""

from typing import Any

from rehearsal import linkedin_shapes as shapes
from rehearsal.exchange import RefusedError, Visit
from rehearsal.linkedin_text import utf16_units

MAX_COMMENTARY = 3000
MAX_ALT_TEXT = 4086
"""Reported by others; LinkedIn's own pages give no number."""
NEEDED = ("author", "commentary", "visibility", "distribution", "lifecycleState")
KNOWN = frozenset(
    {*NEEDED, "content", "isReshareDisabledByAuthor", "contentLandingPage", "reshareContext"}
)
MAX_COMMENT = 1250
"""Reported by others."""
KNOWN_MEDIA = frozenset({"id", "altText", "title"})
KNOWN_CARD = frozenset({"source", "title", "description", "thumbnail"})
VISIBILITIES = frozenset({"PUBLIC", "CONNECTIONS", "LOGGED_IN"})


def checked_post(visit: Visit) -> dict[str, Any]:
    """Return the body of a create, or refuse it."""
    body = visit.json()
    if not isinstance(body, dict):
        raise RefusedError(shapes.error(400, "ILLEGAL_ARGUMENT", "The body is no JSON object"))
    for name in NEEDED:
        if name not in body:
            raise RefusedError(shapes.invalid("MISSING_FIELD", f"/{name} is required", status=400))
    _only(body, KNOWN, "")
    if body["visibility"] not in VISIBILITIES or body["lifecycleState"] != "PUBLISHED":
        raise _invalid("visibility or lifecycleState is not one of the documented")
    if not isinstance(body["commentary"], str) or not isinstance(body["distribution"], dict):
        raise _invalid("commentary has to be text and distribution an object")
    if utf16_units(body["commentary"]) > MAX_COMMENTARY:
        words = f"/commentary exceeds the maximum length of {MAX_COMMENTARY}"
        raise RefusedError(shapes.invalid("FIELD_LENGTH_TOO_LONG", words, status=400))
    _check_content(body.get("content", {}))
    return body


def checked_patch(visit: Visit) -> str:
    """Return the commentary that a partial update sets, or refuse it."""
    body = visit.json()
    patch = body.get("patch") if isinstance(body, dict) else None
    fields = patch.get("$set") if isinstance(patch, dict) else None
    if not isinstance(fields, dict) or set(fields) != {"commentary"}:
        raise _invalid("The rehearsal only takes a patch that sets the commentary")
    written = fields["commentary"]
    if not isinstance(written, str) or not written.strip():
        raise _invalid("commentary has to be text")
    if utf16_units(written) > MAX_COMMENTARY:
        words = f"/commentary exceeds the maximum length of {MAX_COMMENTARY}"
        raise RefusedError(shapes.invalid("FIELD_LENGTH_TOO_LONG", words, status=400))
    return written


def checked_comment(visit: Visit) -> dict[str, Any]:
    """Return the body of a new comment, or refuse it (Comments API)."""
    body = visit.json()
    if not isinstance(body, dict):
        raise RefusedError(shapes.error(400, "ILLEGAL_ARGUMENT", "The body is no JSON object"))
    _only(body, frozenset({"actor", "object", "message"}), "")
    text = body.get("message", {}).get("text")
    if not isinstance(text, str) or not text.strip():
        raise RefusedError(shapes.invalid("MISSING_FIELD", "/message/text is required", status=400))
    if utf16_units(text) > MAX_COMMENT:
        words = f"/message/text exceeds the maximum length of {MAX_COMMENT}"
        raise RefusedError(shapes.invalid("FIELD_LENGTH_TOO_LONG", words, status=400))
    return body


def _check_content(content: Any) -> None:
    if not isinstance(content, dict) or len(content) > 1:
        raise _invalid("content has to hold exactly one of media, multiImage and article")
    _only(content, frozenset({"media", "multiImage", "article"}), "/content")
    if "media" in content:
        _check_media(content["media"])
    if "multiImage" in content:
        images = content["multiImage"].get("images")
        if not isinstance(images, list) or not 2 <= len(images) <= 20:
            raise _invalid("multiImage has to hold 2 to 20 images")
        for one in images:
            _check_media(one)
            if not str(one.get("id")).startswith("urn:li:image:"):
                raise _invalid("multiImage takes images only")
    if "article" in content:
        _check_card(content["article"])


def _check_media(shown: Any) -> None:
    if not isinstance(shown, dict) or not isinstance(shown.get("id"), str):
        raise _invalid("a medium has to have an id")
    _only(shown, KNOWN_MEDIA, "/content/media")
    if len(str(shown.get("altText", ""))) > MAX_ALT_TEXT:
        raise _invalid(f"altText exceeds the maximum length of {MAX_ALT_TEXT}")


def _check_card(card: Any) -> None:
    if not isinstance(card, dict) or not card.get("source") or not card.get("title"):
        raise _invalid("an article has to have a source and a title")
    _only(card, KNOWN_CARD, "/content/article")


def _only(given: dict[str, Any], known: frozenset[str], where: str) -> None:
    for name in sorted(set(given) - known):
        words = f"{where}/{name} :: unrecognized field found but not allowed"
        raise RefusedError(shapes.invalid("UNRECOGNIZED_FIELD", words))


def _invalid(words: str) -> RefusedError:
    return RefusedError(shapes.invalid("INVALID_VALUE_FOR_FIELD", words))
