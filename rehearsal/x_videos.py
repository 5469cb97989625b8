"""Videos at the stand-in for X: initialize, append, finalize, then processing (API v2, "Media").

Parts are counted from 0 and have to come in full; what is processed can be posted. A caption file
comes in the same way and is put to its video by its id ("Create Media subtitles").
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from rehearsal import x_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import Answer, RefusedError, Visit, as_json
from rehearsal.films import is_film
from rehearsal.records import StoredMedia
from rehearsal.store import Ids, Store, Upload
from rehearsal.x_door import XDoor

KEPT_FOR = timedelta(hours=24)
MOST_BYTES = 512 * 1024 * 1024
LARGEST_PART = 5 * 1024 * 1024
MP4 = "video/mp4"
KINDS = {MP4: "tweet_video", "text/srt": "subtitles", "text/vtt": "subtitles"}
"""What may come in parts, and the category it has to be of."""


@dataclass(kw_only=True, slots=True)
class Session:
    """A video that comes in parts."""

    handle: str
    size: int
    media_type: str = MP4
    parts: dict[int, bytes] = field(default_factory=dict)
    ready_at: datetime | None = None
    failed: bool = False


class XVideos:
    """Takes videos and hands them to the other uploads once they are processed."""

    def __init__(self, door: XDoor, store: Store, *, ids: Ids) -> None:
        self._door = door
        self._store = store
        self._ids = ids
        self._sessions: dict[str, Session] = {}

    def begin(self, visit: Visit) -> Answer:
        """`POST /2/media/upload/initialize`."""
        account = self._door.admit(visit, "upload")
        body = visit.json()
        wanted = body if isinstance(body, dict) else {}
        size, kind = wanted.get("total_bytes"), str(wanted.get("media_type"))
        if kind not in KINDS or wanted.get("media_category") != KINDS[kind]:
            words = "The rehearsal takes MP4, and captions for it."
            raise RefusedError(shapes.invalid("media_type", kind, message=words))
        if not isinstance(size, int) or not 0 < size <= MOST_BYTES:
            raise RefusedError(shapes.invalid("total_bytes", str(size), message="File size."))
        media_id = self._ids.give(account, self._store.now())
        session = Session(handle=account.handle, size=size, media_type=kind)
        self._sessions[media_id] = session
        return self._told(media_id, {})

    def append(self, visit: Visit) -> Answer:
        """`POST /2/media/upload/:id/append`."""
        session = self._own(self._door.admit(visit, "upload"), visit)
        number = visit.form.get("segment_index", "")
        if "media" not in visit.files or not number.isdigit() or int(number) > 999:
            raise RefusedError(shapes.invalid("segment_index", number, message="is missing"))
        part = visit.files["media"].stream.read()
        if len(part) > LARGEST_PART:
            raise RefusedError(shapes.invalid("media", str(len(part)), message="too large"))
        session.parts[int(number)] = part
        return as_json(200, {"data": {"expires_at": int(self._store.now().timestamp()) + 86_400}})

    def finalize(self, visit: Visit) -> Answer:
        """`POST /2/media/upload/:id/finalize`."""
        account = self._door.admit(visit, "upload")
        session, media_id = self._own(account, visit), visit.arguments["id"]
        content = b"".join(session.parts[number] for number in sorted(session.parts))
        whole = sorted(session.parts) == list(range(len(session.parts)))
        if not whole or len(content) != session.size:
            raise RefusedError(shapes.invalid("id", media_id, message="Segments do not add up."))
        session.ready_at = self._store.now() + timedelta(seconds=visit.wait_seconds)
        if session.media_type != MP4:
            session.ready_at = self._store.now()
            return self._told(media_id, {})
        session.failed = not is_film(content)
        media = StoredMedia(content=content, media_type=MP4, alt_text="", remote_id=media_id)
        self._store.put_up(account, media, wait=timedelta(seconds=visit.wait_seconds))
        return self._told(media_id, self._processing(session))

    def caption(self, visit: Visit) -> Answer:
        """`POST /2/media/subtitles`."""
        account = self._door.admit(visit, "metadata")
        body = visit.json()
        wanted = body if isinstance(body, dict) else {}
        said = wanted.get("subtitles")
        track = said if isinstance(said, dict) else {}
        upload = self._store.uploads.get((account.handle, str(wanted.get("id"))))
        session = self._sessions.get(str(track.get("id")))
        is_whole = session is not None and session.ready_at is not None
        if upload is None or session is None or not is_whole or session.media_type == MP4:
            raise RefusedError(shapes.invalid("id", "", message="Video or captions are not known"))
        code = str(track.get("language_code"))
        if wanted.get("media_category") != "TweetVideo" or not re.fullmatch("[A-Z]{2}", code):
            raise RefusedError(shapes.invalid("language_code", code, message="Two capitals."))
        content = b"".join(session.parts[number] for number in sorted(session.parts))
        upload.media = replace(upload.media, captions=content)
        known = {"id": wanted["id"], "media_category": "TweetVideo"}
        return as_json(200, {"data": {**known, "associated_subtitles": track}})

    def status(self, visit: Visit) -> Answer:
        """`GET /2/media/upload?command=STATUS`."""
        account = self._door.admit(visit, "upload")
        media_id = visit.query.get("media_id", "")
        session = self._sessions.get(media_id)
        if session is None or session.handle != account.handle:
            raise RefusedError(shapes.invalid("media_id", media_id, message="is not known"))
        return self._told(media_id, self._processing(session))

    def is_usable(self, upload: Upload) -> bool:
        """Whether an upload can be posted: a video has to be processed."""
        session = self._sessions.get(upload.media.remote_id)
        return session is None or self._state(session) == "succeeded"

    def _own(self, account: Account, visit: Visit) -> Session:
        media_id = visit.arguments["id"]
        session = self._sessions.get(media_id)
        if session is None or session.handle != account.handle:
            raise RefusedError(shapes.invalid("id", media_id, message="is not known"))
        return session

    def _state(self, session: Session) -> str:
        if session.ready_at is None or self._store.now() < session.ready_at:
            return "in_progress"
        return "failed" if session.failed else "succeeded"

    def _processing(self, session: Session) -> dict[str, Any]:
        state = self._state(session)
        more = {"check_after_secs": 5} if state == "in_progress" else {}
        return {"processing_info": {"state": state, **more}}

    def _told(self, media_id: str, more: dict[str, Any]) -> Answer:
        kept = int(KEPT_FOR.total_seconds())
        known = {"id": media_id, "media_key": f"13_{media_id}", "expires_after_secs": kept}
        return as_json(200, {"data": {**known, **more}})
