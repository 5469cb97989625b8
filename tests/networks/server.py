"""Starts the real Bluesky server on two free ports of this machine, and ends it."""

import json
import select
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.networks.node import PDS, Node, ServerMissingError

LONGEST_START_S = 60
_LONGEST_END_S = 10


@contextmanager
def serving(node: Node, folder: Path, *, rate_limits: bool = False) -> Iterator[str]:
    """Run the server with its data in a folder; yield its origin."""
    pds_port, plc_port = _free_ports()
    settings = {
        "folder": str(folder),
        "pdsPort": pds_port,
        "plcPort": plc_port,
        "rateLimits": rate_limits,
    }
    command = [str(node.program), "start.mjs", json.dumps(settings)]
    with (folder / "server.log").open("wb") as log:
        running = subprocess.Popen(
            command, cwd=PDS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        )
        with running:
            try:
                _wait_until_ready(running, folder / "server.log")
                yield f"http://127.0.0.1:{pds_port}"
            finally:
                _end(running)


def _wait_until_ready(running: subprocess.Popen[bytes], log: Path) -> None:
    assert running.stdout is not None
    ready, _, _ = select.select([running.stdout], [], [], LONGEST_START_S)
    line = running.stdout.readline() if ready else b""
    if line.strip() != b'{"ready":true}':
        running.kill()
        said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        message = f"the Bluesky server did not start: {line!r}\n{said}"
        raise ServerMissingError(message)


def _end(running: subprocess.Popen[bytes]) -> None:
    assert running.stdin is not None
    running.stdin.close()
    try:
        running.wait(_LONGEST_END_S)
    except subprocess.TimeoutExpired:
        running.kill()


def _free_ports() -> tuple[int, int]:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        return one.getsockname()[1], other.getsockname()[1]
