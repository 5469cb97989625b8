"""What a weekly report consists of; the values that the page, the charts and the files show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from analytics.coming import Coming
from analytics.comparison import Comparison
from analytics.gain_rows import GainRow
from analytics.objectives import Progress
from analytics.partners import Amplification, PartnerRow, Punctuality, TakeUp
from analytics.sectors import SectorRow
from analytics.top_posts import TopPost
from analytics.totals import Engagement, Total
from analytics.trend import TrendPoint
from analytics.walls import MissedReading
from analytics.weekly_reach import Reach
from analytics.weeks import Week
from connectors.contract import Paid


@dataclass(frozen=True, kw_only=True, slots=True)
class PostsLive:
    """Posts that were due in the week, and those of them that are out."""

    planned: int
    live: int
    waiting: Mapping[str, int]
    """How many are in each other state, by its stored name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekFigures:
    """The four figures of a week."""

    posts: PostsLive
    totals: tuple[Total, ...]
    reach: Reach
    engagement: Engagement


@dataclass(frozen=True, kw_only=True, slots=True)
class DefinitionRead:
    """What a number of the report counts on one channel, and when it was last read."""

    id: str
    network: str
    channel: str
    raw_name: str
    words: str
    paid: Paid
    """Whether it holds what was paid for."""
    evidence: tuple[str, ...]
    read_to: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Learning:
    """What a person learned from the week, in one sentence."""

    text: str
    person: str
    """As people write the name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Restated:
    """One figure of a week that was sent and is known otherwise now."""

    week: str
    sent_at: datetime
    figure: str
    was: str
    now: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """What a corrected report says first: which one it replaces, what changed, and why."""

    number: int
    replaces_sent_at: datetime
    changes: tuple[Restated, ...]
    reason: str
    """In the words of the person who sent it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """One week of one campaign, as known at `as_of`."""

    campaign: str
    title: str
    week: Week
    as_of: datetime
    correction: Correction | None
    """Set where this replaces a report that its readers hold."""
    headline: str
    quotation: str | None
    """A sentence that is true by itself; None where there is nothing to quote."""
    provisional: bool
    """Networks still report: figures may grow."""
    needed: tuple[str, ...]
    """What the report asks of its reader, what people ask for first."""
    restated: tuple[Restated, ...]
    compared: Comparison
    learning: Learning | None
    """None where nobody has written it yet."""
    comparison: str | None
    """"in line with recent weeks" and the like, only where weeks may be compared."""
    this: WeekFigures
    before: WeekFigures
    gains: tuple[GainRow, ...]
    partners: tuple[PartnerRow, ...]
    take_up: TakeUp
    punctuality: Punctuality
    amplification: Amplification
    trend: tuple[TrendPoint, ...]
    top_posts: tuple[TopPost, ...]
    sectors: tuple[SectorRow, ...]
    objectives: tuple[Progress, ...]
    next_week: PostsLive
    coming: tuple[Coming, ...]
    missed: tuple[MissedReading, ...]
    """Posts of the week without their last reading before the network's own wall."""
    caveats: tuple[str, ...]
    """The weightiest first; the page has room for four."""
    definitions: tuple[DefinitionRead, ...]
    networks: Mapping[str, str]
    """Titles of the networks by name."""
    universe_source: str | None
