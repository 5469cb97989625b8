"""The stand-in for X: what publishing needs of API v2.

Requests are signed with OAuth 1.0a, or carry a token of OAuth 2.0 with the rights it was given
for. Rules as documented in August 2026
(specification 2.167, "Counting characters"): 280 weighted characters, four photos or one GIF,
unknown properties refused, and the same text twice on one account refused with 403. How long X
remembers a text is not documented; the stand-in never forgets one that still stands.
"""

import unicodedata
from typing import Any

from rehearsal import x_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.counting import x_weight
from rehearsal.exchange import Answer, RefusedError, Route, Visit, as_json
from rehearsal.faults import Call, Fault
from rehearsal.records import StoredPost
from rehearsal.sign_ins import XSignIns
from rehearsal.store import Ids, Upload
from rehearsal.world import World
from rehearsal.x_door import XDoor
from rehearsal.x_media import XMedia
from rehearsal.x_reading import XReading
from rehearsal.x_reposts import XReposts
from rehearsal.x_request import checked_post
from rehearsal.x_videos import XVideos

MAX_WEIGHT = 280
"""Of an account that pays for nothing; Premium accounts may write more."""
ID_EPOCH_MS = 1_288_834_974_657
ID_LOW_BITS = 22


class XStandIn:
    """Answers as X does."""

    name = "x"

    def __init__(self, world: World) -> None:
        self._world = world
        self._store = world.stores["x"]
        self._ids = Ids(epoch_ms=ID_EPOCH_MS, low_bits=ID_LOW_BITS)
        self._door = XDoor(world)
        self._media = XMedia(self._door, self._store, ids=self._ids)
        reading = XReading(world, self._door)
        reposts = XReposts(world, self._door, self._ids)
        sign_ins = XSignIns(world)
        self.authority = sign_ins.authority
        self.routes = (
            *sign_ins.routes,
            Route(method="POST", path="/2/tweets", call=Call.PUBLISH, handler=self._create),
            Route(method="GET", path="/2/tweets", call=Call.READ, handler=reading.read),
            Route(method="DELETE", path="/2/tweets/<id>", call=Call.WITHDRAW, handler=self._delete),
            Route(
                method="POST",
                path="/2/users/<id>/retweets",
                call=Call.PUBLISH,
                handler=reposts.repost,
            ),
            Route(
                method="DELETE",
                path="/2/users/<id>/retweets/<source>",
                call=Call.WITHDRAW,
                handler=reposts.take_back,
            ),
            Route(method="GET", path="/2/users/me", call=Call.ACCOUNT, handler=reading.me),
            Route(
                method="GET", path="/2/users/<id>/tweets", call=Call.FIND, handler=reading.timeline
            ),
            Route(
                method="POST", path="/2/media/upload", call=Call.MEDIA, handler=self._media.upload
            ),
            *_video_routes(self._media.videos),
            Route(
                method="POST",
                path="/2/media/metadata",
                call=Call.MEDIA,
                handler=self._media.describe,
            ),
        )

    def whose(self, visit: Visit) -> str | None:
        """Return the handle of the token in the OAuth header."""
        account = self._door.named(visit)
        return account.handle if account else None

    def no_such_address(self, visit: Visit) -> Answer:  # noqa: ARG002 - every one gets the same
        """404 with an empty body, as X answers addresses that a plan does not include."""
        return Answer(status=404, body=b"")

    def fault_answer(self, fault: Fault, call: Call, *, visit: Visit) -> Answer:
        """Answer an ordered fault in X's words."""
        if fault is Fault.RATE_LIMIT:
            self._door.refuse_for_rate(visit, call)
            return shapes.too_many_requests()
        if fault is Fault.EXPIRED_TOKEN:
            return shapes.unauthorized()
        return shapes.not_permitted() if fault is Fault.REFUSE else shapes.internal_error()

    def _create(self, visit: Visit) -> Answer:
        account = self._door.admit(visit, "publish")
        body = checked_post(visit)
        text = body.get("text", "")
        uploads = self._uploads(account, body)
        self._check_text(account, text, with_media=bool(uploads))
        self._check_reply(body)
        post = self._stored(account, body, text=text, uploads=uploads)
        shown, _ = shapes.shortened(post, account)
        answer = {
            "id": post.remote_id,
            "text": shown,
            "edit_history_tweet_ids": [post.remote_id],
        }
        return as_json(201, {"data": answer})

    def _uploads(self, account: Account, body: dict[str, Any]) -> list[Upload]:
        if "media" not in body:
            return []
        uploads = self._media.taken(account, body["media"]["media_ids"])
        kinds = [upload.media.media_type for upload in uploads]
        if {"image/gif", "video/mp4"} & set(kinds) and len(kinds) > 1:
            message = "A post may have up to four photos, or one GIF, or one video."
            raise RefusedError(shapes.invalid("media.media_ids", "", message=message))
        return uploads

    def _check_text(self, account: Account, text: str, *, with_media: bool) -> None:
        if not text.strip() and not with_media:
            message = "[$.text: must not be empty where no media are attached]"
            raise RefusedError(shapes.invalid("text", text, message=message))
        if x_weight(text) > MAX_WEIGHT:
            message = f"text field exceeds maximum length of {MAX_WEIGHT} characters"
            raise RefusedError(shapes.invalid("text", text, message=message))
        said = {_compared(post.text) for post in self._store.of(account)}
        if text.strip() and _compared(text) in said:
            raise RefusedError(shapes.duplicate())

    def _check_reply(self, body: dict[str, Any]) -> None:
        if "reply" in body and self._store.get(body["reply"]["in_reply_to_tweet_id"]) is None:
            raise RefusedError(shapes.not_permitted())

    def _stored(
        self, account: Account, body: dict[str, Any], *, text: str, uploads: list[Upload]
    ) -> StoredPost:
        now = self._world.now()
        remote_id = self._ids.give(account, now)
        post = StoredPost(
            handle=account.handle,
            remote_id=remote_id,
            text=text,
            language=None,
            created_at=now,
            media=tuple(upload.media for upload in uploads),
            raw=body,
            url=f"https://x.com/{account.name}/status/{remote_id}",
            answers=body["reply"]["in_reply_to_tweet_id"] if "reply" in body else None,
        )
        self._store.keep(post)
        return post

    def _delete(self, visit: Visit) -> Answer:
        account = self._door.admit(visit, "delete")
        post = self._store.get(visit.arguments["id"])
        if post is None:
            return as_json(404, {"errors": [shapes.missing(visit.arguments["id"], "id")]})
        if post.handle != account.handle:
            return shapes.not_permitted()
        self._store.delete(post.remote_id)
        return as_json(200, {"data": {"deleted": True}})


def _video_routes(videos: XVideos) -> tuple[Route, ...]:
    place = "/2/media/upload"
    begin, append, end = f"{place}/initialize", f"{place}/<id>/append", f"{place}/<id>/finalize"
    return (
        Route(method="POST", path=begin, call=Call.MEDIA, handler=videos.begin),
        Route(method="POST", path=append, call=Call.MEDIA, handler=videos.append),
        Route(method="POST", path=end, call=Call.MEDIA, handler=videos.finalize),
        Route(method="GET", path=place, call=Call.MEDIA, handler=videos.status),
        Route(method="POST", path="/2/media/subtitles", call=Call.MEDIA, handler=videos.caption),
    )


def _compared(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
