"""What a connector raises instead of a result, as part of `connectors.contract`.

The errors answer one question, "may I try again?", never "which HTTP code was it?":

    ConnectorError
    ├── NotSent          nothing reached the network: try again, not before `retry_at`
    ├── Refused          it said no and will say no again: stop
    │   ├── PostRefused      this post; tell the editor
    │   └── AccessRefused    this account; pause the channel, tell its owner
    └── OutcomeUnknown   the request left and no clear answer came: look before you act
"""

from datetime import datetime

from connectors.names import NetworkName


class ConnectorError(Exception):
    """A network call that did not do what was asked; the message is fit for a user."""

    def __init__(self, message: str, *, network: NetworkName, code: str | None = None) -> None:
        super().__init__(message)
        self.network = network
        self.code = code


class NotSent(ConnectorError):  # noqa: N818 - named for what it proves, not for being an error
    """Nothing reached the network or it said "later": the same post may be tried again."""

    def __init__(
        self,
        message: str,
        *,
        network: NetworkName,
        code: str | None = None,
        retry_at: datetime | None = None,
        uploads_gone: bool = False,
    ) -> None:
        super().__init__(message, network=network, code=code)
        self.retry_at = retry_at
        self.uploads_gone = uploads_gone
        """What `prepare` left is no longer there: the next attempt has to upload anew."""


class Refused(ConnectorError):  # noqa: N818
    """The network said no and will say no again."""


class PostRefused(Refused):
    """This post was refused; an editor has to change it."""


class AccessRefused(Refused):
    """The account was refused; its owner has to sign in again or mend its rights."""


class OutcomeUnknown(ConnectorError):  # noqa: N818
    """The request left and no clear answer came; nobody may send again before looking."""
