"""Uploads at the stand-in for YouTube: resumable sessions, and captions beside a video.

A session takes bytes in order and keeps whole blocks of 256 KiB of them; asked with `bytes */N` it
tells how much it has by 308 and `Range`, and once it has all it answers with the video, however
often it is asked (Google's documentation, "Resumable uploads"). It lasts a week.
"""

import json
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any

from rehearsal import youtube_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import Answer, RefusedError, Visit, as_json
from rehearsal.films import is_film
from rehearsal.records import StoredMedia, StoredPost
from rehearsal.world import World
from rehearsal.youtube_door import YouTubeDoor
from rehearsal.youtube_rules import checked_video
from rehearsal.youtube_videos import YouTubeVideos

BLOCK = 256 * 1024
LASTS_FOR = timedelta(days=7)
CAPTION_UNITS = 400
_RANGE = re.compile(r"bytes (?:(?P<start>\d+)-(?P<end>\d+)|\*)/(?P<total>\d+)")


@dataclass(kw_only=True, slots=True)
class Session:
    """A video that is coming in."""

    account: Account
    resource: dict[str, Any]
    size: int
    until: datetime
    content: bytearray = field(default_factory=bytearray)
    video_id: str = ""


class YouTubeUploads:
    """Takes videos, private or not, and captions."""

    def __init__(self, world: World, door: YouTubeDoor, videos: YouTubeVideos) -> None:
        self._world = world
        self._door = door
        self._videos = videos
        self._sessions: dict[str, Session] = {}

    def begin(self, visit: Visit) -> Answer:
        """`POST /upload/youtube/v3/videos?uploadType=resumable`."""
        account = self._door.admit(visit, uploads=1)
        size = visit.header("X-Upload-Content-Length")
        if visit.query.get("uploadType") != "resumable" or not size.isdigit() or size == "0":
            words = "The rehearsal takes resumable uploads of a known size."
            raise RefusedError(shapes.invalid("badRequest", words))
        resource = checked_video(visit, parts={"snippet", "status"})
        upload_id = f"ABg5-{self._videos.next_id(account)}"
        until = self._world.now() + LASTS_FOR
        self._sessions[upload_id] = Session(
            account=account, resource=resource, size=int(size), until=until
        )
        place = f"{visit.request.base_url}?uploadType=resumable&upload_id={upload_id}"
        headers = {"Location": place, "X-GUploader-UploadID": upload_id}
        return Answer(status=200, body=b"", headers=headers)

    def receive(self, visit: Visit) -> Answer:
        """`PUT` to a session: bytes, or the question how many there are."""
        account = self._door.admit(visit)
        session = self._sessions.get(visit.query.get("upload_id", ""))
        if session is None or session.until <= self._world.now():
            return Answer(status=404, body=b"Not Found", media_type="text/plain")
        if session.account.handle != account.handle:
            raise RefusedError(shapes.forbidden())
        sent = _RANGE.fullmatch(visit.header("Content-Range"))
        if sent is None or int(sent["total"]) != session.size:
            raise RefusedError(shapes.invalid("badContent", "The Content-Range is wrong."))
        if sent["start"] is not None and not session.video_id:
            self._append(session, int(sent["start"]), int(sent["end"]), visit.body)
        if len(session.content) < session.size:
            return self._more(session)
        if not session.video_id:
            session.video_id = self._made(session, visit.wait_seconds)
        return as_json(200, self._videos.shown(session.video_id, account, {"snippet", "status"}))

    def caption(self, visit: Visit) -> Answer:
        """`POST /upload/youtube/v3/captions?uploadType=multipart`."""
        account = self._door.admit(visit, units=CAPTION_UNITS)
        snippet, content = _related(visit)
        video = self._videos.own(account, str(snippet.get("videoId")))
        if not isinstance(snippet.get("language"), str) or "name" not in snippet:
            words = "The language and the name of a caption track are required."
            raise RefusedError(shapes.invalid("required", words))
        if any(one.captions is not None for one in video.media):
            words = "The specified video already contains a caption track with that name."
            raise RefusedError(shapes.error(409, "captionExists", words, domain="youtube.caption"))
        media = tuple(replace(one, captions=content) for one in video.media)
        self._videos.keep(replace(video, media=media))
        return as_json(200, {"kind": "youtube#caption", "id": "AUieDa", "snippet": snippet})

    def _append(self, session: Session, start: int, end: int, body: bytes) -> None:
        if start != len(session.content) or len(body) != end - start + 1:
            raise RefusedError(shapes.invalid("badContent", "These are not the next bytes."))
        is_last = start + len(body) == session.size
        if not is_last and len(body) % BLOCK:
            raise RefusedError(shapes.invalid("badContent", "Parts are multiples of 256 KiB."))
        session.content += body

    def _more(self, session: Session) -> Answer:
        arrived = len(session.content)
        headers = {"Range": f"bytes=0-{arrived - 1}"} if arrived else {}
        return Answer(status=308, body=b"", media_type="text/plain", headers=headers)

    def _made(self, session: Session, wait_seconds: float) -> str:
        account, content = session.account, bytes(session.content)
        snippet = session.resource["snippet"]
        video_id = self._videos.next_id(account)
        media = StoredMedia(
            content=content, media_type="video/mp4", alt_text="", remote_id=video_id
        )
        post = StoredPost(
            handle=account.handle,
            remote_id=video_id,
            text="\n\n".join(filter(None, (snippet["title"], snippet.get("description")))),
            language=snippet.get("defaultLanguage"),
            created_at=self._world.now(),
            media=(media,),
            raw=session.resource,
            url=f"https://www.youtube.com/watch?v={video_id}",
        )
        trouble = "" if is_film(content) else "invalidFile"
        ready_at = self._world.now() + timedelta(seconds=wait_seconds)
        self._videos.take_in(post, ready_at=ready_at, trouble=trouble)
        return video_id


def _related(visit: Visit) -> tuple[dict[str, Any], bytes]:
    """Read `multipart/related` (RFC 2387): what is said of a file, and the file."""
    kind = visit.header("Content-Type")
    head = f"Content-Type: {kind}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    parts = [one.get_payload(decode=True) for one in message_from_bytes(head + visit.body).walk()]
    if not kind.startswith("multipart/related") or len(parts) != 3:
        raise RefusedError(shapes.invalid("badRequest", "Two parts are needed."))
    said, content = (one if isinstance(one, bytes) else b"" for one in parts[1:])
    try:
        resource = json.loads(said)
    except ValueError:
        resource = None
    if not isinstance(resource, dict) or not isinstance(resource.get("snippet"), dict):
        raise RefusedError(shapes.invalid("parseError", "The first part has to be JSON."))
    return resource["snippet"], content
