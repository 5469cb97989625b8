"""The stand-in for Threads: containers that are published once, as Meta's Threads API has them.

Text and links only: pictures would have to be fetched from a public address. A container lasts for
a day. Threads does not mind the same text twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rehearsal import facebook_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.counting import threads_characters
from rehearsal.exchange import Answer, RefusedError, Route, Visit, as_json
from rehearsal.faults import Call, Fault
from rehearsal.rates import RateLimit
from rehearsal.records import StoredPost
from rehearsal.sign_ins_meta import ThreadsSignIns
from rehearsal.store import Ids
from rehearsal.world import World

MAX_TEXT = 500
MAX_LINKS = 5
MAX_PAGE = 100
CONTAINER_LASTS_FOR = timedelta(hours=24)
POSTS_A_DAY = RateLimit(name="posts", units=250, window=timedelta(hours=24))
REPLIES_A_DAY = RateLimit(name="replies", units=1_000, window=timedelta(hours=24))
ID_LOW_BITS = 17
INSIGHTS = {
    "views": "impressions",
    "likes": "reactions",
    "replies": "replies",
    "reposts": "reshares",
    "quotes": "quotes",
}
"""The metrics a post has, and the drawn count behind each."""


@dataclass(kw_only=True, slots=True)
class Container:
    """What may be published, once."""

    handle: str
    form: dict[str, str]
    made_at: datetime
    ready_at: datetime
    published: bool = False


class ThreadsStandIn:
    """Answers as the Threads API does."""

    name = "threads"

    def __init__(self, world: World) -> None:
        self._world = world
        self._store = world.stores["threads"]
        self._ids = Ids(epoch_ms=0, low_bits=ID_LOW_BITS)
        self._containers: dict[str, Container] = {}
        own, node = "/v1.0/me/threads", "/v1.0/<id>"
        publish, account = "/v1.0/me/threads_publish", "/v1.0/me/threads_insights"
        sign_ins = ThreadsSignIns(world)
        self.authority = sign_ins.authority
        self.routes = (
            *sign_ins.routes,
            Route(method="POST", path=own, call=Call.MEDIA, handler=self._make),
            Route(method="GET", path=own, call=Call.FIND, handler=self._listed),
            Route(
                method="GET", path="/v1.0/me/replies", call=Call.FIND, handler=self._listed_replies
            ),
            Route(method="POST", path=publish, call=Call.PUBLISH, handler=self._publish),
            Route(method="GET", path="/v1.0/me", call=Call.ACCOUNT, handler=self._me),
            Route(method="GET", path=account, call=Call.ACCOUNT, handler=self._followers),
            Route(method="GET", path=node, call=Call.FIND, handler=self._node),
            Route(method="GET", path=f"{node}/insights", call=Call.READ, handler=self._insights),
            Route(method="DELETE", path=node, call=Call.WITHDRAW, handler=self._delete),
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
            return shapes.error(4, "(#4) Application request limit reached", status=403)
        if fault is Fault.EXPIRED_TOKEN:
            words = "Error validating access token: Session has expired"
            return shapes.bad_token(words, subcode=463)
        if fault is Fault.REFUSE:
            return shapes.invalid("Invalid parameter")
        return shapes.error(1, "An unknown error has occurred.", status=500)

    def _named(self, visit: Visit) -> Account | None:
        token = visit.bearer()
        if token is None:
            return None
        return self._world.accounts.by_credential("threads", "ACCESS_TOKEN", value=token)

    def _admit(self, visit: Visit) -> Account:
        account = self._named(visit)
        if account is None:
            words = "Invalid OAuth access token - Cannot parse access token"
            raise RefusedError(shapes.bad_token(words))
        return account

    def _make(self, visit: Visit) -> Answer:
        account = self._admit(visit)
        form = visit.form.to_dict()
        if form.get("media_type") != "TEXT":
            raise RefusedError(shapes.invalid("The rehearsal takes media_type TEXT only"))
        text = form.get("text", "")
        if not text.strip():
            raise RefusedError(shapes.invalid("Param text is required"))
        if threads_characters(text) > MAX_TEXT:
            words = f"Param text must be at most {MAX_TEXT} characters long."
            raise RefusedError(shapes.invalid(words))
        if text.count("http://") + text.count("https://") > MAX_LINKS:
            raise RefusedError(shapes.invalid("THREADS_API__LINK_LIMIT_EXCEEDED"))
        if "reply_to_id" in form and self._store.get(form["reply_to_id"]) is None:
            raise RefusedError(shapes.gone(form["reply_to_id"]))
        now = self._world.now()
        container_id = self._ids.give(account, now)
        ready_at = now + timedelta(seconds=visit.wait_seconds)
        self._containers[container_id] = Container(
            handle=account.handle, form=form, made_at=now, ready_at=ready_at
        )
        return as_json(200, {"id": container_id})

    def _publish(self, visit: Visit) -> Answer:
        account = self._admit(visit)
        container_id = visit.form.get("creation_id", "")
        container = self._containers.get(container_id)
        if container is None or container.handle != account.handle:
            raise RefusedError(shapes.gone(container_id))
        if self._status(container) != "FINISHED":
            words = f"The container cannot be published: {self._status(container)}"
            raise RefusedError(shapes.error(24, words, subcode=4279009))
        limit = REPLIES_A_DAY if "reply_to_id" in container.form else POSTS_A_DAY
        if not self._world.rates.charge(f"threads:{account.handle}", limit).granted:
            raise RefusedError(shapes.error(9, "(#9) Application request limit", subcode=2207042))
        post = self._stored(account, container)
        container.published = True
        return as_json(200, {"id": post.remote_id})

    def _stored(self, account: Account, container: Container) -> StoredPost:
        now = self._world.now()
        remote_id = self._ids.give(account, now)
        code = self._world.accounts.secret("threads", account.handle, label=remote_id)[:11]
        post = StoredPost(
            handle=account.handle,
            remote_id=remote_id,
            text=container.form["text"],
            language=None,
            created_at=now,
            media=(),
            raw=dict(container.form),
            url=f"https://www.threads.net/@{account.name}/post/{code}",
            answers=container.form.get("reply_to_id"),
        )
        self._store.keep(post)
        return post

    def _status(self, container: Container) -> str:
        now = self._world.now()
        if container.published:
            return "PUBLISHED"
        if now >= container.made_at + CONTAINER_LASTS_FOR:
            return "EXPIRED"
        return "FINISHED" if now >= container.ready_at else "IN_PROGRESS"

    def _me(self, visit: Visit) -> Answer:
        account = self._admit(visit)
        me = {"id": account.remote_id, "username": account.name}
        return as_json(200, shapes.only(me, visit.query.get("fields", "id")))

    def _followers(self, visit: Visit) -> Answer:
        account = self._admit(visit)
        if visit.query.get("metric") != "followers_count":
            raise RefusedError(shapes.invalid("The value must be a valid insights metric"))
        total = {"value": account.followers_at(self._world.now())}
        return as_json(200, {"data": [{"name": "followers_count", "total_value": total}]})

    def _node(self, visit: Visit) -> Answer:
        account = self._admit(visit)
        object_id, fields = visit.arguments["id"], visit.query.get("fields", "id")
        container = self._containers.get(object_id)
        if container is not None and container.handle == account.handle:
            shown: dict[str, Any] = {"id": object_id, "status": self._status(container)}
        else:
            shown = _as_post(self._own(account, object_id))
        return as_json(200, shapes.only(shown, fields))

    def _listed(self, visit: Visit) -> Answer:
        """List what stands by itself."""
        return self._page(visit, replies=False)

    def _listed_replies(self, visit: Visit) -> Answer:
        """List the answers, which the other list leaves out."""
        return self._page(visit, replies=True)

    def _page(self, visit: Visit, *, replies: bool) -> Answer:
        account = self._admit(visit)
        since = int(visit.query.get("since") or 0)
        limit = min(int(visit.query.get("limit") or 25), MAX_PAGE)
        posts = [
            one
            for one in self._store.of(account)
            if one.created_at.timestamp() >= since and (one.answers is not None) is replies
        ]
        fields = visit.query.get("fields", "id")
        page = [shapes.only(_as_post(one), fields) for one in posts[:limit]]
        return as_json(200, {"data": page})

    def _insights(self, visit: Visit) -> Answer:
        account = self._admit(visit)
        post = self._own(account, visit.arguments["id"])
        names = visit.query.get("metric", "").split(",")
        if not set(names) <= set(INSIGHTS):
            raise RefusedError(shapes.invalid("The value must be a valid insights metric"))
        counts = self._world.counts(account, post)
        known = [(name, counts[INSIGHTS[name]]) for name in names]
        return as_json(200, shapes.as_insights(post, known))

    def _delete(self, visit: Visit) -> Answer:
        account = self._admit(visit)
        post = self._own(account, visit.arguments["id"])
        self._store.delete(post.remote_id)
        return as_json(200, {"success": True, "deleted_id": post.remote_id})

    def _own(self, account: Account, remote_id: str) -> StoredPost:
        post = self._store.get(remote_id)
        if post is None or post.handle != account.handle:
            raise RefusedError(shapes.gone(remote_id))
        return post


def _as_post(post: StoredPost) -> dict[str, Any]:
    return {
        "id": post.remote_id,
        "text": post.text,
        "timestamp": f"{post.created_at:%Y-%m-%dT%H:%M:%S+0000}",
        "permalink": post.url,
    } | ({} if post.answers is None else {"replied_to": {"id": post.answers}})
