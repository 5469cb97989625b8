"""Uploads at the stand-in for LinkedIn: images, documents, and videos in parts.

Three phases, as in the Images, Videos and Documents API: where the bytes go, the bytes, how far
LinkedIn is with them. The address for the bytes lies on another host of LinkedIn's and is a secret
of its own; every part of a video has one. Each part is 4 MiB, as documented.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from rehearsal import linkedin_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import Answer, RefusedError, Visit, as_json
from rehearsal.linkedin_door import LinkedInDoor, own
from rehearsal.pictures import look_at
from rehearsal.records import StoredMedia
from rehearsal.world import World

PART = 4 * 1024 * 1024
GOOD_FOR = timedelta(days=1)
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif"})
MAX_PIXELS = 36_152_320
NAMES = {"images": "image", "videos": "video", "documents": "document"}


@dataclass(kw_only=True, slots=True)
class Asset:
    """An upload of one page."""

    urn: str
    kind: str
    handle: str
    parts: list[bytes | None]
    wait: timedelta
    ready_at: datetime | None = None
    failed: bool = False
    etags: list[str] = field(default_factory=list)
    captions: bytes | None = None
    """The file that tells what is said in a video; empty until it has come."""

    @property
    def content(self) -> bytes:
        """Return the bytes that arrived, in order."""
        return b"".join(one or b"" for one in self.parts)


class LinkedInMedia:
    """Takes files and hands them to posts."""

    def __init__(self, world: World, door: LinkedInDoor) -> None:
        self._world = world
        self._door = door
        self._assets: dict[str, Asset] = {}
        self._keys: dict[str, str] = {}

    def begin(self, visit: Visit) -> Answer:
        """`POST /rest/{kind}?action=initializeUpload` and, for videos, `finalizeUpload`."""
        account = self._door.admit(visit, "ACTION")
        if visit.query.get("action") == "finalizeUpload" and visit.arguments["kind"] == "videos":
            return self._finalize(account, visit)
        request = _fields(visit, "initializeUploadRequest")
        own(account, str(request.get("owner")))
        kind = visit.arguments["kind"]
        count = 1
        if kind == "videos":
            count = max(1, -(-int(request.get("fileSizeBytes") or 0) // PART))
        asset = self._new(account, kind, parts=count, wait=visit.wait_seconds)
        asset.captions = b"" if request.get("uploadCaptions") is True else None
        return as_json(200, {"value": self._places(asset, int(request.get("fileSizeBytes") or 0))})

    def take(self, visit: Visit) -> Answer:
        """`PUT` of the bytes, to the address given; no token goes with it."""
        urn = self._keys.get(visit.arguments["key"])
        if urn is None or visit.header("Authorization"):
            return Answer(status=403, body=b"", media_type="text/plain")
        asset, number = self._assets[urn], int(visit.arguments["part"])
        if number == len(asset.parts):
            asset.captions = visit.body
            return Answer(status=201, body=b"", media_type="text/plain")
        asset.parts[number] = visit.body
        if asset.kind != "videos":
            self._finish(asset)
        etag = hashlib.sha256(visit.body).hexdigest()[:32]
        return Answer(status=201, body=b"", media_type="text/plain", headers={"ETag": etag})

    def show(self, visit: Visit) -> Answer:
        """`GET /rest/{kind}/{urn}`."""
        account = self._door.admit(visit)
        asset = self._assets.get(visit.arguments["urn"])
        if asset is None or asset.handle != account.handle:
            return shapes.not_found(visit.arguments["urn"])
        owner = shapes.owner_urn(account)
        return as_json(200, {"id": asset.urn, "owner": owner, "status": self._status(asset)})

    def whose(self, visit: Visit) -> str | None:
        """Return the handle that an upload address was given to."""
        urn = self._keys.get(visit.arguments.get("key", ""))
        return self._assets[urn].handle if urn else None

    def taken(self, account: Account, shown: dict[str, Any]) -> StoredMedia:
        """Return a file that a post shows; refuse what is not there or not ready."""
        urn = str(shown.get("id"))
        asset = self._assets.get(urn)
        if asset is None or asset.handle != account.handle:
            raise RefusedError(shapes.invalid("INVALID_URN_ID", f"{urn} does not exist"))
        if self._status(asset) != "AVAILABLE":
            words = f"{urn} is not ready: {self._status(asset)}"
            raise RefusedError(shapes.invalid("MEDIA_ASSET_PROCESSING_FAILED", words))
        picture = look_at(asset.content)
        words = str(shown.get("title" if asset.kind == "documents" else "altText") or "")
        usual = "application/pdf" if asset.kind == "documents" else "video/mp4"
        return StoredMedia(
            content=asset.content,
            media_type=picture.media_type if picture else usual,
            alt_text=words,
            captions=asset.captions,
            remote_id=urn,
            width=picture.width if picture else 0,
            height=picture.height if picture else 0,
        )

    def _new(self, account: Account, kind: str, *, parts: int, wait: float) -> Asset:
        number = len(self._assets) + 1
        made = self._world.accounts.secret("linkedin", account.handle, label=f"asset {number}")
        asset = Asset(
            urn=f"urn:li:{NAMES[kind]}:C4D{made[:19].upper()}",
            kind=kind,
            handle=account.handle,
            parts=[None] * parts,
            wait=timedelta(seconds=wait),
        )
        self._assets[asset.urn] = asset
        return asset

    def _places(self, asset: Asset, size: int) -> dict[str, Any]:
        addresses = [self._address(asset, number) for number in range(len(asset.parts))]
        ends_at = shapes.milliseconds(self._world.now() + GOOD_FOR)
        if asset.kind != "videos":
            place = {"uploadUrl": addresses[0], "uploadUrlExpiresAt": ends_at}
            return place | {NAMES[asset.kind]: asset.urn}
        parts = [
            {
                "uploadUrl": address,
                "firstByte": number * PART,
                "lastByte": min(size, (number + 1) * PART) - 1,
            }
            for number, address in enumerate(addresses)
        ]
        captions = (
            {}
            if asset.captions is None
            else {"captionsUploadUrl": self._address(asset, len(parts))}
        )
        return captions | {
            "video": asset.urn,
            "uploadUrlsExpireAt": ends_at,
            "uploadInstructions": parts,
            "uploadToken": "",
        }

    def _address(self, asset: Asset, number: int) -> str:
        key = self._world.accounts.secret("linkedin", asset.urn, label=f"address {number}")
        self._keys[key] = asset.urn
        return f"https://www.linkedin.com/dms-uploads/{key}/{number}?ca=vector_feedshare&m=AQ"

    def _finalize(self, account: Account, visit: Visit) -> Answer:
        request = _fields(visit, "finalizeUploadRequest")
        asset = self._assets.get(str(request.get("video")))
        if asset is None or asset.handle != account.handle:
            return shapes.not_found(str(request.get("video")))
        etags = [hashlib.sha256(one or b"").hexdigest()[:32] for one in asset.parts]
        if None in asset.parts or request.get("uploadedPartIds") != etags:
            return shapes.error(400, "ILLEGAL_ARGUMENT", "The parts are not those uploaded")
        self._finish(asset)
        return Answer(status=200, body=b"", media_type="application/json")

    def _finish(self, asset: Asset) -> None:
        asset.ready_at = self._world.now() + asset.wait
        asset.failed = not _is_usable(asset)

    def _status(self, asset: Asset) -> str:
        if asset.ready_at is None:
            return "WAITING_UPLOAD"
        if self._world.now() < asset.ready_at:
            return "PROCESSING"
        return "PROCESSING_FAILED" if asset.failed else "AVAILABLE"


def _is_usable(asset: Asset) -> bool:
    content = asset.content
    if asset.kind == "videos":
        # Captions that were announced have to come, and to be SubRip.
        has_captions = asset.captions is None or b" --> " in asset.captions
        return content[4:8] == b"ftyp" and has_captions
    if asset.kind == "documents":
        return content.startswith(b"%PDF-")
    picture = look_at(content)
    return (
        picture is not None
        and picture.media_type in PICTURES
        and picture.width * picture.height < MAX_PIXELS
    )


def _fields(visit: Visit, name: str) -> dict[str, Any]:
    body = visit.json()
    request = body.get(name) if isinstance(body, dict) else None
    if not isinstance(request, dict):
        raise RefusedError(shapes.error(400, "MISSING_FIELD", f"{name} is missing"))
    return request
