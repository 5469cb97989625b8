"""The rows of the report: what one post gained under one metric, or why nobody knows.

A row without a number has a reason and never a zero.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.attribution import Count, Gain
from connectors.contract import PAID_OF, Metric

EVIDENCE = ("api", "upload", "screenshot", "stated")
"""Where a number comes from, the surest first. `link-only` has no number at all."""

SUMMABLE = (
    Metric.IMPRESSIONS,
    Metric.VIEWS,
    Metric.REACTIONS,
    Metric.REPLIES,
    Metric.RESHARES,
    Metric.QUOTES,
    Metric.SAVES,
    Metric.LINK_CLICKS,
    Metric.VIDEO_VIEWS,
)
"""What happened so many times may be added up. People (reach, followers) may not."""
PAID_SUMMABLE = tuple(PAID_OF[one] for one in SUMMABLE)
"""The same where it was paid for: summed apart, and never added to the others."""


def sureness(source: str) -> int:
    """Rank sources from 0, the surest, for sorting."""
    return EVIDENCE.index(source) if source in EVIDENCE else len(EVIDENCE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A gain under one definition from one source, or the reason why there is none."""

    definition: str | None = None
    evidence: str | None = None
    gain: Gain | None = None
    reason: str | None = None
    """None where there is a gain."""
    provisional: bool = False
    """The number rests on a carried reading and a later one will come."""
    unknown_between: tuple[datetime, datetime] | None = None
    """A change of definition left this stretch of the week unread."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GainRow:
    """One line of the report's list of gains."""

    delivery: str
    post: str
    channel: str
    partner: str
    network: str
    metric: Metric
    figure: Figure
    counted: bool
    """False where a surer source of the same number, or the owner's post, is counted instead."""
    exposed_for: timedelta
    """How long the post was out within the week."""

    @property
    def gain(self) -> Gain | None:
        """The gain, None when missing."""
        return self.figure.gain

    @property
    def net(self) -> Count | None:
        """The net gain, None when missing."""
        return None if self.figure.gain is None else self.figure.gain.net

    @property
    def reason(self) -> str | None:
        """Why there is no gain; None where there is one."""
        return self.figure.reason

    @property
    def definition(self) -> str | None:
        """What was counted, or would be."""
        return self.figure.definition

    @property
    def evidence(self) -> str | None:
        """Where the number comes from."""
        return self.figure.evidence

    @property
    def provisional(self) -> bool:
        """Whether a later reading will change it."""
        return self.figure.provisional

    @property
    def unknown_between(self) -> tuple[datetime, datetime] | None:
        """The stretch that a change of definition left unread."""
        return self.figure.unknown_between
