"""Uploads at the stand-in for Mastodon.

From Mastodon's documentation, "media API methods": pictures are done at once, unless a test orders
one that is still being processed.
"""

from dataclasses import replace
from datetime import timedelta

from rehearsal import mastodon_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import Answer, RefusedError, Visit, as_json
from rehearsal.faults import Call
from rehearsal.films import is_film
from rehearsal.mastodon_door import MastodonDoor
from rehearsal.pictures import look_at
from rehearsal.records import StoredMedia
from rehearsal.store import Ids, Store, Upload


class MastodonMedia:
    """Takes pictures and hands them to statuses."""

    def __init__(self, door: MastodonDoor, store: Store, *, ids: Ids) -> None:
        self._door = door
        self._store = store
        self._ids = ids

    def upload(self, visit: Visit) -> Answer:
        """`POST /api/v2/media`."""
        account = self._door.admit(visit, Call.MEDIA)
        if "file" not in visit.files:
            raise RefusedError(shapes.failed("File can't be blank"))
        description = _checked_description(visit)
        media = self._looked_at(account, visit.files["file"].stream.read(), description=description)
        upload = self._store.put_up(account, media, wait=timedelta(seconds=visit.wait_seconds))
        ready = self._is_ready(upload)
        return as_json(200 if ready else 202, shapes.as_attachment(media, ready=ready))

    def show(self, visit: Visit) -> Answer:
        """`GET /api/v1/media/:id`: 206 while it is processed."""
        account = self._door.admit(visit)
        upload = self._own(account, visit.arguments["id"])
        ready = self._is_ready(upload)
        return as_json(200 if ready else 206, shapes.as_attachment(upload.media, ready=ready))

    def describe(self, visit: Visit) -> Answer:
        """`PUT /api/v1/media/:id`: another description, while no status has the picture."""
        account = self._door.admit(visit)
        upload = self._own(account, visit.arguments["id"])
        upload.media = replace(upload.media, alt_text=_checked_description(visit))
        ready = self._is_ready(upload)
        return as_json(200, shapes.as_attachment(upload.media, ready=ready))

    def taken(self, account: Account, media_ids: list[str]) -> tuple[StoredMedia, ...]:
        """Return an account's free uploads; the words of refusal are Mastodon's."""
        if len(media_ids) > shapes.MAX_ATTACHMENTS:
            words = f"Cannot attach more than {shapes.MAX_ATTACHMENTS} files"
            raise RefusedError(shapes.error(422, words))
        uploads = [self._free(account, one) for one in media_ids]
        missing = [one for one, found in zip(media_ids, uploads, strict=True) if found is None]
        if missing:
            words = f"Media {', '.join(missing)} not found or already attached to another post"
            raise RefusedError(shapes.error(422, words))
        found = [upload for upload in uploads if upload is not None]
        if not all(self._is_ready(upload) for upload in found):
            words = "Cannot attach files that have not finished processing. Try again in a moment!"
            raise RefusedError(shapes.error(422, words))
        if len(found) > 1 and any(one.media.media_type == shapes.FILM for one in found):
            words = "Cannot attach a video to a post that already contains images"
            raise RefusedError(shapes.error(422, words))
        return tuple(upload.media for upload in found)

    def use_up(self, account: Account, media: tuple[StoredMedia, ...]) -> None:
        """Mark an account's uploads as belonging to a status."""
        for one in media:
            self._store.uploads[account.handle, one.remote_id].used = True

    def _free(self, account: Account, media_id: str) -> Upload | None:
        upload = self._store.uploads.get((account.handle, media_id))
        return None if upload is None or upload.used else upload

    def _own(self, account: Account, media_id: str) -> Upload:
        upload = self._free(account, media_id)
        if upload is None:
            raise RefusedError(shapes.error(404, "Record not found"))
        return upload

    def _is_ready(self, upload: Upload) -> bool:
        return self._store.now() >= upload.ready_at

    def _looked_at(self, account: Account, content: bytes, *, description: str) -> StoredMedia:
        if is_film(content):
            return self._film(account, content, description=description)
        picture = look_at(content)
        if picture is None or picture.media_type not in shapes.MEDIA_TYPES:
            words = "File content type is invalid, File is invalid"
            raise RefusedError(shapes.failed(words))
        if len(content) > shapes.IMAGE_BYTES:
            raise RefusedError(shapes.failed("File file size must be less than 16 MB"))
        if picture.width * picture.height > shapes.IMAGE_PIXELS:
            words = f"{picture.width}x{picture.height} images are not supported"
            raise RefusedError(shapes.failed(words))
        return StoredMedia(
            content=content,
            media_type=picture.media_type,
            alt_text=description,
            remote_id=self._ids.give(account, self._store.now()),
            width=picture.width,
            height=picture.height,
        )

    def _film(self, account: Account, content: bytes, *, description: str) -> StoredMedia:
        if len(content) > shapes.VIDEO_BYTES:
            raise RefusedError(shapes.failed("File file size must be less than 99 MB"))
        return StoredMedia(
            content=content,
            media_type=shapes.FILM,
            alt_text=description,
            remote_id=self._ids.give(account, self._store.now()),
        )


def _checked_description(visit: Visit) -> str:
    sent = visit.json() if visit.media_type == "application/json" else visit.form.to_dict()
    description = sent.get("description", "") if isinstance(sent, dict) else ""
    if not isinstance(description, str):
        raise RefusedError(shapes.failed("Description is invalid"))
    if len(description) > shapes.MAX_DESCRIPTION:
        words = f"Description is too long (maximum is {shapes.MAX_DESCRIPTION} characters)"
        raise RefusedError(shapes.failed(words))
    return description
