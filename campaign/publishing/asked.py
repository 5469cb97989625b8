"""What the threads of a worker ask the database, and what is said to them."""

from dataclasses import dataclass
from datetime import datetime

from campaign.publishing.claim import Claim
from campaign.publishing.outcome import News
from campaign.publishing.verdict import Instead
from campaign.states import State
from campaign.store.deliveries import Due
from connectors.contract import ConnectorError


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that did not publish."""

    delivery: Due
    error: ConnectorError


@dataclass(frozen=True, slots=True)
class Leave:
    """What the last check found."""

    in_force: bool
    """Whether the claim still holds."""
    against: Instead | None
    at: datetime


Ended = News | Failure
"""What came of an attempt."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A thread has ended one attempt, or is free to send a delivery now, or both."""

    ended: Ended | None = None
    wish: str | None = None
    """The delivery's id."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was committed for a thread."""

    state: State | None
    """Where the ended attempt has brought its delivery; None where another has taken over."""
    claimed: Claim | Instead | None
    """What became of the wish; None where there is nothing to be sent."""
    leave: Leave | None = None
    """The last check of a claim, read after it was committed; None where it has yet to be made."""
