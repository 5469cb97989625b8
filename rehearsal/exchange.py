"""One request and its answer, as the stand-in networks see them.

The small vocabulary between the HTTP front and the networks' own rules.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.wrappers import Request

from rehearsal.faults import Call, Fault

JSON_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A status, a body and headers."""

    status: int
    body: bytes
    media_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_headers(self, headers: Mapping[str, str]) -> "Answer":
        """Return the answer with more headers."""
        return replace(self, headers={**headers, **self.headers})


def as_json(status: int, content: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """Make an answer of JSON."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return Answer(status=status, body=body, headers=headers or {})


TOMORROW = {"addedTomorrow": {"id": "1", "url": "https://elsewhere.example/1"}}
"""A field as networks add them without a word, which looks as if it were of use."""


def with_more_fields(answer: Answer) -> Answer:
    """Return an answer whose every JSON object has a field more; one without JSON as it is."""
    try:
        content = json.loads(answer.body)
    except (ValueError, UnicodeDecodeError):
        return answer
    return replace(answer, body=json.dumps(_more(content), ensure_ascii=False).encode())


def _more(content: Any) -> Any:
    if isinstance(content, dict):
        return {name: _more(value) for name, value in content.items()} | TOMORROW
    return [_more(one) for one in content] if isinstance(content, list) else content


class RefusedError(Exception):
    """Ends the handling of a request at any depth with the answer to give."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(kw_only=True, slots=True)
class Visit:
    """A request on its way through a network."""

    request: Request
    body: bytes
    arguments: Mapping[str, str]
    """What stands in the variable parts of the path."""
    headers: dict[str, str] = field(default_factory=dict)
    """Headers for whatever the answer will be; rate limits leave theirs here."""
    wait_seconds: float = 0.0
    """How long media must process, where that was ordered."""

    @property
    def query(self) -> MultiDict[str, str]:
        """The decoded query parameters."""
        return self.request.args

    @property
    def form(self) -> MultiDict[str, str]:
        """The fields of a form body, files apart."""
        return self.request.form

    @property
    def files(self) -> MultiDict[str, FileStorage]:
        """The files of a multipart body."""
        return self.request.files

    @property
    def media_type(self) -> str:
        """The body's media type without parameters."""
        return self.request.mimetype

    def header(self, name: str) -> str:
        """Return a request header, empty where it was not sent."""
        return self.request.headers.get(name, "")

    def bearer(self) -> str | None:
        """Return the bearer token, if the request carries one."""
        scheme, _, token = self.header("Authorization").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    def json(self) -> Any:
        """Return the decoded JSON body, None where it is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, UnicodeDecodeError):
            return None


Handler = Callable[[Visit], Answer]


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One address of a network."""

    method: str
    path: str
    """In werkzeug's notation, for example `/2/tweets/<id>`."""
    call: Call
    handler: Handler
    call_by: Callable[[Visit], Call] | None = None
    """Tells the call from the request, where one address stands for several."""

    def call_of(self, visit: Visit) -> Call:
        """Return what a request to this address wants."""
        return self.call_by(visit) if self.call_by else self.call


class StandIn(Protocol):
    """A network's own rules."""

    @property
    def name(self) -> str:
        """The network's name."""
        ...

    @property
    def routes(self) -> tuple[Route, ...]:
        """All addresses it answers."""
        ...

    def whose(self, visit: Visit) -> str | None:
        """Return the handle that the credentials name, checked or not."""
        ...

    def no_such_address(self, visit: Visit) -> Answer:
        """Answer an address the network does not have."""
        ...

    def fault_answer(self, fault: Fault, call: Call, *, visit: Visit) -> Answer:
        """Answer in the network's words for REFUSE, RATE_LIMIT, EXPIRED_TOKEN and a 500."""
        ...
