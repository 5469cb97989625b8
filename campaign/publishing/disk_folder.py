"""A folder that a web server shows: files are replaced whole, and writers take turns.

A file is written beside its place, brought to the disk and moved into it (POSIX `rename`, which is
atomic within one file system), then the folder is brought to the disk, too. A lock file keeps
other processes away, on every machine that shares the folder by a file system with `flock`.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from connectors.content import Content, pieces

LOCK = ".lock"
PATIENCE_S = 10.0
_ASKS_EVERY_S = 0.02
READABLE = 0o644


class DiskFolder:
    """One folder, which has to be there."""

    def __init__(self, name: str) -> None:
        """Open it; raise `OSError` where it is none that can be looked into."""
        self._folder = Path(name)
        os.scandir(self._folder).close()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep everybody else from writing meanwhile; whoever holds it may be standing still."""
        with (self._folder / LOCK).open("ab") as held:
            _wait_for(held)
            yield

    def read(self, name: str) -> bytes | None:
        """Return a file as it stands, None where there is none."""
        try:
            return self._place(name).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, name: str, content: Content) -> None:
        """Put a whole file in the place of what stood there."""
        beside = self._beside(content)
        try:
            beside.replace(self._place(name))
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        try:
            self._settle()
        except OSError as error:
            raise TimeoutError(error.errno, error.strerror) from error

    def drop(self, name: str) -> None:
        """Take a file away, if it is there."""
        self._place(name).unlink(missing_ok=True)
        self._settle()

    def _beside(self, content: Content) -> Path:
        """Write a file under a name of its own, down to the disk."""
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in pieces(content):
                    file.write(piece)
                file.flush()
                os.fchmod(file.fileno(), READABLE)
                os.fsync(file.fileno())
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        return Path(name)

    def _settle(self) -> None:
        opened = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)

    def _place(self, name: str) -> Path:
        return self._folder / name


def _wait_for(held: BinaryIO) -> None:
    """Take a lock; raise `BlockingIOError` where it does not become free."""
    give_up_at = time.monotonic() + PATIENCE_S
    while True:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= give_up_at:
                raise
            time.sleep(_ASKS_EVERY_S)
        else:
            return
