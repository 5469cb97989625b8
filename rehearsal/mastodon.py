"""The stand-in for Mastodon, a server called social.example with the documented default limits.

It honours `Idempotency-Key` as Mastodon does: kept for an hour per account, stored once the status
exists, and given the same key it answers with the first status whatever the new request says.
Parameters that Mastodon does not know are ignored, as there.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from rehearsal import mastodon_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.counting import mastodon_characters
from rehearsal.exchange import Answer, RefusedError, Route, Visit, as_json
from rehearsal.faults import Call, Fault
from rehearsal.mastodon_accounts import MastodonAccounts, as_seen
from rehearsal.mastodon_boosts import MastodonBoosts
from rehearsal.mastodon_door import MastodonDoor
from rehearsal.mastodon_media import MastodonMedia
from rehearsal.records import StoredMedia, StoredPost
from rehearsal.sign_ins import MastodonSignIns
from rehearsal.store import Ids
from rehearsal.world import World

KEY_LIFE = timedelta(hours=1)
VISIBILITIES = frozenset({"public", "unlisted", "private", "direct"})
NOT_REHEARSED = ("poll", "scheduled_at", "quoted_status_id")
ID_LOW_BITS = 16
MAX_PAGE = 40
MAX_BATCH = 20
"""Statuses asked for at once; the server's own limit, which its documentation does not name."""


class MastodonStandIn:
    """Answers as Mastodon does."""

    name = "mastodon"

    def __init__(self, world: World) -> None:
        self._world = world
        self._store = world.stores["mastodon"]
        self._keys: dict[tuple[str, str], tuple[str, datetime]] = {}
        self._door = MastodonDoor(world)
        self._ids = Ids(epoch_ms=0, low_bits=ID_LOW_BITS)
        self._media = MastodonMedia(self._door, self._store, ids=self._ids)
        at = "/api/v1/statuses"
        sign_ins = MastodonSignIns(world)
        self.authority = sign_ins.authority
        self.routes = (
            *sign_ins.routes,
            Route(method="POST", path=at, call=Call.PUBLISH, handler=self._create),
            Route(method="GET", path=at, call=Call.READ, handler=self._read_many),
            Route(method="GET", path=f"{at}/<id>", call=Call.READ, handler=self._read_one),
            Route(
                method="POST",
                path=f"{at}/<id>/reblog",
                call=Call.PUBLISH,
                handler=MastodonBoosts(world, self._door, self._ids).boost,
            ),
            Route(method="DELETE", path=f"{at}/<id>", call=Call.WITHDRAW, handler=self._delete),
            Route(method="PUT", path=f"{at}/<id>", call=Call.EDIT, handler=self._edit),
            *_other_routes(self._media, MastodonAccounts(world, self._door)),
        )

    def whose(self, visit: Visit) -> str | None:
        """Return the handle of the bearer token."""
        account = self._door.named(visit)
        return account.handle if account else None

    def no_such_address(self, visit: Visit) -> Answer:  # noqa: ARG002 - every one gets the same
        """404 in JSON."""
        return shapes.error(404, "The page you were looking for doesn't exist here")

    def fault_answer(self, fault: Fault, call: Call, *, visit: Visit) -> Answer:
        """Answer an ordered fault in Mastodon's words."""
        if fault is Fault.RATE_LIMIT:
            self._door.refuse_for_rate(visit, call)
            return shapes.error(429, "Too many requests")
        if fault is Fault.EXPIRED_TOKEN:
            return shapes.error(401, "The access token was revoked")
        if fault is Fault.REFUSE:
            return shapes.failed("Text contains something that this server does not take")
        return shapes.page_of_apology()

    def _create(self, visit: Visit) -> Answer:
        account = self._door.admit(visit, Call.PUBLISH)
        key = visit.header("Idempotency-Key")
        earlier = self._earlier(account, key)
        if earlier is not None:
            return self._show(earlier)
        sent = _sent(visit)
        media = self._media.taken(account, sent["media_ids"])
        _check(sent, with_media=bool(media))
        if sent.get("in_reply_to_id") and self._store.get(str(sent["in_reply_to_id"])) is None:
            return shapes.error(404, "Record not found")
        post = self._stored(account, sent, media=media)
        if key:
            self._keys[account.handle, key] = (post.remote_id, self._world.now() + KEY_LIFE)
        return self._show(post.remote_id)

    def _earlier(self, account: Account, key: str) -> str | None:
        remote_id, until = self._keys.get((account.handle, key), ("", self._world.now()))
        return remote_id if key and self._world.now() < until else None

    def _stored(
        self, account: Account, sent: dict[str, Any], *, media: tuple[StoredMedia, ...]
    ) -> StoredPost:
        now = self._world.now()
        remote_id = self._ids.give(account, now)
        post = StoredPost(
            handle=account.handle,
            remote_id=remote_id,
            text=sent.get("status") or "",
            language=sent.get("language") or "en",
            created_at=now,
            media=media,
            raw=sent["received"],
            url=f"{shapes.SITE}/@{account.name}/{remote_id}",
            answers=str(sent["in_reply_to_id"]) if sent.get("in_reply_to_id") else None,
        )
        self._store.keep(post)
        self._media.use_up(account, media)
        return post

    def _read_one(self, visit: Visit) -> Answer:
        self._door.admit(visit)
        return self._show(visit.arguments["id"])

    def _read_many(self, visit: Visit) -> Answer:
        self._door.admit(visit)
        wanted = [*visit.query.getlist("id[]"), *visit.query.getlist("id")]
        if len(set(wanted)) > MAX_BATCH:
            return shapes.error(422, "Mastodon::ValidationError")
        found = [self._store.get(one) for one in dict.fromkeys(wanted)]
        return as_json(200, [as_seen(self._world, post) for post in found if post])

    def _delete(self, visit: Visit) -> Answer:
        account = self._door.admit(visit, Call.WITHDRAW)
        post = self._store.get(visit.arguments["id"])
        if post is None or post.handle != account.handle:
            return shapes.error(404, "Record not found")
        seen = as_seen(self._world, post) | {"text": post.text}
        self._store.delete(post.remote_id)
        return as_json(200, seen)

    def _edit(self, visit: Visit) -> Answer:
        account = self._door.admit(visit)
        post = self._store.get(visit.arguments["id"])
        if post is None or post.handle != account.handle:
            return shapes.error(404, "Record not found")
        sent = _sent(visit)
        # As on Mastodon: a picture that is not named again is taken off.
        kept = tuple(one for one in post.media if one.remote_id in sent["media_ids"])
        _check(sent, with_media=bool(kept))
        text, language = sent.get("status") or "", sent.get("language") or post.language
        if (text, kept, language) != (post.text, post.media, post.language):
            raw = post.raw | {"status": text, "edited_at": shapes.instant(self._world.now())}
            self._store.keep(replace(post, text=text, language=language, media=kept, raw=raw))
        return self._show(post.remote_id)

    def _show(self, remote_id: str) -> Answer:
        post = self._store.get(remote_id)
        if post is None:
            return shapes.error(404, "Record not found")
        return as_json(200, as_seen(self._world, post))


def _other_routes(media: MastodonMedia, accounts: MastodonAccounts) -> tuple[Route, ...]:
    one = "/api/v1/media/<id>"
    own = "/api/v1/accounts/verify_credentials"
    named = "/api/v1/accounts/lookup"
    timeline = "/api/v1/accounts/<id>/statuses"
    return (
        Route(method="POST", path="/api/v2/media", call=Call.MEDIA, handler=media.upload),
        Route(method="GET", path=one, call=Call.MEDIA, handler=media.show),
        Route(method="PUT", path=one, call=Call.MEDIA, handler=media.describe),
        Route(method="GET", path=own, call=Call.ACCOUNT, handler=accounts.verify),
        Route(method="GET", path=named, call=Call.ACCOUNT, handler=accounts.lookup),
        Route(method="GET", path=timeline, call=Call.FIND, handler=accounts.statuses),
        Route(method="GET", path="/api/v2/search", call=Call.FIND, handler=accounts.search),
        Route(method="GET", path="/api/v2/instance", call=Call.LIMITS, handler=accounts.instance),
    )


def _sent(visit: Visit) -> dict[str, Any]:
    """Return the parameters of a create, from JSON or a form, and the request as received."""
    if visit.media_type == "application/json":
        body = visit.json()
        if not isinstance(body, dict):
            raise RefusedError(shapes.error(400, "Error occurred while parsing request parameters"))
        media_ids = body.get("media_ids") or []
        ids = [str(one) for one in media_ids] if isinstance(media_ids, list) else []
        return body | {"media_ids": ids, "received": body}
    form = visit.form.to_dict(flat=False)
    received: dict[str, Any] = {
        name: values if name.endswith("[]") else values[0] for name, values in form.items()
    }
    return received | {"media_ids": form.get("media_ids[]", []), "received": received}


def _check(sent: dict[str, Any], *, with_media: bool) -> None:
    for name in NOT_REHEARSED:
        if sent.get(name) or any(one.startswith(f"{name}[") for one in sent):
            words = f"The rehearsal does not have {name}; only a real server does"
            raise RefusedError(shapes.error(422, words))
    text, warning = sent.get("status") or "", sent.get("spoiler_text") or ""
    if not isinstance(text, str) or not isinstance(warning, str):
        raise RefusedError(shapes.failed("Text is invalid"))
    if not text.strip() and not with_media:
        raise RefusedError(shapes.failed("Text can't be blank"))
    if mastodon_characters(text) + mastodon_characters(warning) > shapes.MAX_CHARACTERS:
        words = f"Text character limit of {shapes.MAX_CHARACTERS} exceeded"
        raise RefusedError(shapes.failed(words))
    if (sent.get("visibility") or "public") not in VISIBILITIES:
        raise RefusedError(shapes.error(422, f"'{sent['visibility']}' is not a valid visibility"))
