"""What networks count of a post or an account, and why a count may be missing.

Part of the contract in `connectors.contract`, from where these names are had. What people were
paid for showing is a metric of its own, so that no sum, trend or comparison can mix the two.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


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
