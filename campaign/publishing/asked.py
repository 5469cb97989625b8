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
class Wish:
    """A thread is free to send this delivery now."""

    delivery_id: str


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


Write = Wish | News | Failure
Written = Claim | Instead | State | None
