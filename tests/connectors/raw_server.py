"""A server made of a bare socket, for what no HTTP library does on purpose: hanging up in the
middle, saying nothing, answering half. One script per connection, requests kept as received.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

TLS_HANDSHAKE = 0x16

Script = Callable[[socket.socket], None]


class RawServer:
    def __init__(self, *scripts: Script, read_first: bool = True) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._scripts = scripts
        self._read_first = read_first
        self.requests: list[bytes] = []
        self.origin = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes a thread that waits in accept
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        talks = []
        for script in self._scripts:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                break
            talk = threading.Thread(target=self._talk, args=(connection, script), daemon=True)
            talk.start()
            talks.append(talk)
        for talk in talks:
            talk.join(5)

    def _talk(self, connection: socket.socket, script: Script) -> None:
        with connection, suppress(OSError):
            connection.settimeout(5)
            if self._read_first:
                self.requests.append(read_request(connection))
            script(connection)


def read_request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65536)
        if not part:
            return received
        received += part
        if received[0] == TLS_HANDSHAKE:
            return received
    head, _, body = received.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            while len(body) < int(line.split(b":")[1]):
                body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def hangs_up(connection: socket.socket) -> None:
    """Read the request, then close without a word."""


def answers(text: bytes, *, status: str = "200 OK", headers: str = "") -> Script:
    def script(connection: socket.socket) -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(text)}\r\n{headers}\r\n"
        connection.sendall(head.encode() + text)

    return script


def answers_half(connection: socket.socket) -> None:
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"id":')


def says_nothing(connection: socket.socket) -> None:
    connection.recv(1)  # until the client gives up


@contextmanager
def serving(*scripts: Script, read_first: bool = True) -> Iterator[RawServer]:
    server = RawServer(*scripts, read_first=read_first)
    server.start()
    try:
        yield server
    finally:
        server.stop()
