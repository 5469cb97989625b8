"""A mail server in the test's own process that takes, refuses or drops letters as it is told."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

TAKE, LATER, NEVER = "take", "later", "never"
DROP_BEFORE, DROP_AFTER, HANG = "drop-before", "drop-after", "hang"


@dataclass
class Mailbox:
    """What arrived, and how the next letters are answered."""

    port: int
    answers: list[str] = field(default_factory=list)
    """One for each text that comes; after the last one everything is taken."""
    refused: set[str] = field(default_factory=set)
    """Addresses that nobody here has."""
    arrived: list[tuple[str, bytes]] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """As the setting has it."""
        return f"smtp://127.0.0.1:{self.port}"

    def to(self) -> list[str]:
        """Return who got something, in order."""
        return [to for to, _ in self.arrived]

    def message(self, place: int = 0) -> EmailMessage:
        """Return a letter as a mail program reads it."""
        found = message_from_bytes(self.arrived[place][1], policy=default)
        assert isinstance(found, EmailMessage)
        return found

    def text(self, place: int = 0) -> str:
        """Return what a reader sees without opening anything."""
        body = self.message(place).get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 nobody of that name here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        answer = self.answers.pop(0) if self.answers else TAKE
        if answer == LATER:
            return "451 4.7.1 try again later"
        if answer == NEVER:
            return "554 5.7.1 not this one"
        if answer != DROP_BEFORE:
            self.arrived.append((envelope.rcpt_tos[0], bytes(envelope.content)))
        self.came.set()
        if answer == HANG:
            server.transport.pause_reading()
            threading.Event().wait(3)
        if answer != TAKE:
            server.transport.abort()
        return "250 OK"


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    """Start the server on a free port of this machine, and stop it at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    mailbox = Mailbox(port=port)
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
