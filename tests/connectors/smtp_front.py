"""A real SMTP server in front of the rehearsal's mailboxes."""

import asyncio
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from aiosmtpd.controller import Controller

from campaign.mail_settings import PLAIN, MailServer
from campaign.mailing.postbox import MailPostbox
from rehearsal.mail import SENDER
from rehearsal.server import Rehearsal


class Front:
    """Answers as the stand-in says, and cuts the connection where it says nothing."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._mail = rehearsal.mail

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if not self._mail.is_open:
            return "421 4.3.2 closing"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if not self._mail.knows(address):
            return "550 5.1.1 nobody of that name here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        reply = self._mail.take(envelope.rcpt_tos[0], bytes(envelope.content))
        await asyncio.sleep(reply.wait)
        if not reply.line:
            server.transport.abort()
        return reply.line


@contextmanager
def open_front(rehearsal: Rehearsal) -> Iterator[int]:
    """Serve on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    controller = Controller(Front(rehearsal), hostname="127.0.0.1", port=port)
    own = logging.getLogger("mail.log")
    own.disabled = True  # the library logs every line that comes, which says nothing about us
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
        own.disabled = False


def postbox(port: int, patience: timedelta) -> MailPostbox:
    """Return the way there."""
    server = MailServer(sender=SENDER, host="127.0.0.1", port=port, security=PLAIN)
    return MailPostbox(server, patience)
