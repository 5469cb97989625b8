"""Uploads to X: pictures in one go with their alt text, videos in parts and then processed.

An upload is known by its id, which is the token that `prepare` keeps; while X is at work on a
video the token carries a mark. A caption file goes up as a video does, and is then put to it.
Nobody sees an upload. Source: X API v2, "Media upload" (chunked upload: initialize, append,
finalize, STATUS) and "Create Media subtitles" (specification 2.167).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from connectors.caption_files import SUBRIP
from connectors.content import Content
from connectors.contract import Captions, ConnectorError, Media, NotSent, PostRefused
from connectors.http import Answer, Purpose
from connectors.video import MP4
from connectors.x_errors import x_error
from connectors.x_wire import NAME, Wire

PROCESSING = " processing"
"""Stands behind the id of a video that X has not finished."""

_LASTS_FOR = timedelta(hours=24)
"""Where the answer does not say how long an upload is kept."""
_PART = 4 * 1024 * 1024
_VIDEO, _SUBTITLES = "tweet_video", "subtitles"
_LANGUAGES = {"en": "English", "cy": "Cymraeg", "ga": "Gaeilge", "gd": "Gàidhlig"}
"""What players call the languages of these islands; another one goes by its code."""
_AGAIN_AFTER = timedelta(seconds=15)
_DONE, _FAILED = "succeeded", "failed"


def upload(wire: Wire, media: Media, language: str) -> tuple[str, timedelta]:
    """Upload one file; return its token and how long X keeps it."""
    if media.media_type == MP4:
        return _upload_video(wire, media, language)
    uploaded = _data(wire, wire.upload(media))
    media_id = _id(wire, uploaded)
    if media.alt_text:
        _data(wire, wire.describe(media_id, media.alt_text))
    return media_id, _kept_for(uploaded)


def finished(wire: Wire, token: str) -> str:
    """Return the id of an upload that can be posted.

    Raises `NotSent` while X works on it, `PostRefused` where it could not make anything of it.
    """
    media_id = token.removesuffix(PROCESSING)
    if media_id == token:
        return media_id
    state = _state(_data(wire, wire.upload_status(media_id)))
    if state == _FAILED:
        message = "X could not process the video: check its codec and length."
        raise PostRefused(message, network=NAME, code=state)
    if state != _DONE:
        message = "X is still working on the video."
        raise NotSent(message, network=NAME, retry_at=wire.http.now() + _AGAIN_AFTER)
    return media_id


def _upload_video(wire: Wire, media: Media, language: str) -> tuple[str, timedelta]:
    media_id, begun, ended = _in_parts(wire, media.content, MP4, _VIDEO)
    if media.captions is not None:
        _caption(wire, media_id, media.captions, language)
    # Without a word about processing there is nothing to wait for.
    is_done = "processing_info" not in ended or _state(ended) == _DONE
    return media_id if is_done else media_id + PROCESSING, _kept_for(begun)


def _in_parts(
    wire: Wire, content: Content, media_type: str, category: str
) -> tuple[str, Mapping[str, Any], Mapping[str, Any]]:
    """Upload a file in parts; return its id and what X said first and last."""
    begun = _data(wire, wire.begin(len(content), media_type, category))
    media_id = _id(wire, begun)
    for number, start in enumerate(range(0, len(content), _PART)):
        _insist(wire, wire.append(media_id, number, content[start : start + _PART]))
    return media_id, begun, _data(wire, wire.finalize(media_id))


def _caption(wire: Wire, media_id: str, captions: Captions, language: str) -> None:
    kind = "text/srt" if captions.media_type == SUBRIP else "text/vtt"
    track, _, _ = _in_parts(wire, captions.content, kind, _SUBTITLES)
    name = _LANGUAGES.get(language, language)
    _data(wire, wire.caption(media_id, track, language=language.upper(), name=name))


def _state(uploaded: Mapping[str, Any]) -> str:
    processing = uploaded.get("processing_info")
    return str(processing.get("state")) if isinstance(processing, dict) else _DONE


def _kept_for(uploaded: Mapping[str, Any]) -> timedelta:
    seconds = uploaded.get("expires_after_secs")
    return timedelta(seconds=seconds) if isinstance(seconds, int) else _LASTS_FOR


def _id(wire: Wire, uploaded: Mapping[str, Any]) -> str:
    value = uploaded.get("id")
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return value
    raise _unclear(wire, "X took a file without naming it.")


def _data(wire: Wire, answer: Answer) -> Mapping[str, Any]:
    _insist(wire, answer)
    data = answer.mapping().get("data")
    if not isinstance(data, dict):
        raise _unclear(wire, "X answered in a shape nobody documents.")
    return data


def _insist(wire: Wire, answer: Answer) -> None:
    if not answer.ok:
        raise x_error(wire.http, answer, Purpose.PREPARE)


def _unclear(wire: Wire, message: str) -> ConnectorError:
    return wire.http.unclear(message, Purpose.PREPARE)
