"""What the API answers where it does not do what it was asked: problem details (RFC 9457)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"
PAGE = "/api"
"""The page on which every kind is explained."""

NO_SUCH_ADDRESS = "There is no such address in the API; /api lists them all."
TOO_LARGE = "The body is larger than this address takes; nothing of it was kept."


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem; `type` in an answer is the address of its explanation."""

    status: int
    title: str
    meaning: str
    """What a caller can do about it."""


KINDS: Mapping[str, Kind] = {
    "not-understood": Kind(
        400, "The request cannot be read", "Mend what `detail` names; the same again fails again."
    ),
    "no-token": Kind(
        401, "No valid access token", "Send `Authorization: Bearer` and a token that works."
    ),
    "not-allowed": Kind(
        403,
        "This token or its person may not do that",
        "Use a token with the scope, or ask somebody who may. Nobody approves what they applied.",
    ),
    "not-found": Kind(404, "There is nothing at this address", "Check the id; ids keep case."),
    "not-here": Kind(405, "This method does nothing here", "`Allow` lists those that do."),
    "conflict": Kind(
        409,
        "Things do not stand so that this can be done",
        "Read the thing again and decide on what is there now.",
    ),
    "key-reused": Kind(
        409,
        "This Idempotency-Key was used for another request",
        "Make a new key for every new request; keep it only to repeat the very same one.",
    ),
    "stale": Kind(
        412,
        "The thing has changed since it was read",
        "Read it again; send the new `ETag` in `If-Match` if the decision still stands.",
    ),
    "too-large": Kind(413, "The request is too large", "Send less."),
    "not-json": Kind(415, "The body has to be JSON", "Send `Content-Type: application/json`."),
    "invalid": Kind(
        422, "Something in the request is wrong", "`errors` names each place and what is wanted."
    ),
    "no-condition": Kind(
        428,
        "This write needs the state it is decided upon",
        "Read the thing and send its `ETag` in `If-Match`.",
    ),
    "too-often": Kind(429, "Too many requests", "Wait as many seconds as `Retry-After` says."),
    "fault": Kind(
        500,
        "A fault in Campaign Desk",
        "Nothing of the request was kept. Give the reference to whoever looks after the service.",
    ),
    "database": Kind(
        503, "The database cannot be used", "Nothing was kept. Try again after `Retry-After`."
    ),
}


_NAME = re.compile(r"\w[/._-]\w")
"""What words of a sentence do not have inside."""


class Wrong(BaseModel):
    """One thing that is wrong with a request."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"at": "body.to", "what": "…"}]})
    at: str = Field(description="Where: `body.to`, `query.state`, `header.If-Match`.")
    what: str = Field(description="What is wrong, in a sentence.")


class Problem(BaseModel):
    """A problem (RFC 9457): what went wrong, in a form that programs and people can read."""

    type: str = Field(
        description="The kind of problem: the address of its explanation on this server.",
        examples=["/api#stale"],
    )
    title: str = Field(
        description="The kind in words; the same for all of its kind.",
        examples=["The thing has changed since it was read"],
    )
    status: int = Field(description="The status of the answer.", examples=[412])
    detail: str = Field(
        description="What went wrong this time, in a sentence for people.",
        examples=["law-helps/ico-x/1 has changed since you read it: it is sending now."],
    )
    errors: list[Wrong] = Field(
        default_factory=list, description="Everything that is wrong, where there are places to it."
    )


class ProblemError(Exception):
    """Ends a request with a problem."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        errors: Sequence[Wrong] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.kind = kind
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        super().__init__(detail)


def problem(error: ProblemError) -> JSONResponse:
    """Return the answer to a request that ended with a problem."""
    kind = KINDS[error.kind]
    body = Problem(
        type=f"{PAGE}#{error.kind}",
        title=kind.title,
        status=kind.status,
        detail=as_sentence(str(error)),
        errors=list(error.errors),
    )
    return JSONResponse(
        body.model_dump(), kind.status, headers=error.headers, media_type=MEDIA_TYPE
    )


def as_sentence(text: str) -> str:
    """Return a text with a full stop and a capital; an id or a file's name keeps its case."""
    first = text.partition(" ")[0]
    begun = text if _NAME.search(first) else f"{text[:1].upper()}{text[1:]}"
    return begun + ("" if text.endswith((".", "!", "?")) else ".")


def documented(*kinds: str) -> dict[int | str, dict[str, Any]]:
    """Return how OpenAPI describes these kinds of problem, by status."""
    found: dict[int | str, dict[str, Any]] = {}
    for name in kinds:
        kind = KINDS[name]
        known = found.setdefault(kind.status, {"description": "", "content": {MEDIA_TYPE: {}}})
        known["description"] = " ".join([known["description"], f"`{name}`: {kind.title}."]).strip()
        example = {
            "type": f"{PAGE}#{name}",
            "title": kind.title,
            "status": kind.status,
            "detail": kind.meaning,
            "errors": [],
        }
        content = known["content"][MEDIA_TYPE]
        content["schema"] = {"$ref": "#/components/schemas/Problem"}
        content.setdefault("examples", {})[name] = {"value": example}
    return found
