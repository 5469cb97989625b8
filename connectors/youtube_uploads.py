"""What stands at YouTube before a video is public: an upload session, then the private video.

Both are kept as soon as they are named, so that an upload that is cut off goes on where it
stopped. A session tells how much has arrived, and the video's id once all has; nobody but the
channel's owner sees a private video. Facts: Google's documentation, "Resumable uploads", and
captions.insert, which refuses a second file of the same language and name (captionExists).
"""

from collections.abc import Callable, Mapping
from typing import Any

from connectors.contract import (
    Captions,
    ConnectorError,
    NotSent,
    OutgoingPost,
    Prepared,
    VideoSettings,
)
from connectors.http import Answer, Purpose
from connectors.youtube_errors import reason_in, youtube_error
from connectors.youtube_facts import NAME, known_id, parts_of
from connectors.youtube_wire import YouTubeWire

PART = 4 * 1024 * 1024
"""Bytes sent at a time: a multiple of 256 KiB, as the protocol wants it."""

PRIVATE = "private"
PEOPLE_AND_BLOGS = "22"
"""The category that YouTube's own upload page begins with."""

_SESSION, _VIDEO, _CAPTIONS = "session ", "video ", "captions"
_GOES_ON, _GONE = 308, frozenset({404, 410})


def video_in(prepared: Prepared | None) -> str | None:
    """Return the id of the video that was uploaded, None where it has none yet."""
    return _behind(_VIDEO, prepared)


def status_of(settings: VideoSettings, privacy: str) -> dict[str, Any]:
    """Return a whole `status`: what an update leaves out is set back to YouTube's default."""
    return {
        "privacyStatus": privacy,
        "selfDeclaredMadeForKids": settings.made_for_children,
        "license": "youtube",
        "embeddable": True,
        "publicStatsViewable": True,
    }


class YouTubeUploads:
    """Uploads for one channel."""

    def __init__(self, wire: YouTubeWire, keep: Callable[[Prepared], None]) -> None:
        self._wire = wire
        self._keep = keep

    def complete(
        self, post: OutgoingPost, settings: VideoSettings, resume: Prepared | None
    ) -> Prepared:
        """Upload the video and its captions, from wherever an earlier attempt came to."""
        film = post.media[0]
        video_id = video_in(resume)
        if video_id is None:
            video_id = self._uploaded(post, settings, resume)
        tokens = (_VIDEO + video_id,)
        if film.captions is None:
            return Prepared(tokens=tokens)
        if resume is None or _CAPTIONS not in resume.tokens:
            self._keep(Prepared(tokens=tokens))
            self._add_captions(video_id, film.captions, post.language)
        return Prepared(tokens=(*tokens, _CAPTIONS))

    def _uploaded(
        self, post: OutgoingPost, settings: VideoSettings, resume: Prepared | None
    ) -> str:
        film, session = post.media[0], _behind(_SESSION, resume)
        total = len(film.content)
        if session is None or not self._wire.is_ours(session):
            session = self._opened(post, settings)
            self._keep(Prepared(tokens=(_SESSION + session,)))
            start: int | None = 0
            answer = None
        else:
            answer = self._wire.ask_session(session, total=total)
            start = self._place(answer, total)
        while start is not None:
            part = film.content[start : start + PART]
            answer = self._wire.send_part(session, part, start=start, total=total)
            before, start = start, self._place(answer, total)
            if start is not None and start <= before:
                raise self._odd("YouTube keeps nothing of what is uploaded.")
        return self._named(answer)

    def _opened(self, post: OutgoingPost, settings: VideoSettings) -> str:
        film = post.media[0]
        answer = self._wire.open_session(
            _resource(post, settings), size=len(film.content), media_type=film.media_type
        )
        if not answer.ok:
            raise youtube_error(self._wire.http, answer, Purpose.PREPARE)
        session = answer.headers.get("Location", "")
        if not self._wire.is_ours(session):
            raise self._odd("YouTube names no address of its own for the upload.")
        return session

    def _place(self, answer: Answer, total: int) -> int | None:
        """Return where to go on; None where all has arrived."""
        if answer.ok:
            return None
        if answer.status in _GONE:
            message = "YouTube no longer knows the upload; it is begun anew."
            raise NotSent(message, network=NAME, code="upload-gone", uploads_gone=True)
        if answer.status != _GOES_ON:
            raise youtube_error(self._wire.http, answer, Purpose.PREPARE)
        arrived = answer.headers.get("Range", "")
        if not arrived:
            return 0
        _, _, last = arrived.partition("bytes=0-")
        if not (last.isascii() and last.isdigit()) or int(last) >= total - 1:
            raise self._odd("YouTube does not say how much of the video has arrived.")
        return int(last) + 1

    def _named(self, answer: Answer | None) -> str:
        said = answer.mapping().get("id") if answer is not None else None
        video_id = known_id(said) if isinstance(said, str) else None
        if video_id is None:
            raise self._odd("YouTube took the video without naming it.")
        return video_id

    def _add_captions(self, video_id: str, captions: Captions, language: str) -> None:
        snippet = {"videoId": video_id, "language": language, "name": "", "isDraft": False}
        answer = self._wire.add_captions({"snippet": snippet}, captions)
        # They are there already where an earlier answer was lost.
        if not answer.ok and reason_in(answer) != "captionExists":
            raise youtube_error(self._wire.http, answer, Purpose.PREPARE)

    def _odd(self, message: str) -> ConnectorError:
        return self._wire.http.unclear(message, Purpose.PREPARE)


def _resource(post: OutgoingPost, settings: VideoSettings) -> Mapping[str, Any]:
    title, description = parts_of(post.text)
    snippet: dict[str, Any] = {
        "title": title,
        "description": description,
        "categoryId": PEOPLE_AND_BLOGS,
        "defaultLanguage": post.language,
        "defaultAudioLanguage": post.language,
    }
    if settings.tags:
        snippet["tags"] = list(settings.tags)
    return {"snippet": snippet, "status": status_of(settings, PRIVATE)}


def _behind(kind: str, prepared: Prepared | None) -> str | None:
    tokens = prepared.tokens if prepared is not None else ()
    return next((one.removeprefix(kind) for one in tokens if one.startswith(kind)), None)
