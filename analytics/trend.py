"""Times shown week by week, and whether this week differs from the ones before.

A word such as "up" is only used by rule, and only between weeks for which the same channels
were read; otherwise the figures stand beside each other without a comparison.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median, quantiles

from analytics.attribution import Count
from analytics.gains import weekly_gains
from analytics.known import Known
from analytics.totals import Total, counted_by_channel, gains_frame, shown_by, sum_up
from analytics.weeks import Week
from connectors.contract import Metric

WEEKS_SHOWN = 12
FIRST_DRAWN = 4
"""With fewer weeks there is no trend to draw."""
_WEEKS_COMPARED = 8
_FEWEST_COMPARED = 4
"""Below that there is no middle half worth the name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrendPoint:
    """One week's times shown, None when no channel gave a number."""

    week: Week
    total: Total | None
    by_channel: Mapping[str, Count]
    definitions: Mapping[str, frozenset[str]]
    """What was counted, by channel."""

    @property
    def net(self) -> Count | None:
        """The times shown."""
        return self.total.net if self.total else None

    def on(self, channels: Iterable[str]) -> Count | None:
        """Return the times shown on these channels, None unless each of them gave a number."""
        wanted = list(channels)
        if any(one not in self.by_channel for one in wanted):
            return None
        return sum(self.by_channel[one] for one in wanted)


def trend(known: Known, week: Week) -> list[TrendPoint]:
    """Return up to twelve weeks that end with this one, from the first week with a post out."""
    weeks = [week.shifted(-back) for back in reversed(range(WEEKS_SHOWN))]
    points = [_point(known, one) for one in weeks]
    first = next((i for i, point in enumerate(points) if point.total is not None), len(points) - 1)
    return points[first:]


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """Where some channels began to count something else: nothing is compared across it."""

    week: Week
    channels: tuple[str, ...]


def breaks(points: Sequence[TrendPoint]) -> list[Break]:
    """List the weeks in which, or just before which, a channel began to count something new."""
    found = []
    counted: dict[str, frozenset[str]] = {}
    for point in points:
        channels = [
            channel
            for channel, definitions in sorted(point.definitions.items())
            if definitions - counted.get(channel, definitions) or len(definitions) > 1
        ]
        counted |= point.definitions
        if channels:
            found.append(Break(week=point.week, channels=tuple(channels)))
    return found


def compare(points: Sequence[TrendPoint]) -> str | None:
    """Say where the last week stands, or None where weeks cannot be compared.

    "Up" and "down" mean outside the middle half of up to eight earlier weeks, counted on the
    channels that were read this week. At least four weeks must have a number of each of these
    channels, with nothing outstanding.
    """
    this = points[-1]
    if not _is_settled(this.total) or this.total is None or this.net is None:
        return None
    earlier = comparable(points)
    if len(earlier) < _FEWEST_COMPARED:
        return None
    low, _, high = quantiles(earlier, n=4, method="inclusive")
    if this.net > high:
        return "up on recent weeks"
    return "down on recent weeks" if this.net < low else "in line with recent weeks"


def comparable(points: Sequence[TrendPoint]) -> list[Fraction]:
    """Return the times shown in earlier weeks on the channels that were read this week."""
    this = points[-1].total
    if this is None or not this.channels:
        return []
    earlier = _unbroken(points)[:-1][-_WEEKS_COMPARED:]
    settled = [point for point in earlier if _is_settled(point.total)]
    nets = [point.on(this.channels) for point in settled]
    return [Fraction(net) for net in nets if net is not None]


def four_week_median(points: Sequence[TrendPoint]) -> Count | None:
    """Return the median of the last four comparable weeks, None where there are not four."""
    earlier = comparable(points)[-4:]
    return median(earlier) if len(earlier) == 4 else None


def _unbroken(points: Sequence[TrendPoint]) -> Sequence[TrendPoint]:
    """Return the weeks since the last break, which holds back the week it lies in as well."""
    broken = breaks(points)
    if not broken:
        return points
    last = max(index for index, one in enumerate(points) if one.week == broken[-1].week)
    return points[last:]


def _point(known: Known, week: Week) -> TrendPoint:
    rows = weekly_gains(known, week, [Metric.IMPRESSIONS])
    frame = gains_frame(rows)
    return TrendPoint(
        week=week,
        total=_only(sum_up(frame)),
        by_channel=shown_by(frame, "channel"),
        definitions=counted_by_channel(frame),
    )


def _only(totals: Iterable[Total]) -> Total | None:
    return next(iter(totals), None)


def _is_settled(total: Total | None) -> bool:
    return total is not None and not total.provisional and not total.backfilled
