"""The network of the benchmarks: a Mastodon server on loopback, as fast as plain Python can be.

It runs in a process of its own, speaks just enough HTTP/1.1, answers a post as Mastodon 4.5 does
and keeps when each one came and was answered. `benchmarks.loopback` starts it and reads that back.
"""

import asyncio
import html
import json
import time
from datetime import UTC, datetime
from email.utils import formatdate
from functools import lru_cache

QUOTA = 300
"""Statuses in three hours, as Mastodon's own limiter has it; announced, never enforced."""

ACCOUNT = {
    "id": "109348000000000001",
    "username": "bench",
    "acct": "bench",
    "display_name": "A channel of the benchmark",
    "locked": False,
    "bot": False,
    "discoverable": True,
    "group": False,
    "created_at": "2026-01-01T00:00:00.000Z",
    "note": "<p>An invented account.</p>",
    "url": "https://social.example/@bench",
    "uri": "https://social.example/users/bench",
    "avatar": "https://social.example/avatars/original/missing.png",
    "header": "https://social.example/headers/original/missing.png",
    "followers_count": 5000,
    "following_count": 120,
    "statuses_count": 0,
    "last_status_at": None,
    "emojis": [],
    "fields": [],
}
INSTANCE = {
    "domain": "social.example",
    "version": "4.5.3",
    "configuration": {
        "statuses": {
            "max_characters": 500,
            "max_media_attachments": 4,
            "characters_reserved_per_url": 23,
        },
        "media_attachments": {
            "supported_mime_types": ["image/jpeg", "image/png"],
            "image_size_limit": 16_777_216,
            "description_limit": 1500,
        },
    },
}
REST_OF_STATUS: dict[str, object] = {
    "in_reply_to_id": None,
    "sensitive": False,
    "spoiler_text": "",
    "visibility": "public",
    "language": "en",
    "edited_at": None,
    "replies_count": 0,
    "reblogs_count": 0,
    "favourites_count": 0,
    "quotes_count": 0,
    "media_attachments": [],
    "mentions": [],
    "tags": [],
    "emojis": [],
    "card": None,
    "poll": None,
    "reblog": None,
    "account": ACCOUNT,
}


class Record:
    """What the server was sent: every post that came, in order, repeats too."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, str, str, float, float]] = []
        """Token, key, text, when the whole request was there, when the answer was handed over."""
        self._given: dict[tuple[str, str], bytes] = {}
        self._left: dict[str, int] = {}

    def answer(self, token: str, key: str, body: bytes, came_at: float) -> tuple[bytes, str]:
        """Keep a post and return the status for it; the same key gets the same status again."""
        text = json.loads(body)["status"]
        status = self._given.get((token, key))
        if status is None:
            status = _status(text, len(self._given) + 1)
            self._given[token, key] = status
            self._left[token] = self._left.get(token, QUOTA) - 1
        self.posts.append((token, key, text, came_at, time.time()))
        return status, _quota(self._left[token])


class Door(asyncio.Protocol):
    """One connection; requests may come in pieces, or several at once."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._buffer = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where answers go."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._buffer += data
        while (request := self._next()) is not None and self._transport is not None:
            self._transport.write(self._answer(*request))

    def _next(self) -> tuple[bytes, dict[bytes, bytes], bytes] | None:
        head, separator, rest = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return None
        first, *lines = head.split(b"\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (one.partition(b":") for one in lines)
        }
        length = int(headers.get(b"content-length", b"0"))
        if len(rest) < length:
            return None
        self._buffer = rest[length:]
        return first, headers, rest[:length]

    def _answer(self, first: bytes, headers: dict[bytes, bytes], body: bytes) -> bytes:
        method, target, _version = first.split(b" ")
        path = target.partition(b"?")[0]
        if (method, path) == (b"POST", b"/api/v1/statuses"):
            token = headers[b"authorization"].decode().removeprefix("Bearer ")
            key = headers[b"idempotency-key"].decode()
            return _response(*self._record.answer(token, key, body, time.time()))
        return _response(self._read(path))

    def _read(self, path: bytes) -> bytes:
        if path == b"/api/v1/accounts/verify_credentials":
            return json.dumps(ACCOUNT).encode()
        if path == b"/benchmark/count":
            return json.dumps(len(self._record.posts)).encode()
        if path == b"/benchmark/posts":
            return json.dumps(self._record.posts).encode()
        return json.dumps(INSTANCE if path.endswith(b"/instance") else []).encode()


def _status(text: str, number: int) -> bytes:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    remote_id = str(110_000_000_000_000_000 + number)
    status = {
        "id": remote_id,
        "created_at": now,
        "uri": f"https://social.example/users/bench/statuses/{remote_id}",
        "url": f"https://social.example/@bench/{remote_id}",
        "content": f"<p>{html.escape(text)}</p>",
    }
    return json.dumps(status).encode()[:-1] + b", " + _REST


def _quota(left: int) -> str:
    reset = datetime.fromtimestamp(time.time() + 3 * 3600, UTC).isoformat(timespec="milliseconds")
    return (
        f"X-RateLimit-Limit: {QUOTA}\r\nX-RateLimit-Remaining: {max(left, 0)}\r\n"
        f"X-RateLimit-Reset: {reset}\r\n"
    )


def _response(body: bytes, more: str = "") -> bytes:
    head = (
        f"HTTP/1.1 200 OK\r\nDate: {_date(int(time.time()))}\r\n{more}"
        f"Content-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@lru_cache(maxsize=4)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


_REST = json.dumps(REST_OF_STATUS).encode()[1:]


async def _serve() -> None:
    record = Record()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Door(record), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
