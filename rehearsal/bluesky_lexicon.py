"""Reads post records as strictly as the lexicon `app.bsky.feed.post` does.

From the atproto lexicons of August 2026, with the reference server's words. Fields the lexicon does
not know are kept; facet offsets are not held against the text, since the reference server accepts
offsets beyond its end.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rehearsal.bluesky_door import error
from rehearsal.counting import graphemes
from rehearsal.exchange import RefusedError

COLLECTION = "app.bsky.feed.post"
REPOSTS = "app.bsky.feed.repost"
IMAGES = "app.bsky.embed.images"
EXTERNAL = "app.bsky.embed.external"
MAX_GRAPHEMES = 300
MAX_BYTES = 3000
MAX_IMAGES = 4
IMAGE_BYTES = 2_000_000
THUMB_BYTES = 1_000_000
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


def checked_record(record: Any) -> dict[str, Any]:
    """Return a record that is a valid post, or refuse it with 400."""
    if not isinstance(record, dict):
        raise _invalid("Expected object value type", "$.record")
    if record.get("$type") != COLLECTION:
        raise RefusedError(
            error(400, "InvalidRequest", message=f"Invalid $type: expected {COLLECTION}")
        )
    _check_text(_required(record, "text", kind=str, place="$.record"))
    _check_moment(_required(record, "createdAt", kind=str, place="$.record"))
    _check_length(record, "langs", most=3)
    _check_length(record, "tags", most=8)
    _check_facets(record.get("facets", []))
    _check_reply(record.get("reply"))
    _check_embed(record.get("embed"))
    return record


def checked_repost(record: Any) -> dict[str, Any]:
    """Return a record that is a valid repost (`app.bsky.feed.repost`), or refuse it with 400."""
    if not isinstance(record, dict):
        raise _invalid("Expected object value type", "$.record")
    if record.get("$type") != REPOSTS:
        message = f"Invalid $type: expected {REPOSTS}"
        raise RefusedError(error(400, "InvalidRequest", message=message))
    _check_moment(_required(record, "createdAt", kind=str, place="$.record"))
    subject = _required(record, "subject", kind=dict, place="$.record")
    _check_reference(subject, "$.record.subject")
    return record


def pictures_of(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the images of a checked record, each with `alt` and the blob under `image`."""
    embed = record.get("embed") or {}
    return list(embed.get("images", [])) if embed.get("$type") == IMAGES else []


def blobs_of(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every blob that a checked record refers to."""
    yield from (one["image"] for one in pictures_of(record))
    external = (record.get("embed") or {}).get("external") or {}
    if "thumb" in external:
        yield external["thumb"]


def _invalid(what: str, place: str) -> RefusedError:
    message = f"Invalid {COLLECTION} record: {what} at {place}"
    return RefusedError(error(400, "InvalidRequest", message=message))


def _required(content: dict[str, Any], name: str, *, kind: type, place: str) -> Any:
    if name not in content:
        raise _invalid(f'Missing required key "{name}"', place)
    if not isinstance(content[name], kind) or isinstance(content[name], bool):
        raise _invalid(f"Expected {kind.__name__} value type", f"{place}.{name}")
    return content[name]


def _check_text(text: str) -> None:
    length = len(text.encode())
    if length > MAX_BYTES:
        raise _invalid(f"string too big (maximum {MAX_BYTES}, got {length})", "$.record.text")
    length = graphemes(text)
    if length > MAX_GRAPHEMES:
        what = f"grapheme too big (maximum {MAX_GRAPHEMES}, got {length})"
        raise _invalid(what, "$.record.text")


def _check_moment(text: str) -> None:
    try:
        good = MOMENT.fullmatch(text) is not None and datetime.fromisoformat(text) is not None
    except ValueError:
        good = False
    if not good:
        raise _invalid(f'Invalid datetime (got "{text}")', "$.record.createdAt")


def _check_length(content: dict[str, Any], name: str, *, most: int) -> None:
    values = content.get(name, [])
    place = f"$.record.{name}"
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise _invalid("Expected array value type", place)
    if len(values) > most:
        raise _invalid(f"array too big (maximum {most}, got {len(values)})", place)


def _check_facets(facets: Any) -> None:
    if not isinstance(facets, list):
        raise _invalid("Expected array value type", "$.record.facets")
    for number, facet in enumerate(facets):
        place = f"$.record.facets[{number}]"
        if not isinstance(facet, dict):
            raise _invalid("Expected object value type", place)
        index = _required(facet, "index", kind=dict, place=place)
        for name in ("byteStart", "byteEnd"):
            if _required(index, name, kind=int, place=f"{place}.index") < 0:
                raise _invalid("integer too small (minimum 0)", f"{place}.index.{name}")
        _required(facet, "features", kind=list, place=place)


def _check_reply(reply: Any) -> None:
    if reply is None:
        return
    if not isinstance(reply, dict):
        raise _invalid("Expected object value type", "$.record.reply")
    for name in ("root", "parent"):
        place = f"$.record.reply.{name}"
        _check_reference(_required(reply, name, kind=dict, place="$.record.reply"), place)


def _check_reference(reference: dict[str, Any], place: str) -> None:
    _required(reference, "uri", kind=str, place=place)
    _required(reference, "cid", kind=str, place=place)


def _check_embed(embed: Any) -> None:
    if embed is None:
        return
    place = "$.record.embed"
    kind = _required(embed, "$type", kind=str, place=place) if isinstance(embed, dict) else ""
    if kind == IMAGES:
        _check_images(_required(embed, "images", kind=list, place=place))
    elif kind == EXTERNAL:
        external = _required(embed, "external", kind=dict, place=place)
        for name in ("uri", "title", "description"):
            _required(external, name, kind=str, place=f"{place}.external")
        if "thumb" in external:
            _check_blob(external["thumb"], THUMB_BYTES, place=f"{place}.external.thumb")
    else:
        message = f"The rehearsal does not have embeds of type {kind}; only a real server does"
        raise RefusedError(error(400, "InvalidRequest", message=message))


def _check_images(images: list[Any]) -> None:
    place = "$.record.embed.images"
    if len(images) > MAX_IMAGES:
        raise _invalid(f"array too big (maximum {MAX_IMAGES}, got {len(images)})", place)
    for number, image in enumerate(images):
        here = f"{place}[{number}]"
        if not isinstance(image, dict):
            raise _invalid("Expected object value type", here)
        _required(image, "alt", kind=str, place=here)
        _check_blob(
            _required(image, "image", kind=dict, place=here), IMAGE_BYTES, place=f"{here}.image"
        )


def _check_blob(blob: Any, most: int, *, place: str) -> None:
    good = isinstance(blob, dict) and blob.get("$type") == "blob"
    reference = blob.get("ref") if good else None
    if not isinstance(reference, dict) or not isinstance(reference.get("$link"), str):
        raise _invalid("Expected blob value type", place)
    if not str(blob.get("mimeType", "")).startswith("image/"):
        raise _invalid(f'Expected image/* mime type (got "{blob.get("mimeType")}")', place)
    size = _required(blob, "size", kind=int, place=place)
    if size > most:
        raise _invalid(f"blob too big (maximum {most}, got {size})", place)
