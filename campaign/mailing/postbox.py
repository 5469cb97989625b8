"""The installation's mail server as connectors are given it (`connectors.handing.Postbox`)."""

from collections.abc import Callable
from datetime import timedelta

from campaign.mail_settings import MailServer
from campaign.mailing.servers import hand_over
from connectors.handing import NotHandedError


class MailPostbox:
    """Hands single letters over, with nothing written down: that is the delivery's own row."""

    def __init__(self, server: MailServer, patience: timedelta) -> None:
        self._server, self._patience = server, patience

    @property
    def sender(self) -> str:
        """The address that letters come from."""
        return self._server.sender

    def give(self, to: str, message: bytes, may_leave: Callable[[], str | None]) -> None:
        """Hand one letter over, once."""
        against: list[str] = []

        def leaving() -> bool:
            why = may_leave()
            against.extend([why] if why else [])
            return why is None

        try:
            hand_over(self._server, to, message, leaving=leaving, patience=self._patience)
        except NotHandedError as error:
            if against:
                raise NotHandedError(against[0]) from error
            raise
