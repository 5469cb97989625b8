"""Real HTTP against the server that networks fetch pictures from."""

import http.client
import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from campaign.publishing.gallery import AT_ONCE, Gallery
from campaign.store.media import File

TOKEN = "t" * 43
PICTURE = File(content=bytes(range(200)), media_type="image/jpeg")


def find(token: str) -> File | None:
    return PICTURE if token == TOKEN else None


@pytest.fixture(scope="module")
def gallery() -> Iterator[Gallery]:
    opened = Gallery("127.0.0.1", 0, find)
    yield opened
    opened.close()


def ask(
    gallery: Gallery, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", gallery.port, timeout=5)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def test_a_picture_comes_whole_with_its_type_and_length(gallery: Gallery) -> None:
    status, headers, content = ask(gallery, f"/{TOKEN}.jpg")
    assert (status, content) == (200, PICTURE.content)
    assert (headers["Content-Type"], headers["Content-Length"]) == ("image/jpeg", "200")
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_proxy_may_put_any_path_in_front(gallery: Gallery) -> None:
    assert ask(gallery, f"/campaign/media/{TOKEN}.jpg")[0] == 200


def test_a_head_says_the_same_without_the_picture(gallery: Gallery) -> None:
    status, headers, content = ask(gallery, f"/{TOKEN}.jpg", "HEAD")
    assert (status, content) == (200, b"")
    assert (headers["Content-Type"], headers["Content-Length"]) == ("image/jpeg", "200")


@pytest.mark.parametrize(
    ("asked", "status", "said", "part"),
    [
        ("bytes=0-9", 206, "bytes 0-9/200", (0, 10)),
        ("bytes=190-", 206, "bytes 190-199/200", (190, 200)),
        ("bytes=-5", 206, "bytes 195-199/200", (195, 200)),
        ("bytes=150-9999", 206, "bytes 150-199/200", (150, 200)),
        ("bytes=200-", 416, "bytes */200", (0, 0)),
        ("bytes=0-1,5-6", 200, None, (0, 200)),
        ("pages=0-1", 200, None, (0, 200)),
        ("nonsense", 200, None, (0, 200)),
    ],
)
def test_a_part_can_be_asked_for(
    gallery: Gallery, asked: str, status: int, said: str | None, part: tuple[int, int]
) -> None:
    found, headers, content = ask(gallery, f"/{TOKEN}.jpg", Range=asked)
    assert (found, headers.get("Content-Range")) == (status, said)
    assert content == PICTURE.content[slice(*part)]
    assert headers["Content-Length"] == str(len(content))


NOTHING = [
    "/",
    "/index.html",
    "/robots.txt",
    f"/{TOKEN}",
    f"/{TOKEN}.jpg/",
    f"/{TOKEN}.jpg?x=1",
    f"/{TOKEN[:-1]}u.jpg",
    f"/{TOKEN}t.jpg",
    f"/../{TOKEN}.jpg%00",
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    f"http://elsewhere.example/{TOKEN}.jpg",
    "*",
]


@pytest.mark.parametrize("path", NOTHING)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_everything_else_is_the_same_nothing(gallery: Gallery, path: str, method: str) -> None:
    status, headers, content = ask(gallery, path, method)
    assert (status, content) == (404, b"")
    assert set(headers) == {
        "Server",
        "Date",
        "Content-Type",
        "Content-Length",
        "Accept-Ranges",
        "Cache-Control",
        "X-Content-Type-Options",
        "X-Robots-Tag",
        "Connection",
    }
    assert headers["Server"] == "media"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get"])
def test_nothing_can_be_done_but_look(gallery: Gallery, method: str) -> None:
    assert ask(gallery, f"/{TOKEN}.jpg", method)[0] == 404


def test_what_is_no_request_gets_nothing_and_harms_nobody(gallery: Gallery) -> None:
    for sent in (
        b"\x16\x03\x01 hello\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b"\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", gallery.port), timeout=5) as raw:
            raw.sendall(sent)
            assert b"200" not in raw.recv(4096)
    assert ask(gallery, f"/{TOKEN}.jpg")[0] == 200


def test_many_fetch_at_the_same_time(gallery: Gallery) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(gallery, f"/{TOKEN}.jpg"), range(64)))
    assert {(status, content) for status, _, content in answers} == {(200, PICTURE.content)}


def test_whoever_keeps_all_places_busy_is_given_up(gallery: Gallery) -> None:
    idle = [socket.create_connection(("127.0.0.1", gallery.port)) for _ in range(AT_ONCE)]
    with socket.create_connection(("127.0.0.1", gallery.port), timeout=5) as one_more:
        one_more.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert _end_of(one_more) == b""
    for one in idle:
        one.close()


def test_no_address_stands_in_any_log(
    gallery: Gallery, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    ask(gallery, f"/{TOKEN}.jpg")
    ask(gallery, f"/{TOKEN[:-1]}u.jpg")
    said = caplog.text + "".join(capfd.readouterr())
    assert TOKEN[:20] not in said


def test_a_failure_while_looking_is_told_without_the_address(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)

    def broken(token: str) -> File | None:
        raise LookupError(token)

    gallery = Gallery("127.0.0.1", 0, broken)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        ask(gallery, f"/{TOKEN}.jpg")
    gallery.close()
    said = caplog.text + "".join(capfd.readouterr())
    assert "a request for a picture broke off" in said
    assert TOKEN[:20] not in said


def test_a_closed_gallery_gives_its_port_back(gallery: Gallery) -> None:
    first = Gallery("127.0.0.1", 0, find)
    port = first.port
    with pytest.raises(OSError, match="in use"):
        Gallery("127.0.0.1", port, find)
    first.close()
    Gallery("127.0.0.1", port, find).close()


def _end_of(raw: socket.socket) -> bytes:
    try:
        return raw.recv(4096)
    except ConnectionResetError:
        return b""
