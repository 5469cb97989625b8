"""The stand-in for Bluesky: a personal data server and the AppView behind one origin.

A connector's `server` replaces both hosts, so one origin answers for both. Signing in, identities
and counts are here; records and blobs are in `bluesky_repo`. New posts are counted at once, where
the real AppView lags a little.
"""

from typing import Any

from rehearsal.accounts import Account
from rehearsal.bluesky_door import (
    REFRESH,
    SERVICE,
    SIGN_INS,
    BlueskyDoor,
    error,
    too_many,
    who_is,
)
from rehearsal.bluesky_ids import record_cid
from rehearsal.bluesky_repo import MAX_BLOB, BlueskyRepo
from rehearsal.exchange import Answer, Route, Visit, as_json
from rehearsal.faults import Call, Fault
from rehearsal.records import StoredPost
from rehearsal.world import World

MAX_URIS = 25


class BlueskyStandIn:
    """Answers as Bluesky does."""

    name = "bluesky"

    def __init__(self, world: World) -> None:
        self._world = world
        self._store = world.stores["bluesky"]
        self._door = BlueskyDoor(world)
        repo = BlueskyRepo(world, self._door)
        post, get = "POST", "GET"
        self.routes = tuple(
            Route(method=method, path=f"/xrpc/{name}", call=call, handler=handler)
            for method, name, call, handler in (
                (post, "com.atproto.server.createSession", Call.SIGN_IN, self._sign_in),
                (post, "com.atproto.server.refreshSession", Call.SIGN_IN, self._refresh),
                (get, "com.atproto.server.getSession", Call.SIGN_IN, self._session),
                (get, "com.atproto.server.describeServer", Call.LIMITS, self._describe),
                (get, "com.atproto.identity.resolveHandle", Call.ACCOUNT, self._resolve),
                (post, "com.atproto.repo.uploadBlob", Call.MEDIA, repo.upload),
                (post, "com.atproto.repo.putRecord", Call.PUBLISH, repo.put),
                (post, "com.atproto.repo.createRecord", Call.PUBLISH, repo.create),
                (post, "com.atproto.repo.deleteRecord", Call.WITHDRAW, repo.delete),
                (get, "com.atproto.repo.getRecord", Call.FIND, repo.get),
                (get, "com.atproto.repo.listRecords", Call.FIND, repo.list),
                (get, "app.bsky.feed.getPosts", Call.READ, self._posts),
                (get, "app.bsky.actor.getProfile", Call.ACCOUNT, self._profile),
            )
        )

    def whose(self, visit: Visit) -> str | None:
        """Return the handle of the session, of the repo asked, or of who wants to sign in."""
        account = self._door.named(visit) or self._identified(visit.query.get("repo", ""))
        if account is None and visit.request.path.endswith(".createSession"):
            body = visit.json()
            identifier = body.get("identifier") if isinstance(body, dict) else ""
            account = self._identified(str(identifier))
        return account.handle if account else None

    def no_such_address(self, visit: Visit) -> Answer:
        """401 without a token, since unknown methods are passed on; 501 with one."""
        if visit.bearer() is None:
            return error(401, "AuthMissing", message="Authentication Required")
        return error(501, "MethodNotImplemented", message="Method Not Implemented")

    def fault_answer(self, fault: Fault, call: Call, *, visit: Visit) -> Answer:
        """Answer an ordered fault in the server's words."""
        if fault is Fault.RATE_LIMIT:
            self._door.refuse_for_rate(visit, call)
            return too_many()
        if fault is Fault.EXPIRED_TOKEN:
            return error(400, "ExpiredToken", message="Token has expired")
        if fault is Fault.REFUSE and call is Call.SIGN_IN:
            return _bad_password()
        if fault is Fault.REFUSE:
            return error(400, "InvalidRequest", message="The rehearsal was told to refuse this")
        return error(500, "InternalServerError", message="Internal Server Error")

    def _sign_in(self, visit: Visit) -> Answer:
        body = visit.json()
        if not isinstance(body, dict):
            return error(400, "InvalidRequest", message="Expected a JSON object as input")
        identifier, password = str(body.get("identifier")), body.get("password")
        account = self._identified(identifier)
        who = account.handle if account else identifier
        self._door.charge(visit, who, limits=SIGN_INS)
        if account is None or password != account.credentials["APP_PASSWORD"]:
            return _bad_password()
        return as_json(200, self._door.session(account))

    def _refresh(self, visit: Visit) -> Answer:
        account = self._door.admit(visit, scope=REFRESH)
        return as_json(200, self._door.session(account))

    def _session(self, visit: Visit) -> Answer:
        return as_json(200, who_is(self._door.admit(visit)))

    def _describe(self, visit: Visit) -> Answer:
        self._door.let_in(visit)
        return as_json(
            200,
            {
                "did": SERVICE,
                "availableUserDomains": [".example"],
                "inviteCodeRequired": True,
                "blobUploadLimit": MAX_BLOB,
                "links": {},
                "contact": {},
            },
        )

    def _resolve(self, visit: Visit) -> Answer:
        self._door.let_in(visit)
        account = self._world.accounts.get("bluesky", visit.query.get("handle", ""))
        if account is None:
            return error(400, "InvalidRequest", message="Unable to resolve handle")
        return as_json(200, {"did": account.remote_id})

    def _profile(self, visit: Visit) -> Answer:
        self._let_read(visit)
        account = self._identified(visit.query.get("actor", ""))
        if account is None:
            return error(400, "InvalidRequest", message="Profile not found")
        return as_json(
            200,
            _author(account)
            | {
                "description": "An invented account of a rehearsal.",
                "followersCount": account.followers_at(self._world.now()),
                "followsCount": 120,
                "postsCount": sum(1 for _ in self._store.of(account)),
                "indexedAt": _instant(account.added_at.isoformat()),
            },
        )

    def _posts(self, visit: Visit) -> Answer:
        self._let_read(visit)
        wanted = visit.query.getlist("uris")
        if len(wanted) > MAX_URIS:
            message = f"array too big (maximum {MAX_URIS}, got {len(wanted)}) at $.uris"
            return error(400, "InvalidRequest", message=message)
        found = [self._store.get(uri) for uri in dict.fromkeys(wanted)]
        return as_json(200, {"posts": [self._view(post) for post in found if post]})

    def _let_read(self, visit: Visit) -> None:
        if visit.bearer() is None:
            self._door.let_in(visit)
        else:
            self._door.admit(visit)

    def _identified(self, name: str) -> Account | None:
        accounts = self._world.accounts
        return accounts.by_remote_id("bluesky", name) or accounts.get("bluesky", name)

    def _view(self, post: StoredPost) -> dict[str, Any]:
        account = self._world.accounts.get("bluesky", post.handle)
        assert account is not None  # noqa: S101 - accounts are never closed
        counts = self._world.counts(account, post)
        return {
            "uri": post.remote_id,
            "cid": record_cid(post.raw),
            "author": _author(account),
            "record": post.raw,
            "bookmarkCount": counts["saves"],
            "replyCount": counts["replies"],
            "repostCount": counts["reshares"],
            "likeCount": counts["reactions"],
            "quoteCount": counts["quotes"],
            "indexedAt": _instant(post.created_at.isoformat()),
            "labels": [],
        }


def _author(account: Account) -> dict[str, Any]:
    return {
        "did": account.remote_id,
        "handle": account.credentials["IDENTIFIER"],
        "displayName": account.name,
        "labels": [],
        "createdAt": _instant(account.added_at.isoformat()),
    }


def _instant(text: str) -> str:
    return text.replace("+00:00", "Z")


def _bad_password() -> Answer:
    return error(401, "AuthenticationRequired", message="Invalid identifier or password")
