"""A write of the API: done once under its Idempotency-Key, on the state that its sender has read.

The answer is kept in the transaction that makes the change. Whatever is killed in between, there
are both or neither, so that whoever heard no answer sends the same request again, and it is done
once (after draft-ietf-httpapi-idempotency-key-header).
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request
from pydantic import BaseModel
from sqlalchemy import Connection
from starlette.responses import Response

from campaign.store.api_answers import Answer, Asked, OtherRequestError, answer_to, keep_answer
from campaign.web.api.caller import Caller
from campaign.web.api.problems import ProblemError

AGAIN = "Idempotency-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="A name of your own for this request, 1 to 255 visible characters, such as a "
        "random UUID. The same request under the same key is done once.",
        examples=["6f1f0b0e-3c52-4f0e-9a55-5f7c2f7d8a11"],
    ),
]
Condition = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The `ETag` of the delivery as you read it; `*` for whatever stands there.",
        examples=['"4a7d1ed414474e40"'],
    ),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Writing:
    """What every write carries besides its body."""

    key: str
    what: str
    """Method and address."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, as the answer tells it."""

    told: BaseModel
    status: int = 200
    etag: str | None = None


def _writing(request: Request, key: Key = None) -> Writing:
    if not request.headers.get("content-type", "").partition(";")[0].strip().endswith("json"):
        raise ProblemError("not-json", "The body has to come as application/json")
    return writing_of(request, key)


def writing_of(request: Request, key: Key = None) -> Writing:
    """Return what a write carries besides its body, whatever that is; a problem without a key."""
    if key is None or not _KEY.fullmatch(key):
        detail = "Send an Idempotency-Key of 1 to 255 visible characters with every write"
        raise ProblemError("not-understood", detail)
    return Writing(key=key, what=f"{request.method} {request.url.path}")


Writes = Annotated[Writing, Depends(_writing)]


def once(
    caller: Caller,
    writing: Writing,
    body: BaseModel,
    act: Callable[[Connection], Done],
    *,
    condition: str | None = None,
) -> Response:
    """Do something once, and answer; the same request again gets the same answer.

    `act` runs in one transaction with the keeping of its answer. What it raises leaves nothing
    behind, and the request may be sent again under the same key.
    """
    asked = _asked(caller, writing, body, condition)
    with caller.desk.store.write() as connection:
        kept = _kept(connection, asked, caller)
        if kept is not None:
            return _response(kept, {AGAIN: "true"})
        done = act(connection)
        answer = Answer(status=done.status, body=_told(done), etag=done.etag)
        keep_answer(connection, asked, answer, caller.now)
    return _response(answer, {})


def once_in_files(
    caller: Caller,
    writing: Writing,
    body: BaseModel,
    act: Callable[[], Done],
    *,
    condition: str | None = None,
) -> Response:
    """Do something once that takes the folder's lock or a transaction of its own, and answer.

    The answer is kept right after it. Whatever is killed in between leaves a change without an
    answer, so `act` has to see what a request that was broken off has done already.
    """
    asked = _asked(caller, writing, body, condition)
    with caller.desk.store.read() as connection:
        kept = _kept(connection, asked, caller)
    if kept is not None:
        return _response(kept, {AGAIN: "true"})
    done = act()
    answer = Answer(status=done.status, body=_told(done), etag=done.etag)
    with caller.desk.store.write() as connection:
        twin = _kept(connection, asked, caller)
        if twin is None:
            keep_answer(connection, asked, answer, caller.now)
    return _response(answer, {})


def _kept(connection: Connection, asked: Asked, caller: Caller) -> Answer | None:
    try:
        return answer_to(connection, asked, caller.now)
    except OtherRequestError:
        detail = f"The key {asked.key} stands for another request of yours"
        raise ProblemError("key-reused", detail) from None


def _told(done: Done) -> str:
    return done.told.model_dump_json(by_alias=True)


def _asked(caller: Caller, writing: Writing, body: BaseModel, condition: str | None) -> Asked:
    said = [writing.what, condition, body.model_dump(mode="json")]
    text = json.dumps(said, ensure_ascii=True, sort_keys=True)
    request_hash = hashlib.sha256(text.encode()).hexdigest()
    return Asked(person=caller.person.id, key=writing.key, request_hash=request_hash)


def _response(answer: Answer, headers: dict[str, str]) -> Response:
    tagged = {"ETag": answer.etag} if answer.etag else {}
    return Response(answer.body, answer.status, {**headers, **tagged}, "application/json")
