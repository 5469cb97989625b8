"""The stand-in for Instagram: accounts that belong to a page, as the Graph API has them.

There is no post without a picture. Pictures are fetched from the address that is given while their
container is made, and refused with the codes of Meta's page on errors; a container is published
once. Instagram does not mind the same caption twice, and takes no post back through its API.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from rehearsal import facebook_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.containers import Container, ContainerBook
from rehearsal.exchange import Answer, RefusedError, Route, Visit, as_json
from rehearsal.faults import Call, Fault
from rehearsal.films import can_stream
from rehearsal.instagram_comments import InstagramComments
from rehearsal.instagram_rules import (
    CONTAINERS_A_DAY,
    MAX_PICTURES,
    PICTURES,
    POSTS_A_DAY,
    check_caption,
    check_shape,
)
from rehearsal.records import StoredPost
from rehearsal.sign_ins_meta import PageSignIns
from rehearsal.store import Ids
from rehearsal.world import World

MAX_PAGE = 100
MOST_IN_A_BATCH = 50
ID_LOW_BITS = 17
INSIGHTS = {
    "views": "impressions",
    "reach": "reach",
    "saved": "saves",
    "shares": "reshares",
    "likes": "reactions",
    "comments": "replies",
}
"""The metrics a post has, and the drawn count behind each."""


class InstagramStandIn:
    """Answers as the Graph API does for Instagram accounts."""

    name = "instagram"

    def __init__(self, world: World) -> None:
        self._world = world
        self._store = world.stores["instagram"]
        self._ids = Ids(epoch_ms=0, low_bits=ID_LOW_BITS)
        self._containers = ContainerBook(world, self._ids)
        node = "/<version>/<id>"
        comments, said = f"{node}/comments", InstagramComments(world, self._ids)
        publish, room = f"{node}/media_publish", f"{node}/content_publishing_limit"
        sign_ins = PageSignIns(world, "instagram", "ACCESS_TOKEN")
        self.authority = sign_ins.authority
        self.routes = (
            *sign_ins.routes,
            Route(method="POST", path="/<version>", call=Call.READ, handler=self._batch),
            Route(method="POST", path=f"{node}/media", call=Call.MEDIA, handler=self._make),
            Route(method="GET", path=f"{node}/media", call=Call.FIND, handler=self._listed),
            Route(
                method="POST",
                path=comments,
                call=Call.PUBLISH,
                handler=lambda visit: said.comment(visit, self._admit(visit)),
            ),
            Route(
                method="GET",
                path=comments,
                call=Call.FIND,
                handler=lambda visit: said.listed(visit, self._admit(visit)),
            ),
            Route(method="POST", path=publish, call=Call.PUBLISH, handler=self._publish),
            Route(method="GET", path=room, call=Call.LIMITS, handler=self._room),
            Route(method="GET", path=f"{node}/insights", call=Call.READ, handler=self._insights),
            Route(
                method="GET",
                path=node,
                call=Call.FIND,
                handler=self._node,
                call_by=self._account_or_post,
            ),
        )

    def whose(self, visit: Visit) -> str | None:
        """Return the handle of the token."""
        account = self._named(visit)
        return account.handle if account else None

    def no_such_address(self, visit: Visit) -> Answer:
        """400 in the Graph API's words."""
        return shapes.error(2500, f"Unknown path components: {visit.request.path}")

    def fault_answer(self, fault: Fault, call: Call, *, visit: Visit) -> Answer:  # noqa: ARG002 - the same for every call
        """Answer an ordered fault in the Graph API's words."""
        if fault is Fault.RATE_LIMIT:
            return shapes.error(80002, "(#80002) There have been too many calls")
        if fault is Fault.EXPIRED_TOKEN:
            words = "Error validating access token: Session has expired"
            return shapes.bad_token(words, subcode=463)
        if fault is Fault.REFUSE:
            return shapes.error(36003, "The aspect ratio is not supported.", subcode=2207009)
        return shapes.error(-1, "An unknown error has occurred.", subcode=2207001, status=500)

    def _named(self, visit: Visit) -> Account | None:
        token = visit.bearer()
        if token is None:
            return None
        return self._world.accounts.by_credential("instagram", "ACCESS_TOKEN", value=token)

    def _admit(self, visit: Visit) -> Account:
        account = self._named(visit)
        if account is None:
            words = "Invalid OAuth access token - Cannot parse access token"
            raise RefusedError(shapes.bad_token(words))
        return account

    def _own(self, visit: Visit) -> Account:
        """Return the account that the address names, which has to be the token's."""
        account = self._admit(visit)
        if visit.arguments["id"] != account.remote_id:
            raise RefusedError(shapes.gone(visit.arguments["id"]))
        return account

    def _make(self, visit: Visit) -> Answer:
        account = self._own(visit)
        check_caption(visit.form.get("caption", ""))
        used = self._world.rates.charge(f"instagram:{account.handle}:made", CONTAINERS_A_DAY)
        if not used.granted:
            raise RefusedError(shapes.error(80002, "(#80002) Too many containers"))
        kind = visit.form.get("media_type", "IMAGE")
        if kind == "REELS":
            return self._film(account, visit)
        if kind == "CAROUSEL":
            media = self._containers.children(account, visit, MAX_PICTURES)
        elif kind == "IMAGE":
            media = (self._containers.fetch(account, visit, PICTURES),)
            check_shape(media[0])
        else:
            raise RefusedError(shapes.error(352, "The format is not supported", subcode=2207026))
        return as_json(200, {"id": self._containers.make(account, visit, media)})

    def _film(self, account: Account, visit: Visit) -> Answer:
        """Make a container at once, whatever becomes of its video."""
        film = self._containers.fetch_film(account, visit)
        failure = "" if film else "2207052"
        if film and not can_stream(film.content):
            failure = "2207026"
        media = (film,) if film else ()
        made = self._containers.make(account, visit, media, failure=failure)
        return as_json(200, {"id": made})

    def _publish(self, visit: Visit) -> Answer:
        account = self._own(visit)
        container_id = visit.form.get("creation_id", "")
        container = self._containers.find(account, container_id)
        if container is None or container.is_part:
            words = "The media could not be found"
            raise RefusedError(shapes.error(24, words, subcode=2207006))
        self._insist_on_finished(container)
        if not self._world.rates.charge(f"instagram:{account.handle}", POSTS_A_DAY).granted:
            words = "You reached maximum number of posts that is allowed"
            raise RefusedError(shapes.error(9, words, subcode=2207042))
        post = self._stored(account, container)
        container.published = True
        return as_json(200, {"id": post.remote_id})

    def _insist_on_finished(self, container: Container) -> None:
        status = self._containers.status(container)
        if status == "IN_PROGRESS":
            words = "Media ID is not available"
            raise RefusedError(shapes.error(9007, words, subcode=2207027))
        if status == "EXPIRED":
            words = "The media you are trying to access has expired"
            raise RefusedError(shapes.error(-2, words, subcode=2207020))
        if status == "PUBLISHED":
            words = "The container has been published already"
            raise RefusedError(shapes.error(100, words))

    def _stored(self, account: Account, container: Container) -> StoredPost:
        now = self._world.now()
        remote_id = self._ids.give(account, now)
        code = self._world.accounts.secret("instagram", account.handle, label=remote_id)[:11]
        post = StoredPost(
            handle=account.handle,
            remote_id=remote_id,
            text=container.form.get("caption", ""),
            language=None,
            created_at=now,
            media=container.media,
            raw=dict(container.form),
            url=f"https://www.instagram.com/p/{code}/",
        )
        self._store.keep(post)
        return post

    def _room(self, visit: Visit) -> Answer:
        account = self._own(visit)
        since = self._world.now() - POSTS_A_DAY.window
        used = sum(one.created_at > since for one in self._posts_of(account))
        config = {"quota_total": POSTS_A_DAY.units, "quota_duration": 86_400}
        return as_json(200, {"data": [{"config": config, "quota_usage": used}]})

    def _node(self, visit: Visit) -> Answer:
        account = self._admit(visit)
        return self._shown(account, visit.arguments["id"], visit.query.get("fields", "id"))

    def _shown(self, account: Account, object_id: str, fields: str) -> Answer:
        container = self._containers.find(account, object_id)
        if object_id == account.remote_id:
            shown = self._as_account(account)
        elif container is not None:
            status = self._containers.status(container)
            words = f"Error: Media upload has failed with error code {container.failure}"
            shown = {
                "id": object_id,
                "status_code": status,
                "status": words if status == "ERROR" else f"{status}: as asked.",
            }
        else:
            post = self._post(account, object_id)
            shown = _as_post(post, self._world.counts(account, post))
        return as_json(200, shapes.only(shown, fields))

    def _as_account(self, account: Account) -> dict[str, Any]:
        followers = account.followers_at(self._world.now())
        names = {"id": account.remote_id, "username": account.name, "name": account.name}
        return {**names, "followers_count": followers}

    def _listed(self, visit: Visit) -> Answer:
        account = self._own(visit)
        since = int(visit.query.get("since") or 0)
        limit = min(int(visit.query.get("limit") or 25), MAX_PAGE)
        posts = [one for one in self._posts_of(account) if one.created_at.timestamp() >= since]
        fields = visit.query.get("fields", "id")
        page = [shapes.only(_as_post(one, {}), fields) for one in posts[:limit]]
        return as_json(200, {"data": page})

    def _insights(self, visit: Visit) -> Answer:
        account = self._admit(visit)
        return self._counted(account, visit.arguments["id"], visit.query.get("metric", ""))

    def _counted(self, account: Account, object_id: str, metrics: str) -> Answer:
        post = self._post(account, object_id)
        names = metrics.split(",")
        if not set(names) <= set(INSIGHTS):
            words = "The value must be a valid insights metric"
            raise RefusedError(shapes.invalid(words))
        counts = self._world.counts(account, post)
        known = [(name, counts[INSIGHTS[name]]) for name in names if counts["impressions"]]
        return as_json(200, shapes.as_insights(post, known))

    def _batch(self, visit: Visit) -> Answer:
        account = self._admit(visit)
        asked = json.loads(visit.form.get("batch", "null"))
        if not isinstance(asked, list) or not 0 < len(asked) <= MOST_IN_A_BATCH:
            raise RefusedError(shapes.invalid(f"batch takes 1 to {MOST_IN_A_BATCH} requests"))
        answers = [self._one_of_batch(account, one) for one in asked]
        parts = [{"code": one.status, "body": one.body.decode()} for one in answers]
        return as_json(200, parts)

    def _one_of_batch(self, account: Account, asked: Mapping[str, str]) -> Answer:
        path, _, query = asked["relative_url"].lstrip("/").partition("?")
        given = dict(parse_qsl(query))
        object_id, _, edge = path.partition("/")
        try:
            if edge == "insights":
                return self._counted(account, object_id, given.get("metric", ""))
            return self._shown(account, object_id, given.get("fields", "id"))
        except RefusedError as refused:
            return refused.answer

    def _post(self, account: Account, object_id: str) -> StoredPost:
        post = self._store.get(object_id)
        if post is None or post.handle != account.handle:
            raise RefusedError(shapes.gone(object_id))
        return post

    def _posts_of(self, account: Account) -> list[StoredPost]:
        """List an account's posts, the newest first; comments stand elsewhere."""
        return [one for one in self._store.of(account) if one.answers is None]

    def _account_or_post(self, visit: Visit) -> Call:
        account = self._world.accounts.by_remote_id("instagram", visit.arguments["id"])
        return Call.ACCOUNT if account else Call.FIND


def _as_post(post: StoredPost, counts: Mapping[str, int]) -> dict[str, Any]:
    several, is_reel = len(post.media) > 1, post.raw.get("media_type") == "REELS"
    return {
        "id": post.remote_id,
        "caption": post.text,
        "timestamp": f"{post.created_at:%Y-%m-%dT%H:%M:%S+0000}",
        "permalink": post.url,
        "media_type": "CAROUSEL_ALBUM" if several else "VIDEO" if is_reel else "IMAGE",
        "media_product_type": "REELS" if is_reel else "FEED",
        "like_count": counts.get("reactions", 0),
        "comments_count": counts.get("replies", 0),
    }
