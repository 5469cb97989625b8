"""The real server in the place of the rehearsal, for the laws in tests/connectors.

The laws know a network by a few methods. Here these are answered by the real server behind a relay:
what is stored is read from it, and a fault is what a relay in a bad mood makes of a true call.
"""

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NoReturn

from rehearsal.records import RecordedRequest, StoredMedia, StoredPost
from rehearsal.server import Call, Fault
from tests.networks.relay import Answer, Asked, Relay, Turn
from tests.networks.xrpc import Account, make_account

NAMES: Mapping[Call, tuple[str, ...]] = {
    Call.PUBLISH: ("putRecord",),
    Call.MEDIA: ("uploadBlob",),
    Call.FIND: ("getRecord", "listRecords"),
    Call.SIGN_IN: ("createSession", "refreshSession"),
    Call.LIMITS: ("describeServer",),
    Call.WITHDRAW: ("deleteRecord",),
}
_CALLS = {name: call for call, names in NAMES.items() for name in names}


class LawServer:
    """Answers as `rehearsal.server.Rehearsal` does, as far as the laws of one network ask."""

    def __init__(self, relay: Relay, account: Account, now: Callable[[], datetime]) -> None:
        self._relay = relay
        self._account = account
        self._now = now
        self._met: dict[int, Fault] = {}

    def server_of(self, network: str) -> str:
        """Return the relay's origin."""
        assert network == "bluesky"
        return self._relay.origin

    def add_account(self, network: str, handle: str) -> dict[str, str]:
        """Open another account; it gets a handle of its own, whatever is asked for."""
        assert network == "bluesky"
        other = make_account(self._account.server, f"not-{self._account.handle.partition('.')[0]}")
        assert other.handle != handle
        return {"IDENTIFIER": other.handle, "APP_PASSWORD": other.app_password}

    def open_folder(self, name: str) -> NoReturn:
        """Open no folder: this network is reached over HTTP."""
        raise AssertionError(name)

    def stop(self) -> None:
        """Make the server unreachable."""
        self._relay.stop()

    def inject(self, network: str, fault: Fault, *, on: Call, times: int, seconds: float) -> None:
        """Order a fault for the next calls of a kind."""
        assert network == "bluesky"
        turn = _TURNS[fault]

        def met(asked: Asked, forward: Callable[[], Answer]) -> Answer | None:
            self._met[id(asked)] = fault
            answer = turn(asked, forward)
            if fault is Fault.SLOW:
                time.sleep(seconds)
            return answer

        self._relay.on(*NAMES[on], turn=met, times=times)

    def requests(self, network: str) -> list[RecordedRequest]:
        """List every call that arrived at the relay."""
        assert network == "bluesky"
        return [self._recorded(one) for one in list(self._relay.asked)]

    def posts(self, network: str) -> list[StoredPost]:
        """List what the server keeps, as anybody can read it, in the order it was sent."""
        assert network == "bluesky"
        sent = [json.loads(one.body)["rkey"] for one in self._relay.asked if _is_put(one)]
        stored = [self._stored(one) for one in self._account.posts()]
        return sorted(stored, key=lambda one: sent.index(one.remote_id.rpartition("/")[2]))

    def _recorded(self, asked: Asked) -> RecordedRequest:
        path, _, query = asked.path.partition("?")
        return RecordedRequest(
            method=asked.method,
            path=path,
            query=query,
            headers={},
            body=asked.body,
            status=asked.answered,
            at=self._now(),
            call=_CALLS.get(asked.name),
            handle=self._account.handle,
            fault=self._met.get(id(asked)),
        )

    def _stored(self, listed: Mapping[str, Any]) -> StoredPost:
        record = listed["value"]
        key = listed["uri"].rpartition("/")[2]
        return StoredPost(
            handle=self._account.handle,
            remote_id=listed["uri"],
            text=record["text"],
            language=record["langs"][0],
            created_at=datetime.fromisoformat(record["createdAt"]),
            media=tuple(self._media(one) for one in record.get("embed", {}).get("images", ())),
            raw=record,
            url=f"https://bsky.app/profile/{self._account.handle}/post/{key}",
            answers=record.get("reply", {}).get("parent", {}).get("uri"),
        )

    def _media(self, image: Mapping[str, Any]) -> StoredMedia:
        return StoredMedia(
            content=self._account.blob(image["image"]),
            media_type=image["image"]["mimeType"],
            alt_text=image["alt"],
            width=image["aspectRatio"]["width"],
            height=image["aspectRatio"]["height"],
        )


def _is_put(asked: Asked) -> bool:
    return asked.name == "putRecord"


def _refused_by_the_server(asked: Asked, forward: Callable[[], Answer]) -> Answer:
    """Spoil what every call needs, so that the refusal is the server's own."""
    body = json.loads(asked.body)
    if "record" in body:
        del body["record"]["createdAt"]
    else:
        body["rkey"] = "no name / of a record"
    asked.body = json.dumps(body).encode()
    answer = forward()
    assert answer.status == 400, answer
    return answer


def _with_a_stale_token(asked: Asked, forward: Callable[[], Answer]) -> Answer:
    """Spoil the token, so that the refusal is the server's own.

    Public reads are served whatever the token, so there the refusal is the relay's.
    """
    if asked.method == "GET":
        body = b'{"error":"InvalidToken","message":"Token could not be verified"}'
        return Answer(status=400, body=body, headers={"Content-Type": "application/json"})
    asked.headers["Authorization"] = "Bearer no.longer.good"
    answer = forward()
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "InvalidToken"), answer
    return answer


def _asked_to_wait(_asked: Asked, _forward: Callable[[], Answer]) -> Answer:
    body = b'{"error":"RateLimitExceeded","message":"Rate Limit Exceeded"}'
    headers = {"Retry-After": "289", "Content-Type": "application/json"}
    return Answer(status=429, body=body, headers=headers)


def _hung_up(_asked: Asked, _forward: Callable[[], Answer]) -> None:
    return None


def _failed(_asked: Asked, _forward: Callable[[], Answer]) -> Answer:
    body = b'{"error":"InternalServerError","message":"Internal Server Error"}'
    return Answer(status=500, body=body, headers={"Content-Type": "application/json"})


def _stored_then_hung_up(_asked: Asked, forward: Callable[[], Answer]) -> None:
    assert forward().status == 200


def _stored_then_failed(asked: Asked, forward: Callable[[], Answer]) -> Answer:
    assert forward().status == 200
    return _failed(asked, forward)


def _stored_then_odd(_asked: Asked, forward: Callable[[], Answer]) -> Answer:
    assert forward().status == 200
    return Answer(status=200, body=b'[{"unexpected": true}]')


def _page_for_people(_asked: Asked, _forward: Callable[[], Answer]) -> Answer:
    return Answer(status=502, body=b"<html><h1>502 Bad Gateway</h1></html>")


def _nothing(_asked: Asked, _forward: Callable[[], Answer]) -> Answer:
    return Answer(status=503)


def _handed_on(_asked: Asked, forward: Callable[[], Answer]) -> Answer:
    return forward()


_TURNS: Mapping[Fault, Turn] = {
    Fault.REFUSE: _refused_by_the_server,
    Fault.RATE_LIMIT: _asked_to_wait,
    Fault.DROP_BEFORE_STORING: _hung_up,
    Fault.STORE_THEN_DROP: _stored_then_hung_up,
    Fault.FAIL_BEFORE_STORING: _failed,
    Fault.STORE_THEN_FAIL: _stored_then_failed,
    Fault.SLOW: _handed_on,
    Fault.EXPIRED_TOKEN: _with_a_stale_token,
    Fault.HTML_ERROR: _page_for_people,
    Fault.EMPTY_ERROR: _nothing,
    Fault.ODD_JSON: _stored_then_odd,
}
