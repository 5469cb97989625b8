"""This week beside the one before, over the channels that were read in both and over nothing else.

A channel takes part when it gave a settled number in both weeks under one definition: nothing
provisional, nothing spread from a first reading long after publication, no break. Without such a
channel there is no comparison, and the report says so in those words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analytics.attribution import Count
from analytics.gain_rows import GainRow
from analytics.totals import BASKET, Engagement, engagement, gains_frame, shown_by
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
    shown_on = _in_both(rows, before, [Metric.IMPRESSIONS])
    rate_on = _in_both(rows, before, [Metric.IMPRESSIONS, *BASKET])
    reach_on = _in_both(rows, before, [Metric.REACH])
    return Comparison(
        shown_channels=shown_on,
        shown=(_shown(before, shown_on), _shown(rows, shown_on)) if shown_on else None,
        rate_channels=rate_on,
        rate=_rates(rows, before, rate_on),
        reach_channels=reach_on,
        reach=_reaches(rows, before, reach_on),
    )


def _in_both(
    rows: Iterable[GainRow], before: Iterable[GainRow], metrics: Sequence[Metric]
) -> tuple[str, ...]:
    """List the channels on which every one of the metrics is settled and the same in both."""
    this, then = _read(rows), _read(before)
    fair = [
        {channel for channel, one in this if one is metric}
        & {channel for channel, one in then if one is metric} - _moved(this, then, metric)
        for metric in metrics
    ]
    return tuple(sorted(set.intersection(*fair)))


def _read(rows: Iterable[GainRow]) -> dict[tuple[str, Metric], set[str] | None]:
    """Return the definitions by channel and metric; None where something is not settled."""
    found: dict[tuple[str, Metric], set[str] | None] = {}
    for row in rows:
        if row.gain is None or not row.counted:
            continue
        key = (row.channel, row.metric)
        definitions = found.setdefault(key, set())
        if row.provisional or row.gain.backfilled:
            found[key] = None
        elif definitions is not None:
            definitions.add(row.definition or "")
    return found


def _moved(
    this: dict[tuple[str, Metric], set[str] | None],
    then: dict[tuple[str, Metric], set[str] | None],
    metric: Metric,
) -> set[str]:
    """Name the channels that are not settled, or that count otherwise than the week before."""
    return {
        channel
        for channel, one in this
        if one is metric
        and (this[channel, one] is None or this[channel, one] != then.get((channel, one)))
    }


def _on(rows: Iterable[GainRow], channels: Sequence[str]) -> list[GainRow]:
    return [row for row in rows if row.channel in channels]


def _shown(rows: Iterable[GainRow], channels: Sequence[str]) -> Count:
    return sum(shown_by(gains_frame(_on(rows, channels)), "channel").values(), 0)


def _rates(
    rows: Sequence[GainRow], before: Sequence[GainRow], channels: Sequence[str]
) -> tuple[Engagement, Engagement] | None:
    if not channels:
        return None
    then, this = (engagement(gains_frame(_on(one, channels))) for one in (before, rows))
    return None if then.rate is None or this.rate is None else (then, this)


def _reaches(
    rows: Sequence[GainRow], before: Sequence[GainRow], channels: Sequence[str]
) -> tuple[Reach, Reach] | None:
    if not channels:
        return None
    return weekly_reach(_on(before, channels), None), weekly_reach(_on(rows, channels), None)
