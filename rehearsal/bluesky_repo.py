"""Records and blobs at the stand-in for Bluesky (`com.atproto.repo.*`).

What the personal data server does with them is copied from the reference server as observed in
2026.
"""

from datetime import timedelta
from typing import Any

from rehearsal.accounts import Account
from rehearsal.bluesky_door import BLOBS, WRITES, BlueskyDoor, error
from rehearsal.bluesky_ids import TID, blob_cid, record_cid, tid
from rehearsal.bluesky_lexicon import (
    COLLECTION,
    REPOSTS,
    blobs_of,
    checked_record,
    checked_repost,
    pictures_of,
)
from rehearsal.exchange import Answer, RefusedError, Visit, as_json
from rehearsal.pictures import look_at
from rehearsal.records import StoredMedia, StoredPost
from rehearsal.world import World

MAX_BLOB = 5 * 1024 * 1024
POINTS = {"create": 3, "update": 2, "delete": 1}
MAX_LIST = 100


class BlueskyRepo:
    """Keeps records under keys that the client may choose."""

    def __init__(self, world: World, door: BlueskyDoor) -> None:
        self._world = world
        self._store = world.stores["bluesky"]
        self._door = door
        self._commits = 0

    def put(self, visit: Visit) -> Answer:
        """`putRecord`: the same record again changes nothing; another one replaces it."""
        account, body = self._writer(visit)
        rkey = _checked_rkey(body.get("rkey"))
        record = _checked(body)
        uri = uri_of(account, rkey, body["collection"])
        there = self._store.get(uri)
        cid = record_cid(record)
        points = POINTS["update" if there else "create"]
        self._door.charge(visit, account.handle, limits=WRITES, units=points)
        if there is not None and record_cid(there.raw) == cid:
            return _written(uri, cid, commit=None)
        _check_swap(body, there)
        self._keep(account, uri, record=record, there=there)
        return _written(uri, cid, commit=self._commit(cid))

    def create(self, visit: Visit) -> Answer:
        """`createRecord`: a key that is taken is answered with 500, as on the reference server."""
        account, body = self._writer(visit)
        given = body.get("rkey")
        self._commits += 1
        rkey = tid(self._world.now(), self._commits) if given is None else _checked_rkey(given)
        record = _checked(body)
        uri = uri_of(account, rkey, body["collection"])
        self._door.charge(visit, account.handle, limits=WRITES, units=POINTS["create"])
        if self._store.get(uri) is not None:
            return error(500, "InternalServerError", message="Internal Server Error")
        self._keep(account, uri, record=record, there=None)
        cid = record_cid(record)
        return _written(uri, cid, commit=self._commit(cid))

    def delete(self, visit: Visit) -> Answer:
        """`deleteRecord`: succeeds also when nothing is there."""
        account, body = self._writer(visit)
        uri = uri_of(account, _checked_rkey(body.get("rkey")), body["collection"])
        self._door.charge(visit, account.handle, limits=WRITES, units=POINTS["delete"])
        there = self._store.get(uri)
        if there is None:
            return as_json(200, {})
        _check_swap(body, there)
        self._store.delete(uri)
        return as_json(200, {"commit": self._commit(uri)})

    def get(self, visit: Visit) -> Answer:
        """`getRecord`: 400 RecordNotFound where nothing is there."""
        self._door.let_in(visit)
        account = self._repo(visit.query.get("repo", ""))
        collection = visit.query.get("collection", "")
        _check_collection(collection)
        uri = uri_of(account, visit.query.get("rkey", ""), collection)
        post = self._store.get(uri)
        if post is None:
            return error(400, "RecordNotFound", message=f"Could not locate record: {uri}")
        return as_json(200, _entry(post))

    def list(self, visit: Visit) -> Answer:
        """`listRecords`: newest key first, a page at a time."""
        self._door.let_in(visit)
        account = self._repo(visit.query.get("repo", ""))
        collection = visit.query.get("collection", "")
        _check_collection(collection)
        size = _page_size(visit.query.get("limit", "50"))
        oldest_first = visit.query.get("reverse") == "true"
        posts = sorted(
            (one for one in self._store.of(account) if f"/{collection}/" in one.remote_id),
            key=lambda post: post.remote_id,
            reverse=not oldest_first,
        )
        cursor = visit.query.get("cursor")
        if cursor is not None:
            posts = [
                post
                for post in posts
                if _is_after(rkey_of(post), cursor, oldest_first=oldest_first)
            ]
        page = posts[:size]
        answer: dict[str, Any] = {"records": [_entry(post) for post in page]}
        if len(page) == size:
            answer["cursor"] = rkey_of(page[-1])
        return as_json(200, answer)

    def upload(self, visit: Visit) -> Answer:
        """`uploadBlob`: any bytes up to 5 MiB; what they are is looked at, not believed."""
        account = self._door.admit(visit)
        self._door.charge(visit, account.handle, limits=BLOBS)
        if not visit.media_type:
            message = "Request encoding (Content-Type) required but not provided"
            return error(400, "InvalidRequest", message=message)
        if len(visit.body) > MAX_BLOB:
            return error(413, "PayloadTooLarge", message="request entity too large")
        media = _looked_at(visit)
        self._store.put_up(account, media, wait=timedelta())
        return as_json(200, {"blob": _blob(media)})

    def _writer(self, visit: Visit) -> tuple[Account, dict[str, Any]]:
        account = self._door.admit(visit)
        body = visit.json()
        if visit.media_type != "application/json" or not isinstance(body, dict):
            raise RefusedError(
                error(400, "InvalidRequest", message="Expected a JSON object as input")
            )
        if body.get("repo") not in {account.remote_id, account.credentials["IDENTIFIER"]}:
            raise RefusedError(
                error(401, "AuthenticationRequired", message="Authentication Required")
            )
        _check_collection(body.get("collection"))
        return account, body

    def _repo(self, name: str) -> Account:
        accounts = self._world.accounts
        account = accounts.by_remote_id("bluesky", name) or accounts.get("bluesky", name)
        if account is None:
            raise RefusedError(error(400, "InvalidRequest", message=f"Could not find repo: {name}"))
        return account

    def _keep(
        self, account: Account, uri: str, *, record: dict[str, Any], there: StoredPost | None
    ) -> None:
        media = self._media(account, record)
        languages = record.get("langs") or [None]
        self._store.keep(
            StoredPost(
                handle=account.handle,
                remote_id=uri,
                text=record.get("text", ""),
                language=languages[0],
                created_at=there.created_at if there else self._world.now(),
                media=media,
                raw=record,
                url=f"https://bsky.app/profile/{account.credentials['IDENTIFIER']}/post/"
                + uri.rpartition("/")[2],
                answers=record["reply"]["parent"]["uri"] if record.get("reply") else None,
                reposts=record["subject"]["uri"] if record["$type"] == REPOSTS else None,
            )
        )

    def _media(self, account: Account, record: dict[str, Any]) -> tuple[StoredMedia, ...]:
        for blob in blobs_of(record):
            self._check_uploaded(account, blob)
        uploads = {
            cid: up for (owner, cid), up in self._store.uploads.items() if owner == account.handle
        }
        return tuple(
            StoredMedia(
                content=uploads[cid].media.content,
                media_type=uploads[cid].media.media_type,
                alt_text=image["alt"],
                remote_id=cid,
                width=uploads[cid].media.width,
                height=uploads[cid].media.height,
            )
            for image in pictures_of(record)
            for cid in [image["image"]["ref"]["$link"]]
        )

    def _check_uploaded(self, account: Account, blob: dict[str, Any]) -> None:
        cid = blob["ref"]["$link"]
        upload = self._store.uploads.get((account.handle, cid))
        if upload is None:
            raise RefusedError(error(400, "BlobNotFound", message=f"Could not find blob: {cid}"))
        media = upload.media
        if blob["mimeType"] != media.media_type:
            message = (
                "Referenced Mimetype does not match stored blob. "
                f"Expected: {media.media_type}, Got: {blob['mimeType']}"
            )
            raise RefusedError(error(400, "InvalidMimeType", message=message))
        if blob["size"] != len(media.content):
            message = f"Referenced size is {blob['size']}, stored are {len(media.content)} bytes"
            raise RefusedError(error(400, "InvalidSize", message=message))

    def _commit(self, about: str) -> dict[str, str]:
        self._commits += 1
        return {
            "cid": record_cid({"about": about, "number": self._commits}),
            "rev": tid(self._world.now(), self._commits),
        }


def uri_of(account: Account, rkey: str, collection: str = COLLECTION) -> str:
    """Return the at:// address of a record."""
    return f"at://{account.remote_id}/{collection}/{rkey}"


def rkey_of(post: StoredPost) -> str:
    """Return the record key of a post."""
    return post.remote_id.rpartition("/")[2]


def _entry(post: StoredPost) -> dict[str, Any]:
    return {"uri": post.remote_id, "cid": record_cid(post.raw), "value": post.raw}


def _written(uri: str, cid: str, *, commit: dict[str, str] | None) -> Answer:
    answer: dict[str, Any] = {"uri": uri, "cid": cid}
    if commit is not None:
        answer["commit"] = commit
    return as_json(200, answer | {"validationStatus": "valid"})


def _check_swap(body: dict[str, Any], there: StoredPost | None) -> None:
    if "swapRecord" not in body:
        return
    present = record_cid(there.raw) if there else None
    if body["swapRecord"] != present:
        message = f"Record was at {present or 'null'}"
        raise RefusedError(error(400, "InvalidSwap", message=message))


def _check_collection(name: Any) -> None:
    if name not in (COLLECTION, REPOSTS):
        message = f"The rehearsal only has the collections {COLLECTION} and {REPOSTS}, not {name}"
        raise RefusedError(error(400, "InvalidRequest", message=message))


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    check = checked_repost if body["collection"] == REPOSTS else checked_record
    return check(body.get("record"))


def _checked_rkey(rkey: Any) -> str:
    if not isinstance(rkey, str) or not TID.fullmatch(rkey):
        message = f'Invalid record key for {COLLECTION}: Invalid TID string (got "{rkey}") at $'
        raise RefusedError(error(400, "InvalidRequest", message=message))
    return rkey


def _page_size(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MAX_LIST:
        message = f'Invalid limit: integer not between 1 and {MAX_LIST} (got "{text}")'
        raise RefusedError(error(400, "InvalidRequest", message=message))
    return int(text)


def _is_after(rkey: str, cursor: str, *, oldest_first: bool) -> bool:
    return rkey > cursor if oldest_first else rkey < cursor


def _looked_at(visit: Visit) -> StoredMedia:
    picture = look_at(visit.body)
    return StoredMedia(
        content=visit.body,
        media_type=picture.media_type if picture else visit.media_type,
        alt_text="",
        remote_id=blob_cid(visit.body),
        width=picture.width if picture else 0,
        height=picture.height if picture else 0,
    )


def _blob(media: StoredMedia) -> dict[str, Any]:
    return {
        "$type": "blob",
        "ref": {"$link": media.remote_id},
        "mimeType": media.media_type,
        "size": len(media.content),
    }
