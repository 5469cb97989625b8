import json
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import responses

from connectors.contract import (
    Access,
    AccessRefused,
    ConnectorError,
    NetworkName,
    NotSent,
    OutcomeUnknown,
    PostRefused,
)
from connectors.http import Answer, Call, Http, Purpose
from connectors.transport import KEPT_FOR, way_out
from tests.connectors.raw_server import (
    Script,
    answers,
    answers_half,
    hangs_up,
    read_request,
    says_nothing,
    serving,
)

NETWORK = NetworkName("testnet")
NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
TOKEN = "planted-token-8f3a"  # made up
SHORT = timedelta(seconds=0.3)
ACCESS = Access(handle="", server=None, timeout=SHORT, now=lambda: NOW)


@pytest.fixture(name="http")
def _http() -> Iterator[Http]:
    one = Http(NETWORK, ACCESS, secrets=(TOKEN,))
    yield one
    one.close()


def create(url: str) -> Call:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return Call(purpose=Purpose.CREATE, method="POST", url=url, headers=headers, json={"a": 1})


def read(url: str) -> Call:
    return Call(purpose=Purpose.READ, method="GET", url=url)


def answer(status: int, body: object = b"", headers: dict[str, str] | None = None) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status=status, headers=headers or {}, body=content)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_refused_connection_proves_that_nothing_was_sent(http: Http) -> None:
    with pytest.raises(NotSent, match="could not be reached"):
        http.send(create(f"http://127.0.0.1:{closed_port()}/post"))


def test_a_name_that_does_not_exist_proves_that_nothing_was_sent(http: Http) -> None:
    with pytest.raises(NotSent, match="could not be reached"):
        http.send(create("http://no-such-host.invalid/post"))


def test_a_failed_tls_handshake_proves_that_nothing_was_sent(http: Http) -> None:
    with serving(answers(b"this is not TLS")) as server:
        url = server.origin.replace("http:", "https:")
        with pytest.raises(NotSent, match="secure connection"):
            http.send(create(f"{url}/post"))
        assert all(b"POST" not in one for one in server.requests)


def test_a_handshake_that_nobody_answers_proves_that_nothing_was_sent(http: Http) -> None:
    with serving(says_nothing) as server:
        url = server.origin.replace("http:", "https:")
        with pytest.raises(NotSent):
            http.send(create(f"{url}/post"))


def test_a_time_out_while_connecting_proves_that_nothing_was_sent(http: Http) -> None:
    with responses.RequestsMock() as mocked:
        mocked.post("http://far.example/post", body=requests.ConnectTimeout("too slow"))
        with pytest.raises(NotSent):
            http.send(create("http://far.example/post"))


@pytest.mark.parametrize("script", [hangs_up, answers_half, says_nothing])
def test_a_create_that_breaks_after_it_was_written_has_an_unknown_outcome(
    http: Http, script: Script
) -> None:
    with serving(script) as server:
        with pytest.raises(OutcomeUnknown):
            http.send(create(f"{server.origin}/post"))
        assert server.requests[0].startswith(b"POST /post")


@pytest.mark.parametrize("script", [hangs_up, answers_half, says_nothing])
def test_a_read_that_breaks_may_be_tried_again(http: Http, script: Script) -> None:
    with serving(script) as server, pytest.raises(NotSent):
        http.send(read(f"{server.origin}/post"))


def test_nothing_is_repeated(http: Http) -> None:
    with serving(hangs_up, answers(b"{}")) as server:
        with pytest.raises(OutcomeUnknown):
            http.send(create(f"{server.origin}/post"))
        assert len(server.requests) == 1


def test_a_trickling_answer_ends_with_the_time_out(http: Http) -> None:
    client_is_done = threading.Event()

    def trickle(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(40):
            connection.sendall(b" ")
            client_is_done.wait(0.1)

    with serving(trickle) as server:
        started_at = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            http.send(create(f"{server.origin}/post"))
        assert time.monotonic() - started_at < 2
        client_is_done.set()


def test_no_redirect_is_followed_and_the_token_stays(http: Http) -> None:
    with serving(answers(b"")) as other:
        moved = answers(b"", status="307 Moved", headers=f"Location: {other.origin}/\r\n")
        with serving(moved) as server:
            got = http.send(create(f"{server.origin}/post"))
        assert got.status == 307
        assert other.requests == []


def once_then_dies(connection: socket.socket) -> None:
    """Answer one request, and hang up at the next without a word."""
    answers(b"{}")(connection)
    read_request(connection)


def test_a_connection_that_has_just_answered_carries_the_next_create() -> None:
    def twice(connection: socket.socket) -> None:
        answers(b"{}")(connection)
        read_request(connection)
        answers(b'{"second": true}')(connection)

    shared = way_out(SHORT)
    accounts = [Http(NETWORK, replace(ACCESS, transport=shared)) for _ in range(2)]
    with serving(twice) as server:
        for account in accounts:  # it serves all accounts: the sign-in is in the headers
            assert account.send(create(f"{server.origin}/post")).status == 200
        shared.close()


def test_a_connection_that_was_idle_for_longer_is_not_trusted_with_a_create(http: Http) -> None:
    with serving(once_then_dies, answers(b"{}")) as server:
        http.send(read(f"{server.origin}/one"))
        time.sleep(KEPT_FOR + 0.1)
        assert http.send(create(f"{server.origin}/two")).status == 200
        http.close()


def test_a_kept_connection_that_the_server_has_closed_is_not_written_on(http: Http) -> None:
    closed = threading.Event()

    def once_then_closes(connection: socket.socket) -> None:
        answers(b"{}")(connection)
        connection.shutdown(socket.SHUT_RDWR)
        closed.set()

    with serving(once_then_closes, answers(b"{}")) as server:
        http.send(create(f"{server.origin}/one"))
        assert closed.wait(5)
        assert http.send(create(f"{server.origin}/two")).status == 200
        assert len(server.requests) == 2


def test_a_create_that_breaks_on_a_kept_connection_has_an_unknown_outcome(http: Http) -> None:
    with serving(once_then_dies, answers(b"{}")) as server:
        http.send(read(f"{server.origin}/one"))
        with pytest.raises(OutcomeUnknown):
            http.send(create(f"{server.origin}/two"))
        assert len(server.requests) == 1, "it was sent again"


def test_the_machines_proxy_carries_every_call(http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answers(b"{}")) as proxy:
        monkeypatch.setenv("http_proxy", proxy.origin)
        monkeypatch.setenv("no_proxy", "")
        assert http.send(create("http://network.example/post")).status == 200
        assert proxy.requests[0].startswith(b"POST http://network.example/post HTTP/1.1")


def test_a_password_from_netrc_never_takes_the_place_of_the_token(
    http: Http, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    with serving(answers(b"{}")) as server:
        http.send(create(f"{server.origin}/post"))
    assert f"Authorization: Bearer {TOKEN}".encode() in server.requests[0]


def test_cookies_are_neither_kept_nor_sent(http: Http) -> None:
    cookie = answers(b"{}", headers="Set-Cookie: who=me; Path=/\r\nConnection: close\r\n")
    with serving(cookie, answers(b"{}")) as server:
        http.send(read(f"{server.origin}/one"))
        http.send(read(f"{server.origin}/two"))
    assert b"cookie" not in server.requests[1].lower()


def test_every_request_has_a_time_out_even_when_none_is_given() -> None:
    with serving(says_nothing) as server, requests.Session() as session:
        session.mount("http://", way_out(SHORT))
        with pytest.raises(requests.ReadTimeout):
            session.get(server.origin)


@pytest.mark.parametrize("token", ["with\nnewline-91c", "smart…quote-91c"])
def test_a_token_that_no_header_can_hold_is_refused_without_being_shown(token: str) -> None:
    http = Http(NETWORK, ACCESS, secrets=(token,))
    call = Call(
        purpose=Purpose.CREATE,
        method="POST",
        url="http://127.0.0.1:9/post",
        headers={"Authorization": f"Bearer {token}"},
    )
    with pytest.raises(AccessRefused) as caught:
        http.send(call)
    http.close()
    assert "91c" not in "".join(traceback.format_exception(caught.value))


def test_a_secret_that_the_server_repeats_is_hidden(http: Http) -> None:
    error = http.plain_error(answer(403, {"error": f"token {TOKEN} lacks scope"}), Purpose.CREATE)
    assert str(error).endswith(": token [hidden] lacks scope")


def test_a_secret_that_a_long_answer_is_cut_off_in_is_hidden(http: Http) -> None:
    for shown in range(4, len(TOKEN)):
        said = "." * (300 - shown) + TOKEN
        told = str(http.plain_error(answer(403, {"error": said}), Purpose.CREATE))
        assert told.endswith("....[hidden]")


def test_a_secret_is_in_no_message_cause_or_repr_of_a_broken_call(http: Http) -> None:
    with serving(hangs_up) as server, pytest.raises(OutcomeUnknown) as caught:
        http.send(create(f"{server.origin}/post"))
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert TOKEN not in repr(create("http://a.example")) + repr(caught.value) + repr(http)


PLAIN = [
    (401, Purpose.CREATE, AccessRefused),
    (403, Purpose.READ, AccessRefused),
    (301, Purpose.CREATE, AccessRefused),
    (302, Purpose.CREATE, OutcomeUnknown),
    (307, Purpose.CREATE, AccessRefused),
    (308, Purpose.READ, AccessRefused),
    (400, Purpose.CREATE, PostRefused),
    (400, Purpose.READ, NotSent),
    (404, Purpose.PREPARE, PostRefused),
    (408, Purpose.CREATE, OutcomeUnknown),
    (409, Purpose.CREATE, OutcomeUnknown),
    (413, Purpose.PREPARE, PostRefused),
    (425, Purpose.CREATE, OutcomeUnknown),
    (429, Purpose.CREATE, NotSent),
    (200, Purpose.CREATE, OutcomeUnknown),
    (200, Purpose.READ, NotSent),
    (500, Purpose.CREATE, OutcomeUnknown),
    (502, Purpose.PREPARE, NotSent),
    (503, Purpose.READ, NotSent),
    (504, Purpose.CREATE, OutcomeUnknown),
]


@pytest.mark.parametrize(("status", "purpose", "expected"), PLAIN)
@pytest.mark.parametrize("body", [b"", b"<html><h1>Oops</h1></html>", b'{"error":"x"}', b"[1]"])
def test_a_status_means_the_same_whatever_the_body_looks_like(
    http: Http, status: int, purpose: Purpose, expected: type[ConnectorError], body: bytes
) -> None:
    error = http.plain_error(answer(status, body), purpose)
    assert type(error) is expected
    assert (error.network, error.code) == ("testnet", str(status))


def test_when_to_come_back_is_taken_from_the_headers(http: Http) -> None:
    error = http.plain_error(answer(429, b"", {"Retry-After": "90"}), Purpose.CREATE)
    assert isinstance(error, NotSent)
    assert error.retry_at == NOW + timedelta(seconds=90)


WORDS = [
    (b'{"error":"Record not found"}', "Record not found"),
    (b'{"error":"InvalidRequest","message":"too long"}', "too long"),
    (b'{"error":{"message":"nested"}}', ""),
    (b"Invalid Bearer token", "Invalid Bearer token"),
    (b"<h1>404 Not Found</h1>", ""),
    (b"", ""),
    (b"[1, 2]", ""),
    (b'{"error":"two\\nlines\\u001b[31m"}', "two lines [31m"),
    (b"\xff\xfe", "��"),
]


@pytest.mark.parametrize(("body", "expected"), WORDS)
def test_the_explanation_in_a_body_is_one_line_and_never_a_page(body: bytes, expected: str) -> None:
    assert answer(400, body).words() == expected


def test_a_body_that_is_nested_without_end_is_only_no_json() -> None:
    assert answer(200, b"[" * 100_000).mappings() is None


def test_a_long_explanation_is_cut() -> None:
    assert len(answer(400, {"error": "a" * 1000}).words()) == 300


def test_every_error_names_its_network_and_has_a_cause(http: Http) -> None:
    with serving(hangs_up) as server, pytest.raises(ConnectorError) as caught:
        http.send(create(f"{server.origin}/post"))
    assert caught.value.network == "testnet"
    assert isinstance(caught.value.__cause__, requests.ConnectionError)


@pytest.mark.parametrize(
    ("header", "seen"),
    [
        ("Tue, 12 Jan 2027 08:29:30 GMT", [datetime(2027, 1, 12, 8, 29, 30, tzinfo=UTC)]),
        ("next Tuesday", []),
        (None, []),
    ],
)
@responses.activate
def test_the_servers_own_time_is_passed_on(header: str | None, seen: list[datetime]) -> None:
    headers = {"Date": header} if header else {}
    responses.get("https://network.example/", headers=headers)
    dates: list[datetime] = []
    access = Access(handle="", server=None, timeout=SHORT, now=lambda: NOW, saw_date=dates.append)
    http = Http(NETWORK, access)
    http.send(Call(purpose=Purpose.READ, method="GET", url="https://network.example/"))
    http.close()
    assert dates == seen


@pytest.mark.parametrize(("purpose", "expected"), [(Purpose.CREATE, [7]), (Purpose.READ, [])])
@responses.activate
def test_what_is_left_for_creating_is_passed_on_that_for_reading_is_not(
    purpose: Purpose, expected: list[int]
) -> None:
    headers = {"RateLimit-Remaining": "7", "RateLimit-Reset": "60"}
    responses.post("https://network.example/", headers=headers)
    left: list[int] = []
    access = Access(
        handle="",
        server=None,
        timeout=SHORT,
        now=lambda: NOW,
        saw_allowance=lambda number, _until: left.append(number),
    )
    http = Http(NETWORK, access)
    http.send(Call(purpose=purpose, method="POST", url="https://network.example/"))
    http.close()
    assert left == expected


@pytest.mark.parametrize("purpose", list(Purpose))
@responses.activate
def test_where_calls_are_forbidden_none_is_made_whatever_it_is_for(purpose: Purpose) -> None:
    answers: list[str | None] = [None, "stopped by ben: mourning"]
    asked = iter(answers)
    responses.post("https://network.example/")
    access = Access(
        handle="", server=None, timeout=SHORT, now=lambda: NOW, forbidden=lambda: next(asked)
    )
    http = Http(NETWORK, access)
    call = Call(purpose=purpose, method="POST", url="https://network.example/")
    http.send(call)
    with pytest.raises(NotSent, match="stopped by ben: mourning"):
        http.send(call)
    http.close()
    assert len(responses.calls) == 1
