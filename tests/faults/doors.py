"""Doors of what is no HTTP: a mail server and a feed's folder, held open or shut as `Gate` is.

`arrived` tells a test that the one call is under way; it then waits until the test lets it go.
"""

import asyncio
import fcntl
import os
import socket
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from aiosmtpd.controller import Controller

from campaign.publishing.disk_folder import LOCK
from rehearsal.mail import SENDER
from rehearsal.server import Rehearsal
from tests.connectors.smtp_front import Front
from tests.faults.gate import PATIENCE_S

POLL_S = 0.01


class Arrival(Protocol):
    """Tells that the one call is under way."""

    def wait(self, timeout: float) -> bool:
        """Wait for it, in seconds; say whether it came."""

    def is_set(self) -> bool:
        """Say whether it has come."""


class Door(Protocol):
    """What stands between a life and its network."""

    publish_requests: int

    @property
    def arrived(self) -> Arrival:
        """Tells that the one call is under way."""

    @property
    def origin(self) -> str:
        """Where it is reached; empty where the schedule names no server."""

    def release(self) -> None:
        """Let what is held go on; what comes of it has been decided when this returns."""


class MailDoor(Front):
    """A real SMTP server that can keep back what it says to the first letter."""

    origin = ""

    def __init__(self, rehearsal: Rehearsal, *, hold: bool) -> None:
        super().__init__(rehearsal)
        self.arrived, self.publish_requests = threading.Event(), 0
        self._hold, self._let_go = hold, threading.Event()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = int(free.getsockname()[1])
        self._controller = Controller(self, hostname="127.0.0.1", port=self._port)

    @property
    def environment(self) -> dict[str, str]:
        """The settings that lead here."""
        return {
            "CAMPAIGN_MAIL_SERVER": f"smtp://127.0.0.1:{self._port}",
            "CAMPAIGN_MAIL_FROM": SENDER,
        }

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        said = await super().handle_DATA(server, session, envelope)
        self.publish_requests += 1
        if self._hold and self.publish_requests == 1:
            self.arrived.set()
            await asyncio.to_thread(self._let_go.wait, PATIENCE_S)
        return said

    def release(self) -> None:
        self._let_go.set()  # the letter lay in the mailbox before its answer was held back

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._let_go.set()
        self._controller.stop()


class FolderDoor:
    """A folder on this disk whose turn to write can be kept back, as another machine would."""

    origin = ""

    def __init__(self, folder: Path, *, hold: bool) -> None:
        folder.mkdir()
        self.folder, self.publish_requests = folder, 0
        self._lock = (folder / LOCK).open("ab")
        self.arrived = _Queue(folder / LOCK)
        if hold:
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    @property
    def address(self) -> str:
        """Where everybody is said to find it."""
        return f"https://feed.example/{self.folder.name}/"

    def release(self) -> None:
        fcntl.flock(self._lock, fcntl.LOCK_UN)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.close()


class _Queue:
    """Whoever waits for a lock: who asks for it again and again has its file open meanwhile."""

    def __init__(self, lock: Path) -> None:
        self._lock = lock

    def wait(self, timeout: float) -> bool:
        ends_at = time.monotonic() + timeout
        while not self.is_set():
            if time.monotonic() > ends_at:
                return False
            time.sleep(POLL_S)
        return True

    def is_set(self) -> bool:
        others = [one for one in Path("/proc").glob("[0-9]*") if one.name != str(os.getpid())]
        return any(self._has_it_open(one) for one in others)

    def _has_it_open(self, process: Path) -> bool:
        try:
            return any(one.readlink() == self._lock for one in (process / "fd").iterdir())
        except OSError:  # it has ended meanwhile
            return False
