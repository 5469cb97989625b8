"""The stand-in for a partner's system behind a signed webhook, as Standard Webhooks 1.0.0 has it.

It looks after the signature and the age of a request, fetches the pictures, and drops a second
request with an id that it has taken. It does not say where it shows the post; few do.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import timedelta
from typing import Any

from rehearsal.accounts import Account
from rehearsal.exchange import Answer, RefusedError, Route, Visit, as_json
from rehearsal.faults import Call, Fault
from rehearsal.fetching import NotFetchedError, picture_in
from rehearsal.records import StoredMedia, StoredPost
from rehearsal.world import World

TOLERANCE = timedelta(minutes=5)
MOST_CHARACTERS = 10_000


class WebhookStandIn:
    """Answers as a receiver does that keeps to the specification."""

    name = "webhook"

    def __init__(self, world: World) -> None:
        self._world = world
        self._store = world.stores["webhook"]
        self.routes = (
            Route(method="POST", path="/hooks/<token>", call=Call.PUBLISH, handler=self._take),
        )

    def whose(self, visit: Visit) -> str | None:
        """Return the handle of whoever the address was given to."""
        account = self._account(visit)
        return account.handle if account else None

    def no_such_address(self, visit: Visit) -> Answer:  # noqa: ARG002 - every one gets the same
        """404."""
        return as_json(404, {"message": "there is nothing here"})

    def fault_answer(self, fault: Fault, call: Call, *, visit: Visit) -> Answer:  # noqa: ARG002 - the same for every call
        """Answer an ordered fault."""
        if fault is Fault.RATE_LIMIT:
            return as_json(429, {"message": "too many"}, {"Retry-After": "90"})
        if fault is Fault.EXPIRED_TOKEN:
            return as_json(401, {"message": "no such signature"})
        if fault is Fault.REFUSE:
            return as_json(422, {"message": "this post cannot be taken"})
        return as_json(500, {"message": "something broke"})

    def _take(self, visit: Visit) -> Answer:
        account = self._account(visit)
        if account is None:
            raise RefusedError(as_json(404, {"message": "there is nothing here"}))
        self._check_signature(visit, account)
        known = f"{account.number}/{visit.header('webhook-id')}"
        stored = next((one for one in self._store.every() if one.raw["known"] == known), None)
        if stored is None:
            stored = self._stored(visit, account, known)
            self._store.keep(stored)
        return Answer(status=204, body=b"")

    def _check_signature(self, visit: Visit, account: Account) -> None:
        stamp = visit.header("webhook-timestamp")
        age = self._world.now().timestamp() - (int(stamp) if stamp.isdigit() else 0)
        signed = f"{visit.header('webhook-id')}.{stamp}.".encode() + visit.body
        key = base64.b64decode(account.credentials["SECRET"].partition("_")[2])
        wanted = hmac.new(key, signed, hashlib.sha256).digest()
        fits = any(_is(wanted, one) for one in visit.header("webhook-signature").split())
        if not fits or abs(age) > TOLERANCE.total_seconds() or not visit.header("webhook-id"):
            raise RefusedError(as_json(401, {"message": "the signature does not fit"}))

    def _stored(self, visit: Visit, account: Account, known: str) -> StoredPost:
        body = visit.json()
        data: dict[str, Any] = body["data"]
        if body["type"] != "post.publish" or len(data["text"]) > MOST_CHARACTERS:
            raise RefusedError(as_json(422, {"message": "this post cannot be taken"}))
        return StoredPost(
            handle=account.handle,
            remote_id=data["id"],
            text=data["text"],
            language=data["language"],
            created_at=self._world.now(),
            media=tuple(self._media(one) for one in data["media"]),
            raw={**body, "known": known},
            url=f"urn:uuid:{data['id']}",
        )

    def _media(self, told: dict[str, Any]) -> StoredMedia:
        try:
            fetched = self._world.fetch(told["address"])
            picture = picture_in(fetched)
        except NotFetchedError as error:
            raise RefusedError(as_json(422, {"message": str(error)})) from error
        if hashlib.sha256(fetched.content).hexdigest() != told["sha256"]:
            raise RefusedError(as_json(422, {"message": "the picture is another one"}))
        return StoredMedia(
            content=fetched.content,
            media_type=fetched.media_type,
            alt_text=told["alt_text"],
            width=picture.width,
            height=picture.height,
        )

    def _account(self, visit: Visit) -> Account | None:
        for account in self._world.accounts.on(self.name):
            if account.credentials["URL"].rpartition("/")[2] == visit.arguments.get("token"):
                return account
        return None


def _is(wanted: bytes, said: str) -> bool:
    version, _, text = said.partition(",")
    try:
        return version == "v1" and hmac.compare_digest(base64.b64decode(text), wanted)
    except binascii.Error:
        return False
