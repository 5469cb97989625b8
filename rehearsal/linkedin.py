"""The stand-in for LinkedIn: pages and their posts, as the versioned REST API has them.

A post is answered with an empty 201 and its id in a header. The same text twice on one page is
refused, naming the earlier post; a deleted one is still named for two days, although asking for it
is answered with 404 (both seen by others on the live service). How long LinkedIn remembers a text
that stands is not documented; the stand-in never forgets it.
"""

from datetime import timedelta
from typing import Any

from rehearsal import linkedin_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import Answer, RefusedError, Route, Visit, as_json
from rehearsal.faults import Call, Fault
from rehearsal.linkedin_comments import LinkedInComments
from rehearsal.linkedin_door import LinkedInDoor, lists_in, own
from rehearsal.linkedin_media import LinkedInMedia
from rehearsal.linkedin_request import checked_post
from rehearsal.linkedin_text import read_commentary
from rehearsal.records import StoredMedia, StoredPost
from rehearsal.sign_ins_meta import LinkedInSignIns, organisations
from rehearsal.store import Ids
from rehearsal.world import World

ID_LOW_BITS = 22
GHOST_FOR = timedelta(hours=48)
MAX_PAGE = 100
KINDS = {"shares": "share", "ugcPosts": "ugcPost"}


class LinkedInStandIn:
    """Answers as LinkedIn does."""

    name = "linkedin"

    def __init__(self, world: World) -> None:
        self._world = world
        self._store = world.stores["linkedin"]
        self._door = LinkedInDoor(world)
        self._media = LinkedInMedia(world, self._door)
        self._ids = Ids(epoch_ms=0, low_bits=ID_LOW_BITS)
        at, one = "/rest/posts", "/rest/posts/<urn>"
        kinds = "/rest/<any(images, videos, documents):kind>"
        statistics = "/rest/organizationalEntityShareStatistics"
        sizes, page = "/rest/networkSizes/<urn>", "/rest/organizations/<int:number>"
        comments, said = (
            "/rest/socialActions/<urn>/comments",
            LinkedInComments(world, self._door, self._ids),
        )
        roles = "/rest/organizationAcls"
        bytes_go_to = "/dms-uploads/<key>/<int:part>"
        take, begin, show = self._media.take, self._media.begin, self._media.show
        sign_ins = LinkedInSignIns(world)
        self.authority = sign_ins.authority
        self.routes = (
            *sign_ins.routes,
            Route(method="POST", path=at, call=Call.PUBLISH, handler=self._create),
            Route(method="GET", path=at, call=Call.FIND, handler=self._several),
            Route(method="GET", path=one, call=Call.FIND, handler=self._read),
            Route(method="DELETE", path=one, call=Call.WITHDRAW, handler=self._delete),
            Route(method="POST", path=comments, call=Call.PUBLISH, handler=said.comment),
            Route(method="GET", path=comments, call=Call.FIND, handler=said.listed),
            Route(method="GET", path=statistics, call=Call.READ, handler=self._statistics),
            Route(method="GET", path=sizes, call=Call.ACCOUNT, handler=self._followers),
            Route(method="GET", path=page, call=Call.ACCOUNT, handler=self._organization),
            Route(method="GET", path=roles, call=Call.SIGN_IN, handler=self._organisations),
            Route(method="POST", path=kinds, call=Call.MEDIA, handler=begin),
            Route(method="GET", path=f"{kinds}/<urn>", call=Call.MEDIA, handler=show),
            Route(method="PUT", path=bytes_go_to, call=Call.MEDIA, handler=take),
        )

    def whose(self, visit: Visit) -> str | None:
        """Return the handle of the token, or of the address that an upload goes to."""
        account = self._door.named(visit)
        return account.handle if account else self._media.whose(visit)

    def no_such_address(self, visit: Visit) -> Answer:
        """404 in LinkedIn's words."""
        words = f"No virtual resource found for {visit.request.path}"
        return shapes.error(404, "RESOURCE_NOT_FOUND", words)

    def fault_answer(self, fault: Fault, call: Call, *, visit: Visit) -> Answer:  # noqa: ARG002 - the same for every call
        """Answer an ordered fault in LinkedIn's words."""
        if fault is Fault.RATE_LIMIT:
            return shapes.throttled()
        if fault is Fault.EXPIRED_TOKEN:
            words = "The token used in the request has expired"
            return shapes.error(401, "EXPIRED_ACCESS_TOKEN", words)
        if fault is Fault.REFUSE:
            return shapes.invalid("UNPROCESSABLE_ENTITY", "The post cannot be taken")
        return shapes.error(500, "INTERNAL_SERVER_ERROR", "Internal Server Error")

    def _create(self, visit: Visit) -> Answer:
        account = self._door.admit(visit)
        body = checked_post(visit)
        own(account, str(body["author"]))
        files = [self._media.taken(account, one) for one in _files(body)]
        self._check_card(account, body)
        text = read_commentary(body["commentary"])
        original = self._original(body)
        if not text.strip() and not body.get("content") and original is None:
            raise RefusedError(shapes.invalid("MISSING_FIELD", "The post is empty"))
        self._refuse_repeat(account, text)
        self._door.charge_post(account)
        post = self._stored(account, body, text=text, files=tuple(files), original=original)
        return shapes.created(post.remote_id)

    def _original(self, body: dict[str, Any]) -> str | None:
        """Return the URN of the post that is passed on; refuse one that is not there."""
        if "reshareContext" not in body:
            return None
        urn = str(body["reshareContext"].get("parent"))
        post = self._store.get(urn)
        if post is None or post.answers is not None or body.get("content"):
            raise RefusedError(shapes.invalid("INVALID_URN", "parent is no post to be reshared"))
        return urn

    def _check_card(self, account: Account, body: dict[str, Any]) -> None:
        card = body.get("content", {}).get("article", {})
        if "thumbnail" in card:
            self._media.taken(account, {"id": card["thumbnail"]})

    def _refuse_repeat(self, account: Account, text: str) -> None:
        for post in reversed(self._store.every()):
            gone = post.deleted_at
            forgotten = gone is not None and self._world.now() - gone >= GHOST_FOR
            same = " ".join(post.text.split()) == " ".join(text.split())
            if post.handle == account.handle and text.strip() and same and not forgotten:
                raise RefusedError(shapes.duplicate(post.remote_id))

    def _stored(
        self,
        account: Account,
        body: dict[str, Any],
        *,
        text: str,
        files: tuple[StoredMedia, ...],
        original: str | None,
    ) -> StoredPost:
        now = self._world.now()
        kind = "ugcPost" if any(one.media_type == "video/mp4" for one in files) else "share"
        urn = f"urn:li:{kind}:{self._ids.give(account, now)}"
        post = StoredPost(
            handle=account.handle,
            remote_id=urn,
            text=text,
            language=None,
            created_at=now,
            media=files,
            raw=body,
            url=f"https://www.linkedin.com/feed/update/{urn}/",
            reposts=original,
        )
        self._store.keep(post)
        return post

    def _read(self, visit: Visit) -> Answer:
        account = self._door.admit(visit, "GET")
        post = self._own(account, visit.arguments["urn"])
        if post is None:
            return shapes.not_found(visit.arguments["urn"])
        return as_json(200, shapes.as_post(post, account))

    def _several(self, visit: Visit) -> Answer:
        if "ids" in visit.query:
            return self._batch(visit)
        account = self._door.admit(visit, "FINDER")
        if visit.query.get("q") != "author":
            return shapes.error(400, "PARAM_INVALID", "The rehearsal finds by author only")
        own(account, visit.query.get("author", ""))
        posts = [one for one in self._store.of(account) if one.answers is None]
        start = int(visit.query.get("start", "0"))
        count = min(int(visit.query.get("count", "10")), MAX_PAGE)
        page = [shapes.as_post(one, account) for one in posts[start : start + count]]
        return as_json(200, {"elements": page, "paging": {"start": start, "count": count}})

    def _batch(self, visit: Visit) -> Answer:
        account = self._door.admit(visit, "BATCH_GET")
        asked = lists_in(visit).get("ids", [])
        found = {urn: self._own(account, urn) for urn in asked}
        results = {urn: shapes.as_post(one, account) for urn, one in found.items() if one}
        statuses = {urn: 200 if one else 404 for urn, one in found.items()}
        return as_json(200, {"results": results, "statuses": statuses, "errors": {}})

    def _delete(self, visit: Visit) -> Answer:
        account = self._door.admit(visit)
        post = self._own(account, visit.arguments["urn"])
        if post is not None:
            self._store.delete(post.remote_id)
        return Answer(status=204, body=b"", media_type="application/json")

    def _statistics(self, visit: Visit) -> Answer:
        account = self._door.admit(visit, "FINDER")
        own(account, visit.query.get("organizationalEntity", ""))
        elements = []
        for parameter, urns in lists_in(visit).items():
            kind = KINDS.get(parameter, "")
            if not kind or not all(one.startswith(f"urn:li:{kind}:") for one in urns):
                return shapes.error(400, "PARAM_INVALID", f"{parameter} takes URNs of its kind")
            elements += [shown for urn in urns if (shown := self._counted(account, kind, urn))]
        return as_json(200, {"elements": elements, "paging": {"start": 0, "count": 10}})

    def _counted(self, account: Account, kind: str, urn: str) -> dict[str, Any] | None:
        """Return a post's statistics; LinkedIn leaves out a post that nobody has seen."""
        post = self._own(account, urn)
        counts = self._world.counts(account, post) if post else {}
        if not counts.get("impressions"):
            return None
        return shapes.as_statistics(kind, urn, shapes.owner_urn(account), counts)

    def _followers(self, visit: Visit) -> Answer:
        account = self._door.admit(visit)
        own(account, visit.arguments["urn"])
        if visit.query.get("edgeType") != "COMPANY_FOLLOWED_BY_MEMBER":
            return shapes.error(400, "PARAM_INVALID", "edgeType is wrong")
        return as_json(200, {"firstDegreeSize": account.followers_at(self._world.now())})

    def _organisations(self, visit: Visit) -> Answer:
        self._door.admit(visit, "FINDER")
        return organisations(self._world)

    def _organization(self, visit: Visit) -> Answer:
        account = self._door.admit(visit)
        own(account, f"urn:li:organization:{visit.arguments['number']}")
        return as_json(200, shapes.as_organization(account))

    def _own(self, account: Account, urn: str) -> StoredPost | None:
        post = self._store.get(urn)
        return post if post and post.handle == account.handle else None


def _files(body: dict[str, Any]) -> list[dict[str, Any]]:
    content = body.get("content", {})
    if "media" in content:
        return [content["media"]]
    images: list[dict[str, Any]] = content.get("multiImage", {}).get("images", [])
    return images
