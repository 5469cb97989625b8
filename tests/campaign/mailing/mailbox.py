"""A mail server in the test's own process that takes, refuses or drops letters as it is told."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

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
    secured: list[bool] = field(default_factory=list)
    """Of each text that came: whether it came encrypted."""
    users: list[str] = field(default_factory=list)
    """Who signed in."""

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
        self.secured.append(_is_encrypted(server))
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
            threading.Event().wait(1)
        if answer != TAKE:
            server.transport.abort()
        return "250 OK"


@dataclass(frozen=True)
class Door:
    """How the server lets people in: in the clear, by TLS from the start, or by changing to it."""

    tls: Path | None = None
    starttls: Path | None = None
    password: str | None = None
    """What `reports` has to say; None lets everybody in."""


@contextmanager
def open_mailbox(door: Door = Door()) -> Iterator[Mailbox]:
    """Start the server on a free port of this machine, and stop it at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    mailbox = Mailbox(port=port)

    def admit(
        _server: Any, _session: Any, _envelope: Any, _mechanism: str, said: Any
    ) -> AuthResult:
        name = said.login.decode()
        right = (name, said.password.decode()) == ("reports", door.password)
        mailbox.users += [name] if right else []
        return AuthResult(success=right, handled=False)

    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=port,
        ssl_context=_context(door.tls),
        tls_context=_context(door.starttls),
        require_starttls=door.starttls is not None,
        authenticator=admit if door.password else None,
        # Where TLS comes first the library does not see it, and would warn of a login without.
        auth_required=door.starttls is not None,
        auth_require_tls=door.starttls is not None,
    )
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def _context(certificate: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def _is_encrypted(server: Any) -> bool:
    return server.transport.get_extra_info("ssl_object") is not None
