"""Uploads to LinkedIn: pictures, videos in parts, documents, and the thumbnail of a card.

An upload is known by its URN, which is the token that `prepare` keeps. While LinkedIn is not done
with it the token carries a mark. Nothing uploaded here is seen by anybody.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from connectors.content import Content, Span
from connectors.contract import Media, NotSent, PostRefused
from connectors.http import Purpose
from connectors.linkedin_errors import linkedin_error
from connectors.linkedin_facts import DOCUMENT, NAME
from connectors.linkedin_wire import LinkedInWire
from connectors.video import MP4

PROCESSING = " processing"
"""Stands behind the URN of an upload that LinkedIn has not finished."""

_KINDS = {MP4: "videos", DOCUMENT: "documents"}
_FAILED = frozenset({"PROCESSING_FAILED", "FAILED"})
_AGAIN_AFTER = timedelta(seconds=15)


def upload(wire: LinkedInWire, media: Media) -> str:
    """Upload one file and return its token."""
    if media.media_type == MP4:
        urn = _upload_video(wire, media)
    else:
        begun = _begin(wire, media, {})
        urn = _text(wire, begun, kind_of(media).removesuffix("s"))
        _put(wire, _text(wire, begun, "uploadUrl"), media.content)
    return urn if _status(wire, urn, media) == "AVAILABLE" else urn + PROCESSING


def finished(wire: LinkedInWire, token: str, media: Media) -> str | None:
    """Return the URN of an upload that can be posted; None where it has to be sent again.

    Raises `NotSent` while LinkedIn works on it, `PostRefused` where it could not make anything
    of it.
    """
    urn = token.removesuffix(PROCESSING)
    status = _status(wire, urn, media)
    if status in _FAILED:
        message = "LinkedIn could not process the upload: check the file's format and length."
        raise PostRefused(message, network=NAME, code=status)
    if status is not None and status != "AVAILABLE":
        message = "LinkedIn is still working on an upload."
        raise NotSent(message, network=NAME, retry_at=wire.http.now() + _AGAIN_AFTER)
    return urn if status else None


def kind_of(media: Media) -> str:
    """Return the collection that a file belongs to."""
    return _KINDS.get(media.media_type, "images")


def _status(wire: LinkedInWire, urn: str, media: Media) -> str | None:
    answer = wire.asset(kind_of(media), urn)
    if answer.status == 404:
        return None
    status = answer.mapping().get("status")
    if not answer.ok or not isinstance(status, str):
        raise linkedin_error(wire.http, answer, Purpose.READ)
    return status


def _upload_video(wire: LinkedInWire, media: Media) -> str:
    size = len(media.content)
    fields = {
        "fileSizeBytes": size,
        "uploadCaptions": media.captions is not None,
        "uploadThumbnail": False,
    }
    begun = _begin(wire, media, fields)
    urn = _text(wire, begun, "video")
    parts = begun.get("uploadInstructions")
    if not isinstance(parts, list) or not _cover(parts, size):
        raise _odd(wire)
    etags = [
        _put(wire, part["uploadUrl"], Span(media.content, part["firstByte"], part["lastByte"] + 1))
        for part in parts
    ]
    if media.captions is not None:
        _put(wire, _text(wire, begun, "captionsUploadUrl"), media.captions.content)
    ended = wire.end_upload(
        {"video": urn, "uploadToken": begun.get("uploadToken", ""), "uploadedPartIds": etags}
    )
    if not ended.ok:
        raise linkedin_error(wire.http, ended, Purpose.PREPARE)
    return urn


def _cover(parts: Sequence[Any], size: int) -> bool:
    """Whether the parts are the whole file, in order, each with an address of its own."""
    expected = 0
    for part in parts:
        if not isinstance(part, dict) or not isinstance(part.get("uploadUrl"), str):
            return False
        if part.get("firstByte") != expected or not isinstance(part.get("lastByte"), int):
            return False
        expected = part["lastByte"] + 1
    return expected == size


def _begin(wire: LinkedInWire, media: Media, fields: dict[str, Any]) -> dict[str, Any]:
    answer = wire.begin_upload(kind_of(media), fields)
    value = answer.mapping().get("value")
    if not answer.ok:
        raise linkedin_error(wire.http, answer, Purpose.PREPARE)
    if not isinstance(value, dict):
        raise _odd(wire)
    return value


def _put(wire: LinkedInWire, address: str, content: Content) -> str:
    answer = wire.put(address, content)
    if not answer.ok:
        raise linkedin_error(wire.http, answer, Purpose.PREPARE)
    return str(answer.headers.get("ETag", "")).strip('"')


def _text(wire: LinkedInWire, begun: dict[str, Any], name: str) -> str:
    value = begun.get(name)
    if not isinstance(value, str) or not value:
        raise _odd(wire)
    return value


def _odd(wire: LinkedInWire) -> Exception:
    return wire.http.unclear("LinkedIn's answer to an upload cannot be read.", Purpose.PREPARE)
