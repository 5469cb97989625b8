"""This week beside the one before, over the channels that were read in both and over nothing else.

A channel takes part when it gave a settled number in both weeks under one definition: nothing
provisional, nothing spread from a first reading long after publication, no break. Without such a
channel there is no comparison, and the report says so in those words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analytics.attribution import Count
from analytics.gain_rows import GainRow
from analytics.totals import BASKET, Engagement, engagement, gains_frame, numbers_in, shown_by
from analytics.weekly_reach import Reach, weekly_reach
from connectors.contract import Metric

NO_COMPARISON = "no comparison"


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Two weeks over the same channels; empty channels mean that there is no comparison."""

    shown_channels: tuple[str, ...]
    shown: tuple[Count, Count] | None
    """Times shown: the week before, this week."""
    rate_channels: tuple[str, ...]
    rate: tuple[Engagement, Engagement] | None
    reach_channels: tuple[str, ...]
    reach: tuple[Reach, Reach] | None

    @property
    def rates_overlap(self) -> bool:
        """Whether the two intervals overlap, so that the difference may be chance."""
        if self.rate is None:
            return True
        before, this = self.rate
        ends = (before.lower, before.upper, this.lower, this.upper)
        if None in ends:
            return True
        low, high = max(before.lower or 0, this.lower or 0), min(before.upper or 0, this.upper or 0)
        return low <= high


def compare_weeks(rows: Sequence[GainRow], before: Sequence[GainRow]) -> Comparison:
    """Compare the gains of two weeks where that is fair."""
    this, then = gains_frame(rows), gains_frame(before)
    shown_on = _in_both(this, then, [Metric.IMPRESSIONS])
    rate_on = _in_both(this, then, [Metric.IMPRESSIONS, *BASKET])
    reach_on = _in_both(this, then, [Metric.REACH])
    return Comparison(
        shown_channels=shown_on,
        shown=(_shown(then, shown_on), _shown(this, shown_on)) if shown_on else None,
        rate_channels=rate_on,
        rate=_rates(then, this, rate_on),
        reach_channels=reach_on,
        reach=_reaches(before, rows, reach_on),
    )


def _in_both(this: pd.DataFrame, then: pd.DataFrame, metrics: Sequence[Metric]) -> tuple[str, ...]:
    """List the channels on which every one of the metrics is settled and the same in both."""
    fair = []
    for metric in metrics:
        now, before = _settled(this, metric), _settled(then, metric)
        fair.append({name for name, counted in now.items() if before.get(name) == counted})
    return tuple(sorted(set.intersection(*fair)))


def _settled(frame: pd.DataFrame, metric: Metric) -> dict[str, frozenset[str]]:
    """Return what is counted by channel, of the channels on which nothing is outstanding."""
    read = numbers_in(frame[frame["metric"] == metric])
    unsettled = read["provisional"].astype(bool) | read["backfilled"].astype(bool)
    open_on = set(read["channel"][unsettled])
    pairs = read[["channel", "definition"]].drop_duplicates()
    found: dict[str, set[str]] = {}
    for channel, definition in pairs.itertuples(index=False, name=None):
        found.setdefault(str(channel), set()).add(str(definition))
    return {name: frozenset(one) for name, one in found.items() if name not in open_on}


def _on(frame: pd.DataFrame, channels: Sequence[str]) -> pd.DataFrame:
    return frame[frame["channel"].isin(list(channels))]


def _shown(frame: pd.DataFrame, channels: Sequence[str]) -> Count:
    return sum(shown_by(_on(frame, channels), "channel").values(), 0)


def _rates(
    then: pd.DataFrame, this: pd.DataFrame, channels: Sequence[str]
) -> tuple[Engagement, Engagement] | None:
    if not channels:
        return None
    before, now = engagement(_on(then, channels)), engagement(_on(this, channels))
    return None if before.rate is None or now.rate is None else (before, now)


def _reaches(
    then: Sequence[GainRow], this: Sequence[GainRow], channels: Sequence[str]
) -> tuple[Reach, Reach] | None:
    if not channels:
        return None
    before, now = ([row for row in rows if row.channel in channels] for rows in (then, this))
    return weekly_reach(before, None), weekly_reach(now, None)
