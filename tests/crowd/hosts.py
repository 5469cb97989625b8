"""Machines of their own on a network of their own, made of network namespaces; needs root.

A machine reaches the database's server through a bridge, and can be cut off from it so that its
packets are lost and nobody tells it. The social networks, which listen on this machine's
loopback, are let through to the machine's own by a relay that notes what was asked for when.
"""

import ctypes
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

NEW_NETWORK = 0x40000000
"""CLONE_NEWNET of setns(2)."""

PATIENCE_S = 10.0


def why_there_are_none() -> str | None:
    """Say why no machines can be made here; None where they can."""
    if os.geteuid() != 0:
        return "machines of their own need root"
    if shutil.which("ip") is None:
        return "machines of their own need the program `ip`, of the package iproute2"
    name = f"cd-try-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        return f"machines of their own cannot be made here: {made.stderr.strip()}"
    _ip("netns", "del", name)
    return None


@dataclass(frozen=True)
class Asked:
    """One request that left a machine."""

    at: float
    """By `time.monotonic`."""
    line: str
    """Its first line: method and path."""


@dataclass
class Host:
    """One machine."""

    name: str
    bridge: str
    cable: str
    asked: list[Asked] = field(default_factory=list)
    _closing: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def within(self) -> tuple[str, ...]:
        """Words that start a program on this machine."""
        return ("ip", "netns", "exec", self.name)

    def cut(self) -> float:
        """Lose all packets between this machine and the others from now on; return the moment."""
        _ip("link", "set", self.cable, "nomaster")
        return time.monotonic()

    def heal(self) -> float:
        """Let packets through again; return the last moment at which they were lost."""
        before = time.monotonic()
        _ip("link", "set", self.cable, "master", self.bridge)
        return before

    def let_through(self, port: int) -> None:
        """Let a port of this machine's loopback lead to the same port of the real one's."""
        made: list[socket.socket] = []
        opening = threading.Thread(target=lambda: made.append(_listen_in(self.name, port)))
        opening.start()
        opening.join()
        self._run(lambda: self._accept(made[0], port))

    def close(self) -> None:
        """End the relays."""
        self._closing.set()
        for thread in self._threads:
            thread.join(PATIENCE_S)

    def _run(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket, port: int) -> None:
        listener.settimeout(0.2)
        with listener:
            while not self._closing.is_set():
                with suppress(TimeoutError):
                    near, _ = listener.accept()
                    far = socket.create_connection(("127.0.0.1", port))
                    self._run(lambda near=near, far=far: self._pass_on(near, far))  # type: ignore[misc]  # mypy knows no defaults of lambdas

    def _pass_on(self, near: socket.socket, far: socket.socket) -> None:
        back = threading.Thread(target=_pump, args=(far, near, lambda _chunk: None), daemon=True)
        back.start()
        _pump(near, far, self._note)
        back.join()
        near.close()
        far.close()

    def _note(self, chunk: bytes) -> None:
        line, _, _ = chunk.partition(b"\r\n")
        if line.endswith(b"HTTP/1.1"):
            self.asked.append(Asked(time.monotonic(), line.decode().rpartition(" ")[0]))


def _pump(source: socket.socket, target: socket.socket, note: Callable[[bytes], None]) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            note(chunk)
            target.sendall(chunk)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _listen_in(name: str, port: int) -> socket.socket:
    """Open a listening socket on another machine; on a thread of its own, which moves there."""
    with Path("/run/netns", name).open() as there:
        if ctypes.CDLL(None, use_errno=True).setns(there.fileno(), NEW_NETWORK) != 0:
            raise OSError(ctypes.get_errno(), "setns")
    return socket.create_server(("127.0.0.1", port))


@dataclass
class Lan:
    """The bridge to which everything is plugged, and where the server's machine stands on it."""

    bridge: str
    subnet: str
    hosts: list[Host] = field(default_factory=list)

    @property
    def address(self) -> str:
        """This machine's own address there."""
        return f"{self.subnet}.1"

    def new_host(self, *ports: int) -> Host:
        """Plug in one more machine, with these ports let through to this one's loopback."""
        number = len(self.hosts) + 2
        name = f"{self.bridge}-{number}"
        host = Host(name, self.bridge, cable=f"{self.bridge}v{number}")
        _ip("netns", "add", name)
        self.hosts.append(host)
        _ip("link", "add", host.cable, "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("-n", name, "address", "add", f"{self.subnet}.{number}/24", "dev", "eth0")
        for interface in ("lo", "eth0"):
            _ip("-n", name, "link", "set", interface, "up")
        _ip("link", "set", host.cable, "master", self.bridge, "up")
        for port in ports:
            host.let_through(port)
        return host


@contextmanager
def lan() -> Iterator[Lan]:
    """Make a network with nobody on it but this machine, and take it away again."""
    number = _new_bridge(os.getpid() % 250 + 1)
    made = Lan(bridge=f"cd{number}", subnet=f"10.231.{number}")
    try:
        _ip("address", "add", f"{made.address}/24", "dev", made.bridge)
        _ip("link", "set", made.bridge, "up")
        yield made
    finally:
        for host in made.hosts:
            host.close()
            _ip("netns", "del", host.name)
        _ip("link", "del", made.bridge)


def _new_bridge(number: int) -> int:
    """Make a bridge and return its number: the given one, or the next that nobody uses."""
    while True:
        command = ["ip", "link", "add", f"cd{number}", "type", "bridge"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return number
        assert "File exists" in done.stderr, done.stderr
        number = number % 250 + 1


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"
