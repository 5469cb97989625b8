"""A network that answers anything: JSON with the network's own words in it, HTML, bytes, nothing.

The words are those that stand in the network's modules, so that what is drawn gets past the first
look and reaches the code behind it.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

CONNECTORS = Path(__file__).parents[2] / "connectors"
_WORD = re.compile(r'"([A-Za-z_$@][\w.$@:#-]{1,40})"')
STATUSES = (
    *(200, 200, 200, 201, 202, 204, 206, 301, 302, 304, 307, 308, 400, 401, 403, 404, 409),
    *(410, 412, 413, 422, 425, 429, 500, 502, 503, 504, 599),
)
HEADERS = (
    *("Location", "x-restli-id", "x-linkedin-id", "Retry-After", "Date", "Range", "Link"),
    *("x-rate-limit-reset", "x-rate-limit-remaining", "ratelimit-reset", "Content-Type"),
    *("X-RateLimit-Reset", "X-RateLimit-Remaining", "x-app-usage", "ETag"),
)
TEXTS = (
    *("", "0", "-1", "1", "99999999999999999999", "1e400", "NaN", "null", "true", "é\u202e"),
    *("2027-01-12T08:30:00Z", "2027-13-41", "2027-01-12", "at://did:plc:a/app.bsky.feed.post/b"),
    *("https://a.example/b", "http://[::1", "//", "urn:li:share:1", "did:plc:ico", "bytes=0-1"),
    *("Tue, 12 Jan 2027 08:30:00 GMT", "Tue, 99 Foo 0000 99:99:99", "<script>", "x" * 5000),
)


@cache
def words_of(network: str) -> tuple[str, ...]:
    """Return the words that stand in a network's modules."""
    files = [*CONNECTORS.glob(f"{network}*.py"), *CONNECTORS.glob("graph_*.py")]
    found = {word for file in files for word in _WORD.findall(file.read_text(encoding="utf-8"))}
    return tuple(sorted(found))


DROPPED = {"content-length", "content-encoding", "transfer-encoding"}
NUMBERS = (0, 1, -1, 2**31, 2**63, 10**30, 0.5, -0.0, 1e308, float("nan"), float("inf"))


def any_value(chance: Random, network: str, depth: int = 0) -> Any:
    """Return what may stand anywhere in JSON, with the network's own words in it."""
    kind = chance.randrange(7 if depth < 4 else 4)
    if kind == 0:
        return chance.choice((None, True, False))
    if kind == 1:
        return chance.choice(NUMBERS)
    if kind in {2, 3}:
        return chance.choice((*TEXTS, *words_of(network)))
    if kind == 4:
        return [any_value(chance, network, depth + 1) for _ in range(chance.randrange(3))]
    words = words_of(network)
    return {
        chance.choice(words): any_value(chance, network, depth + 1)
        for _ in range(chance.randrange(6))
    }


def any_body(chance: Random, network: str) -> bytes:
    """Return a body of any kind."""
    kind = chance.randrange(8)
    if kind == 0:
        return b""
    if kind == 1:
        return chance.randbytes(chance.randrange(60))
    if kind == 2:
        return b"<html><title>" + chance.choice(TEXTS).encode("utf-8", "replace") + b"</title>"
    if kind == 3:
        return b"[" * 100_000
    told = json.dumps(any_value(chance, network)).encode("utf-8", "replace")
    return told[: chance.randrange(len(told) + 1)] if kind == 4 else told


def _places(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield here
    inner = enumerate(value) if isinstance(value, list) else ()
    for key, one in value.items() if isinstance(value, dict) else inner:
        yield from _places(one, (*here, key))


def _changed(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    first, *rest = place
    copied = dict(value) if isinstance(value, dict) else list(value)
    if not rest and new is GONE:
        del copied[first]
    else:
        copied[first] = _changed(value[first], tuple(rest), new)
    return copied


GONE = object()


@dataclass
class AnyNetwork(BaseAdapter):
    """Stands between us and the rehearsal network: passes true answers on, damages some of them,
    and gives others in their place.
    """

    network: str
    chance: Random
    real: BaseAdapter
    calls: list[str] = field(default_factory=list)

    def send(
        self, request: requests.PreparedRequest, *args: Any, **words: Any
    ) -> requests.Response:
        self.calls.append(f"{request.method} {request.url}")
        kind = self.chance.choice(("true", "true", "damaged", "damaged", "any"))
        if kind == "any":
            body = any_body(self.chance, self.network)
            return self._answer(request, self.chance.choice(STATUSES), body, {})
        with self.real.send(request, *args, **words) as told:
            body, status, headers = told.content, told.status_code, dict(told.headers)
        if kind == "damaged":
            body = self._damaged(body)
            status = self.chance.choice((*[status] * 40, *STATUSES))
        return self._answer(request, status, body, headers)

    def _damaged(self, body: bytes) -> bytes:
        try:
            value = json.loads(body)
        except ValueError:
            return body[: self.chance.randrange(len(body) + 1)]
        for _ in range(self.chance.randrange(1, 4)):
            place = self.chance.choice(list(_places(value)))
            is_gone = bool(place) and self.chance.random() < 0.3
            new = GONE if is_gone else any_value(self.chance, self.network, 2)
            value = _changed(value, place, new)
        return json.dumps(value).encode("utf-8", "replace")

    def _answer(
        self,
        request: requests.PreparedRequest,
        status: int,
        body: bytes,
        headers: Mapping[str, str],
    ) -> requests.Response:
        some = self.chance.sample(HEADERS, self.chance.randrange(3))
        drawn = {name: self.chance.choice(TEXTS) for name in some}
        kept = {k: v for k, v in headers.items() if k.lower() not in DROPPED}
        told = {**kept, **drawn, "Content-Length": str(len(body))}
        raw = HTTPResponse(io.BytesIO(body), headers=told, status=status, preload_content=False)
        response = requests.Response()
        response.status_code, response.raw = status, raw
        response.headers.update(raw.headers)
        response.url, response.request = request.url or "", request
        return response

    def close(self) -> None:
        """Nothing to give back: the real one is another's."""
