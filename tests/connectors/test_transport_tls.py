"""TLS that fails before the request proves that nothing was sent; after it, it proves nothing."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.contract import Access, NetworkName, NotSent, OutcomeUnknown
from connectors.http import Call, Http, Purpose
from tests.connectors.certificates import make_certificate
from tests.connectors.raw_server import Script, read_request, serving

NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)


@pytest.fixture(name="http")
def _http() -> Iterator[Http]:
    http = Http(
        NetworkName("testnet"),
        Access(handle="", server=None, timeout=timedelta(seconds=2), now=lambda: NOW),
    )
    yield http
    http.close()


@pytest.fixture(name="certificate", scope="module")
def _certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


def speaking_tls(certificate: Path, then: Script) -> Script:
    def script(connection: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        with context.wrap_socket(connection, server_side=True) as secure:
            then(secure)

    return script


def create(origin: str) -> Call:
    url = origin.replace("http:", "https:") + "/post"
    return Call(purpose=Purpose.CREATE, method="POST", url=url, json={"a": 1})


def test_a_certificate_nobody_vouches_for_proves_that_nothing_was_sent(
    http: Http, certificate: Path
) -> None:
    received: list[bytes] = []
    script = speaking_tls(certificate, lambda secure: received.append(read_request(secure)))
    with (
        serving(script, read_first=False) as server,
        pytest.raises(NotSent, match="certificate"),
    ):
        http.send(create(server.origin))
    assert received == []


def test_a_secure_connection_that_breaks_after_the_request_has_an_unknown_outcome(
    http: Http, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    received: list[bytes] = []

    def reads_and_breaks(secure: socket.socket) -> None:
        received.append(read_request(secure))
        secure.shutdown(socket.SHUT_RDWR)

    script = speaking_tls(certificate, reads_and_breaks)
    with serving(script, read_first=False) as server, pytest.raises(OutcomeUnknown):
        http.send(create(server.origin))
    assert received[0].startswith(b"POST /post")


def test_a_handshake_broken_off_proves_that_nothing_was_sent(http: Http) -> None:
    with serving(lambda connection: None, read_first=False) as server, pytest.raises(NotSent):
        http.send(create(server.origin))


def test_a_certificate_the_machine_trusts_lets_the_call_through(
    http: Http, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))

    def answers(secure: socket.socket) -> None:
        read_request(secure)
        secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with serving(speaking_tls(certificate, answers), read_first=False) as server:
        assert http.send(create(server.origin)).status == 200
