"""Carries letters to the rehearsal's mail server, and breaks the way where told to."""

from collections.abc import Callable
from typing import Any

import requests

from campaign.mailing.servers import judge
from connectors.handing import MaybeHandedError, NobodyThereError, NotHandedError
from rehearsal.mail import SENDER, Reply
from rehearsal.server import Rehearsal

NETWORK = "email"
CUT = "the connection was cut"


class CarriedPostbox:
    """The mail server of a simulation."""

    sender = SENDER

    def __init__(
        self, rehearsal: Rehearsal, carry: Callable[[str, Callable[[], Reply]], Any]
    ) -> None:
        self._rehearsal, self._carry = rehearsal, carry

    def give(self, to: str, message: bytes, may_leave: Callable[[], str | None]) -> None:
        """Hand one letter over, once."""
        why = may_leave()
        if why:
            raise NotHandedError(why)
        try:
            reply = self._carry(NETWORK, lambda: self._rehearsal.mail.take(to, message))
        except requests.Timeout as error:
            raise MaybeHandedError(CUT) from error
        except requests.ConnectionError as error:
            raise NotHandedError(CUT) from error
        code = reply.line[:3]
        if not code.isdigit():
            raise MaybeHandedError(reply.line or CUT)
        if code == "550":
            raise NobodyThereError(reply.line)
        judge(int(code), reply.line[4:])
