"""Uploads at the stand-in for X: one-shot pictures and their alt text.

Good for 24 hours, as in X's documentation of API v2, "Media upload" and "Media metadata".
"""

import base64
import binascii
from datetime import timedelta
from typing import Any

from rehearsal import x_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import Answer, RefusedError, Visit, as_json
from rehearsal.pictures import look_at
from rehearsal.records import StoredMedia
from rehearsal.store import Ids, Store, Upload
from rehearsal.x_door import XDoor
from rehearsal.x_videos import XVideos

GOOD_FOR = timedelta(hours=24)
MAX_BYTES = {
    "image/jpeg": 5_000_000,
    "image/png": 5_000_000,
    "image/webp": 5_000_000,
    "image/gif": 15_000_000,
}
CATEGORIES = frozenset({"tweet_image", "tweet_gif"})
UPLOAD_FIELDS = frozenset({"media", "media_category", "additional_owners"})
MAX_ALT_TEXT = 1000


class XMedia:
    """Takes pictures and hands them to posts."""

    def __init__(self, door: XDoor, store: Store, *, ids: Ids) -> None:
        self._door = door
        self._store = store
        self._ids = ids
        self.videos = XVideos(door, store, ids=ids)

    def upload(self, visit: Visit) -> Answer:
        """`POST /2/media/upload`, multipart or JSON with base64."""
        account = self._door.admit(visit, "upload")
        content, fields = _sent(visit)
        for name in sorted(set(fields) - UPLOAD_FIELDS):
            message = f"[$.{name}: is not defined in the schema]"
            raise RefusedError(shapes.invalid(name, str(fields[name]), message=message))
        _check_category(fields)
        media = self._looked_at(account, content)
        self._store.put_up(account, media, wait=timedelta())
        image = {"image_type": media.media_type, "w": media.width, "h": media.height}
        return as_json(
            200,
            {
                "data": {
                    "id": media.remote_id,
                    "media_key": f"3_{media.remote_id}",
                    "size": len(content),
                    "expires_after_secs": int(GOOD_FOR.total_seconds()),
                    "image": image,
                }
            },
        )

    def describe(self, visit: Visit) -> Answer:
        """`POST /2/media/metadata`: the alt text of an upload."""
        account = self._door.admit(visit, "metadata")
        body = visit.json()
        if not isinstance(body, dict) or not isinstance(body.get("id"), str):
            raise RefusedError(
                shapes.invalid("id", "", message="[$.id: is missing but it is required]")
            )
        text = _alt_text(body)
        upload = self.taken(account, [body["id"]])[0]
        upload.media = StoredMedia(
            content=upload.media.content,
            media_type=upload.media.media_type,
            alt_text=text,
            remote_id=upload.media.remote_id,
            width=upload.media.width,
            height=upload.media.height,
        )
        kept = {"alt_text": {"text": text}}
        return as_json(200, {"data": {"id": body["id"], "associated_metadata": kept}})

    def taken(self, account: Account, media_ids: list[str]) -> list[Upload]:
        """Return an account's uploads by their ids, or refuse unknown and expired ones."""
        uploads = [self._store.uploads.get((account.handle, one)) for one in media_ids]
        good = [
            upload
            for upload in uploads
            if upload is not None
            and self._store.now() < upload.uploaded_at + GOOD_FOR
            and self.videos.is_usable(upload)
        ]
        if len(good) != len(media_ids):
            message = "Your media IDs are invalid."
            raise RefusedError(
                shapes.invalid("media.media_ids", ",".join(media_ids), message=message)
            )
        return good

    def _looked_at(self, account: Account, content: bytes) -> StoredMedia:
        picture = look_at(content)
        if picture is None or picture.media_type not in MAX_BYTES:
            raise RefusedError(shapes.invalid("media", "", message="Media type unrecognized."))
        most = MAX_BYTES[picture.media_type]
        if len(content) > most:
            message = f"File size exceeds {most} bytes."
            raise RefusedError(shapes.invalid("media", str(len(content)), message=message))
        return StoredMedia(
            content=content,
            media_type=picture.media_type,
            alt_text="",
            remote_id=self._ids.give(account, self._store.now()),
            width=picture.width,
            height=picture.height,
        )


def _sent(visit: Visit) -> tuple[bytes, dict[str, Any]]:
    if visit.media_type == "multipart/form-data":
        if "media" not in visit.files:
            raise RefusedError(shapes.invalid("media", "", message="[$.media: is missing]"))
        others = {name: "a file" for name in visit.files if name != "media"}
        return visit.files["media"].stream.read(), visit.form.to_dict() | others
    body = visit.json()
    if not isinstance(body, dict) or not isinstance(body.get("media"), str):
        raise RefusedError(shapes.invalid("media", "", message="[$.media: is missing]"))
    try:
        return base64.b64decode(body["media"], validate=True), body
    except binascii.Error:
        raise RefusedError(shapes.invalid("media", "", message="[$.media: is no base64]")) from None


def _check_category(fields: dict[str, Any]) -> None:
    category = fields.get("media_category")
    if category not in CATEGORIES:
        message = f"[$.media_category: the rehearsal takes {', '.join(sorted(CATEGORIES))}]"
        raise RefusedError(shapes.invalid("media_category", str(category), message=message))


def _alt_text(body: dict[str, Any]) -> str:
    metadata = body.get("metadata")
    alt_text = metadata.get("alt_text") if isinstance(metadata, dict) else None
    text = alt_text.get("text") if isinstance(alt_text, dict) else None
    if not isinstance(text, str):
        message = "[$.metadata.alt_text.text: is missing but it is required]"
        raise RefusedError(shapes.invalid("metadata", "", message=message))
    if len(text) > MAX_ALT_TEXT:
        message = f"[$.metadata.alt_text.text: must be at most {MAX_ALT_TEXT} characters long]"
        raise RefusedError(shapes.invalid("metadata", text, message=message))
    return text
