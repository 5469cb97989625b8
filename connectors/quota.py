"""How much publishing a network documents that it takes; `contract.Capabilities` lists them.

Kept by whoever calls the connectors: a connector counts nothing and never waits.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class QuotaScope(StrEnum):
    """Who shares a quota."""

    ACCOUNT = "account"
    APP = "app"
    """All accounts of the network that we post to; they are taken to use one app."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """How much publishing a network documents that it takes; nothing is sent beyond it."""

    scope: QuotaScope
    most: int
    """In the network's own unit: posts or points."""
    per: timedelta
    """Never more than `most` within any stretch of time this long."""
    cost: int = 1
    """What one post takes of it."""
