"""The stand-in for Facebook: pages and their posts, as the Graph API has them.

A post may be made unpublished and published later by its id; published twice, it is published
once. The text of the page's latest post cannot be posted again (506). Metrics that Meta retired in
2025 and 2026 are refused, and one of them empties the whole answer.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from rehearsal import facebook_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import Answer, Handler, RefusedError, Route, Visit, as_json
from rehearsal.facebook_comments import FacebookComments
from rehearsal.facebook_door import FacebookDoor
from rehearsal.facebook_media import FacebookMedia
from rehearsal.faults import Call, Fault
from rehearsal.records import StoredMedia, StoredPost
from rehearsal.sign_ins_meta import PageSignIns
from rehearsal.store import Ids
from rehearsal.world import World

MAX_TEXT = 63_206
MAX_PHOTOS = 10
MOST_IN_A_BATCH = 50
ID_LOW_BITS = 17
INSIGHTS = {"post_media_view": "impressions", "post_total_media_view_unique": "reach"}
"""The metrics a post has, and the drawn count behind each."""


class FacebookStandIn:
    """Answers as the Graph API does."""

    name = "facebook"

    def __init__(self, world: World) -> None:
        self._world = world
        self._store = world.stores["facebook"]
        self._door = FacebookDoor(world)
        self._ids = Ids(epoch_ms=0, low_bits=ID_LOW_BITS)
        self._media = FacebookMedia(world, self._ids)
        self._drafts: dict[str, StoredPost] = {}
        node, page = "/<version>/<id>", "/<version>/<id>"
        comments, said = f"{node}/comments", FacebookComments(world, self._door, self._ids)
        feed, photos, videos = f"{page}/feed", f"{page}/photos", f"{page}/videos"
        sign_ins = PageSignIns(world, "facebook", "PAGE_TOKEN")
        self.authority = sign_ins.authority
        self.routes = (
            *sign_ins.routes,
            Route(method="POST", path="/<version>", call=Call.READ, handler=self._batch),
            Route(method="GET", path="/<version>/me", call=Call.ACCOUNT, handler=self._me),
            _route("POST", feed, self._feed, _by_published),
            _route("POST", photos, self._photos, _by_published),
            _route("POST", videos, self._videos, _by_phase),
            Route(method="POST", path=f"{node}/captions", call=Call.MEDIA, handler=self._captions),
            Route(method="GET", path=f"{node}/captions", call=Call.FIND, handler=self._captioned),
            _route("POST", node, self._update, _by_what_changes),
            _route("GET", node, self._node, self._page_or_post),
            Route(method="POST", path=comments, call=Call.PUBLISH, handler=said.comment),
            Route(method="GET", path=comments, call=Call.FIND, handler=said.listed),
            Route(method="GET", path=f"{node}/insights", call=Call.READ, handler=self._insights),
            Route(
                method="GET", path=f"{page}/published_posts", call=Call.FIND, handler=self._listed
            ),
            Route(method="DELETE", path=node, call=Call.WITHDRAW, handler=self._delete),
        )

    def whose(self, visit: Visit) -> str | None:
        """Return the handle of the token."""
        account = self._door.named(visit)
        return account.handle if account else None

    def no_such_address(self, visit: Visit) -> Answer:
        """400 in the Graph API's words."""
        return shapes.error(2500, f"Unknown path components: {visit.request.path}")

    def fault_answer(self, fault: Fault, call: Call, *, visit: Visit) -> Answer:  # noqa: ARG002 - the same for every call
        """Answer an ordered fault in the Graph API's words."""
        if fault is Fault.RATE_LIMIT:
            self._door.refuse_for_rate(visit)
            return shapes.throttled()
        if fault is Fault.EXPIRED_TOKEN:
            words = "Error validating access token: Session has expired"
            return shapes.bad_token(words, subcode=463)
        if fault is Fault.REFUSE:
            return shapes.invalid("Invalid parameter")
        return shapes.error(1, "An unknown error has occurred.", status=500)

    def _feed(self, visit: Visit) -> Answer:
        account = self._door.admit(visit)
        self._door.own(account, visit.arguments["id"])
        form = visit.form.to_dict()
        text = form.get("message", "")
        photos = tuple(self._media.photo(account, one) for one in _attached(form))
        if not (text.strip() or form.get("link") or photos):
            raise RefusedError(shapes.invalid("The post is empty"))
        if len(text.encode("utf-16-le")) // 2 > MAX_TEXT:
            raise RefusedError(shapes.invalid(f"The text is longer than {MAX_TEXT}"))
        if len(photos) > MAX_PHOTOS:
            raise RefusedError(shapes.invalid(f"At most {MAX_PHOTOS} photos"))
        post = self._made(account, text, media=photos, raw=form)
        return self._kept(account, post, form)

    def _photos(self, visit: Visit) -> Answer:
        account = self._door.admit(visit)
        self._door.own(account, visit.arguments["id"])
        photo = self._media.take_photo(account, visit)
        if visit.form.get("published") == "false":
            return as_json(200, {"id": photo.remote_id})
        form = visit.form.to_dict()
        post = self._made(account, form.get("caption", ""), media=(photo,), raw=form)
        self._put_out(account, post)
        return as_json(200, {"id": photo.remote_id, "post_id": post.remote_id})

    def _videos(self, visit: Visit) -> Answer:
        account = self._door.admit(visit)
        self._door.own(account, visit.arguments["id"])
        phase = visit.form.get("upload_phase")
        if phase == "start":
            return self._media.start(account, visit)
        if phase == "transfer":
            return self._media.transfer(account, visit)
        session = self._media.session(account, visit)
        video = self._media.video(account, session)
        form = visit.form.to_dict()
        post = self._made(account, form.get("description", ""), media=(video,), raw=form)
        self._put_out(account, post)
        session.finished = True
        return shapes.success()

    def _captions(self, visit: Visit) -> Answer:
        account = self._door.admit(visit)
        video_id = visit.arguments["id"]
        post = self._of_video(account, video_id)
        words = self._media.take_captions(video_id, visit)
        media = tuple(replace(one, captions=words) for one in post.media)
        self._store.keep(replace(post, media=media))
        return shapes.success()

    def _captioned(self, visit: Visit) -> Answer:
        account = self._door.admit(visit)
        video_id = visit.arguments["id"]
        self._of_video(account, video_id)
        return as_json(200, {"data": self._media.captions_of(video_id)})

    def _of_video(self, account: Account, video_id: str) -> StoredPost:
        """Return the post of a video that is out."""
        for one in self._store.of(account):
            if any(media.remote_id == video_id for media in one.media):
                return one
        raise RefusedError(shapes.gone(video_id))

    def _made(
        self, account: Account, text: str, *, media: tuple[StoredMedia, ...], raw: dict[str, Any]
    ) -> StoredPost:
        now = self._world.now()
        number = self._ids.give(account, now)
        return StoredPost(
            handle=account.handle,
            remote_id=f"{account.remote_id}_{number}",
            text=text,
            language=None,
            created_at=now,
            media=media,
            raw=raw,
            url=f"https://www.facebook.com/{account.remote_id}/posts/{number}",
        )

    def _kept(self, account: Account, post: StoredPost, form: Mapping[str, str]) -> Answer:
        if form.get("published") == "false":
            self._drafts[post.remote_id] = post
        else:
            self._put_out(account, post)
        return as_json(200, {"id": post.remote_id})

    def _put_out(self, account: Account, post: StoredPost) -> None:
        latest = next((one for one in self._store.of(account) if one.answers is None), None)
        if latest is not None and post.text.strip() and latest.text == post.text:
            raise RefusedError(shapes.duplicate())
        self._store.keep(replace(post, created_at=self._world.now()))

    def _update(self, visit: Visit) -> Answer:
        account = self._door.admit(visit)
        post_id = visit.arguments["id"]
        if "message" in visit.form:
            return self._edited(account, post_id, visit.form["message"])
        if visit.form.get("is_published") != "true":
            raise RefusedError(shapes.invalid("The rehearsal only publishes posts in this way"))
        if self._own(account, self._store.get(post_id)) is not None:
            return shapes.success()
        draft = self._own(account, self._drafts.get(post_id))
        if draft is None:
            raise RefusedError(shapes.gone(post_id))
        self._put_out(account, draft)
        del self._drafts[post_id]
        return shapes.success()

    def _edited(self, account: Account, post_id: str, message: str) -> Answer:
        post = self._own(account, self._store.get(post_id))
        if post is None:
            raise RefusedError(shapes.gone(post_id))
        if not message.strip() or len(message.encode("utf-16-le")) // 2 > MAX_TEXT:
            raise RefusedError(shapes.invalid(f"The text is empty or longer than {MAX_TEXT}"))
        self._store.keep(replace(post, text=message, raw=post.raw | {"message": message}))
        return shapes.success()

    def _me(self, visit: Visit) -> Answer:
        account = self._door.admit(visit)
        page = shapes.as_page(account, self._world.now())
        return as_json(200, shapes.only(page, visit.query.get("fields", "id,name")))

    def _node(self, visit: Visit) -> Answer:
        account = self._door.admit(visit)
        return self._shown(account, visit.arguments["id"], visit.query.get("fields", "id"))

    def _shown(self, account: Account, remote_id: str, fields: str) -> Answer:
        if remote_id == account.remote_id:
            shown = shapes.as_page(account, self._world.now())
        else:
            shown = self._post_or_video(account, remote_id)
        return as_json(200, shapes.only(shown, fields))

    def _post_or_video(self, account: Account, remote_id: str) -> dict[str, Any]:
        post = self._own(account, self._store.get(remote_id))
        if post is not None:
            return shapes.as_post(post, self._world.counts(account, post), is_published=True)
        draft = self._own(account, self._drafts.get(remote_id))
        if draft is not None:
            return shapes.as_post(draft, {}, is_published=False)
        post = self._of_video(account, remote_id)
        shown = shapes.as_post(post, {}, is_published=True)
        return {**shown, "id": remote_id, "published": True, "post_id": post.remote_id}

    def _insights(self, visit: Visit) -> Answer:
        account = self._door.admit(visit)
        return self._counted(account, visit.arguments["id"], visit.query.get("metric", ""))

    def _counted(self, account: Account, remote_id: str, metrics: str) -> Answer:
        post = self._own(account, self._store.get(remote_id))
        if post is None:
            raise RefusedError(shapes.gone(remote_id))
        names = metrics.split(",")
        if not set(names) <= set(INSIGHTS):
            words = "The value must be a valid insights metric"
            raise RefusedError(shapes.invalid(words))
        counts = self._world.counts(account, post)
        known = [(name, counts[INSIGHTS[name]]) for name in names if counts["impressions"]]
        return as_json(200, shapes.as_insights(post, known))

    def _listed(self, visit: Visit) -> Answer:
        account = self._door.admit(visit)
        self._door.own(account, visit.arguments["id"])
        standing = [one for one in self._store.of(account) if one.answers is None]
        posts = [shapes.as_post(one, {}, is_published=True) for one in standing]
        fields = visit.query.get("fields", "id,message,created_time")
        page = posts[: int(visit.query.get("limit", "25"))]
        return as_json(200, {"data": [shapes.only(one, fields) for one in page]})

    def _batch(self, visit: Visit) -> Answer:
        asked = json.loads(visit.form.get("batch", "null"))
        if not isinstance(asked, list) or not 0 < len(asked) <= MOST_IN_A_BATCH:
            raise RefusedError(shapes.invalid(f"batch takes 1 to {MOST_IN_A_BATCH} requests"))
        account = self._door.admit(visit, calls=len(asked))
        answers = [self._one_of_batch(account, one) for one in asked]
        parts = [{"code": one.status, "body": one.body.decode()} for one in answers]
        return as_json(200, parts)

    def _one_of_batch(self, account: Account, asked: Mapping[str, str]) -> Answer:
        path, _, query = asked["relative_url"].lstrip("/").partition("?")
        given = dict(parse_qsl(query))
        remote_id, _, edge = path.partition("/")
        try:
            if edge == "insights":
                return self._counted(account, remote_id, given.get("metric", ""))
            return self._shown(account, remote_id, given.get("fields", "id"))
        except RefusedError as refused:
            return refused.answer

    def _delete(self, visit: Visit) -> Answer:
        account = self._door.admit(visit)
        post = self._own(account, self._store.get(visit.arguments["id"]))
        if post is None:
            raise RefusedError(shapes.gone(visit.arguments["id"]))
        self._store.delete(post.remote_id)
        return shapes.success()

    def _own(self, account: Account, post: StoredPost | None) -> StoredPost | None:
        return post if post is not None and post.handle == account.handle else None

    def _page_or_post(self, visit: Visit) -> Call:
        page = self._world.accounts.by_remote_id("facebook", visit.arguments["id"])
        return Call.ACCOUNT if page else Call.FIND


def _route(method: str, path: str, handler: Handler, call_by: Callable[[Visit], Call]) -> Route:
    """Make an address whose call the request tells."""
    return Route(method=method, path=path, call=Call.FIND, handler=handler, call_by=call_by)


def _attached(form: Mapping[str, str]) -> list[str]:
    """Return the ids of `attached_media[0]`, `attached_media[1]`, … in their order."""
    ids: list[str] = []
    while (written := form.get(f"attached_media[{len(ids)}]")) is not None:
        ids.append(str(json.loads(written).get("media_fbid")))
    return ids


def _by_published(visit: Visit) -> Call:
    return Call.MEDIA if visit.form.get("published") == "false" else Call.PUBLISH


def _by_what_changes(visit: Visit) -> Call:
    return Call.EDIT if "message" in visit.form else Call.PUBLISH


def _by_phase(visit: Visit) -> Call:
    return Call.PUBLISH if visit.form.get("upload_phase") == "finish" else Call.MEDIA
