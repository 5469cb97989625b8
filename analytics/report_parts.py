"""What a weekly report consists of; the values that the page, the charts and the files show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from analytics.gain_rows import GainRow
from analytics.partners import Amplification, PartnerRow, TakeUp
from analytics.top_posts import TopPost
from analytics.totals import Engagement, Total
from analytics.trend import TrendPoint
from analytics.weekly_reach import Reach
from analytics.weeks import Week


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
    evidence: tuple[str, ...]
    read_to: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """One week of one campaign, as known at `as_of`."""

    campaign: str
    title: str
    week: Week
    as_of: datetime
    headline: str
    comparison: str | None
    """"in line with recent weeks" and the like, only where weeks may be compared."""
    this: WeekFigures
    before: WeekFigures
    gains: tuple[GainRow, ...]
    partners: tuple[PartnerRow, ...]
    take_up: TakeUp
    amplification: Amplification
    trend: tuple[TrendPoint, ...]
    top_posts: tuple[TopPost, ...]
    next_week: PostsLive
    caveats: tuple[str, ...]
    """The weightiest first; the page has room for four."""
    definitions: tuple[DefinitionRead, ...]
    networks: Mapping[str, str]
    """Titles of the networks by name."""
    universe_source: str | None
