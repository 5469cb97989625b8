"""What networks count of a post or an account, and why a count may be missing.

Part of the contract in `connectors.contract`, from where these names are had. What people were
paid for showing is a metric of its own, so that no sum, trend or comparison can mix the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from connectors.names import RemoteId


class Metric(StrEnum):
    """What a network counts; a network that does not count one says so, it never says 0."""

    IMPRESSIONS = "impressions"
    REACH = "reach"
    VIEWS = "views"
    REACTIONS = "reactions"
    REPLIES = "replies"
    RESHARES = "reshares"
    QUOTES = "quotes"
    SAVES = "saves"
    LINK_CLICKS = "link-clicks"
    VIDEO_VIEWS = "video-views"
    FOLLOWERS = "followers"
    PAID_IMPRESSIONS = "paid-impressions"
    PAID_REACH = "paid-reach"
    PAID_VIEWS = "paid-views"
    PAID_REACTIONS = "paid-reactions"
    PAID_REPLIES = "paid-replies"
    PAID_RESHARES = "paid-reshares"
    PAID_QUOTES = "paid-quotes"
    PAID_SAVES = "paid-saves"
    PAID_LINK_CLICKS = "paid-link-clicks"
    PAID_VIDEO_VIEWS = "paid-video-views"


PAID_OF: Mapping[Metric, Metric] = MappingProxyType(
    {
        one: Metric(f"paid-{one}")
        for one in Metric
        if one is not Metric.FOLLOWERS and not one.startswith("paid-")
    }
)
"""The paid counterpart of each metric of a post."""
PAID_METRICS = frozenset(PAID_OF.values())


class Paid(StrEnum):
    """Whether a count holds what was paid for: advertisements, boosted and promoted posts."""

    NONE = "organic"
    ONLY = "paid"
    NOT_TOLD = "may include paid"
    """The network counts both together, or nobody said which."""


class Missing(StrEnum):
    """Why a reading has no value; pages and files print these words."""

    NOT_OFFERED = "not offered by the network"
    NOT_YET = "not counted yet"
    WITHHELD = "withheld by the network"
    ACCESS_LOST = "access to the account was lost"
    POST_GONE = "the post is no longer there"
    NETWORK_ERROR = "the network could not be read"


@dataclass(frozen=True, kw_only=True, slots=True)
class Definition:
    """What exactly one number counts. A changed meaning is a new `id`, so a new series."""

    id: str
    """Stable, for example `x.impression_count.1`."""
    metric: Metric
    raw_name: str
    """The network's own field name."""
    words: str
    """One sentence for the report's list of definitions."""
    paid: Paid = Paid.NOT_TOLD
    """Whether what was paid for is in it; where the network does not say, neither do we."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MetricReading:
    """What the network says of one post. Every offered metric is in `values` or in `missing`.

    Paid metrics stand in `values` where the post was paid for and the network says so; else they
    are left out, since a post that was never promoted has no such count.
    """

    remote_id: RemoteId
    observed_at: datetime
    values: Mapping[Metric, int]
    missing: Mapping[Metric, Missing] = field(default_factory=dict)
    definitions: Mapping[Metric, str] = field(default_factory=dict)
    """Ids of the definitions that values follow where these stand in for the offered ones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountReading:
    """The account's own numbers."""

    observed_at: datetime
    values: Mapping[Metric, int]
    missing: Mapping[Metric, Missing] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cadence:
    """When a post is read after it went out; every network also gets the week-end reads."""

    ages: tuple[timedelta, ...]
    """Ages at which a post is read."""
    weekly_until: timedelta
    """Reads before week boundaries go on until this age."""
    wall: timedelta | None = None
    """The age from which the network no longer tells everything; the last of `ages` is before."""
