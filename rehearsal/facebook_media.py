"""Pictures and videos at the stand-in for Facebook (Pages API: photos, videos, v26.0).

A video comes in steps: `start` names it and the session, `transfer` takes a part and says which
bytes come next, `finish` publishes it, once. A caption file is put to a video that is out; it takes
the place of the one in the same locale (video captions; errors quoted from the live service).
"""

import re
from dataclasses import dataclass, field
from typing import Any

from rehearsal import facebook_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import Answer, RefusedError, Visit, as_json
from rehearsal.pictures import look_at
from rehearsal.records import StoredMedia
from rehearsal.store import Ids
from rehearsal.world import World

MAX_CAPTIONS = 200_000
MAX_PHOTO = 4 * 1024 * 1024
PART = 1024 * 1024
PICTURES = frozenset({"image/jpeg", "image/png"})
_NAMED = re.compile(r".+\.(?P<locale>[a-z]{2}_[A-Z]{2})\.srt")
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*\d+\s*\n\d{2}:\d{2}:\d{2},\d{3} --> ")


@dataclass(kw_only=True, slots=True)
class Session:
    """An upload of a video."""

    handle: str
    video_id: str
    size: int
    content: bytearray = field(default_factory=bytearray)
    finished: bool = False


class FacebookMedia:
    """Takes files and hands them to posts."""

    def __init__(self, world: World, ids: Ids) -> None:
        self._world = world
        self._ids = ids
        self._photos: dict[tuple[str, str], StoredMedia] = {}
        self._sessions: dict[str, Session] = {}
        self._locales: dict[str, set[str]] = {}

    def take_photo(self, account: Account, visit: Visit) -> StoredMedia:
        """Keep a picture and its alt text."""
        if "source" not in visit.files:
            raise RefusedError(shapes.invalid("The parameter source or url is required"))
        content = visit.files["source"].stream.read()
        picture = look_at(content)
        if picture is None or picture.media_type not in PICTURES:
            raise RefusedError(shapes.error(324, "(#324) Missing or invalid image file"))
        if len(content) > MAX_PHOTO:
            words = "Photos should be smaller than 4 MB"
            raise RefusedError(shapes.error(1, words, subcode=1366046))
        photo = StoredMedia(
            content=content,
            media_type=picture.media_type,
            alt_text=visit.form.get("alt_text_custom", ""),
            remote_id=self._ids.give(account, self._world.now()),
            width=picture.width,
            height=picture.height,
        )
        self._photos[account.handle, photo.remote_id] = photo
        return photo

    def photo(self, account: Account, remote_id: str) -> StoredMedia:
        """Return a picture of the page's own."""
        photo = self._photos.get((account.handle, remote_id))
        if photo is None:
            raise RefusedError(shapes.gone(remote_id))
        return photo

    def start(self, account: Account, visit: Visit) -> Answer:
        """Open an upload session."""
        size = visit.form.get("file_size", "")
        if not size.isdigit() or size == "0":
            raise RefusedError(shapes.invalid("file_size must be a positive number"))
        now = self._world.now()
        session_id, video_id = (self._ids.give(account, now) for _ in range(2))
        session = Session(handle=account.handle, video_id=video_id, size=int(size))
        self._sessions[session_id] = session
        named = {"upload_session_id": session_id, "video_id": video_id}
        return as_json(200, {**named, **_wanted(session)})

    def transfer(self, account: Account, visit: Visit) -> Answer:
        """Take a part; say which bytes come next."""
        session = self.session(account, visit)
        if visit.form.get("start_offset") != str(len(session.content)):
            words = "(#6001) There was a problem uploading your video file"
            raise RefusedError(shapes.error(6001, words, subcode=1363037))
        if "video_file_chunk" not in visit.files:
            raise RefusedError(shapes.invalid("video_file_chunk is required"))
        session.content += visit.files["video_file_chunk"].stream.read()
        return as_json(200, _wanted(session))

    def session(self, account: Account, visit: Visit) -> Session:
        """Return an open session of the page's own."""
        session = self._sessions.get(visit.form.get("upload_session_id", ""))
        if session is None or session.handle != account.handle or session.finished:
            raise RefusedError(shapes.error(6000, "(#6000) There was a problem with the session"))
        return session

    def video(self, account: Account, session: Session) -> StoredMedia:
        """Return the video of a session that is complete."""
        whole = len(session.content) == session.size and session.content[4:8] == b"ftyp"
        if session.handle != account.handle or not whole:
            raise RefusedError(
                shapes.error(352, "(#352) The video file you selected is in a format")
            )
        return StoredMedia(
            content=bytes(session.content),
            media_type="video/mp4",
            alt_text="",
            remote_id=session.video_id,
        )

    def take_captions(self, video_id: str, visit: Visit) -> bytes:
        """Take a caption file for a video and note its locale; return what it holds."""
        file = visit.files.get("captions_file")
        if file is None:
            raise RefusedError(shapes.invalid("The parameter captions_file is required"))
        content = file.stream.read()
        named = _NAMED.fullmatch(file.filename or "")
        is_text = file.mimetype.startswith("text/")
        if named is None or is_text or not _BEGINS.match(content) or len(content) > MAX_CAPTIONS:
            words = "(#385) Sorry, the captions file you selected is in a format that we don't"
            raise RefusedError(shapes.error(385, f"{words} support."))
        self._locales.setdefault(video_id, set()).add(named["locale"])
        return content

    def captions_of(self, video_id: str) -> list[dict[str, Any]]:
        """List the captions of a video."""
        locales = sorted(self._locales.get(video_id, ()))
        return [{"locale": one, "is_auto_generated": False} for one in locales]


def _wanted(session: Session) -> dict[str, Any]:
    start = len(session.content)
    return {"start_offset": str(start), "end_offset": str(min(session.size, start + PART))}
