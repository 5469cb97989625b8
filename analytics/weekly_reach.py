"""How many people the posts of a week newly reached: from the gains to true bounds.

The rise of one post's reach over a week is the number of people that this post reached for the
first time. Over several posts that gives a least and a most, never a sum.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from analytics.attribution import Count
from analytics.gain_rows import GainRow
from analytics.reach import Model, bounds, models
from connectors.contract import Metric

NOT_COUNTED = "no network of a post that is out has counted people"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """People newly reached in the week by at least one post, on the channels that count people."""

    lower: Count | None
    upper: Count | None
    universe: int | None
    """How many people the campaign is for; None when not stated, or when it proved too small."""
    too_small_universe: int | None
    """The stated size, where a single post reached more people than that."""
    models: tuple[Model, ...]
    channels: tuple[str, ...]
    without: tuple[str, ...]
    """Channels with a post out that give no number of people."""
    provisional: bool
    reason: str | None


def weekly_reach(rows: Iterable[GainRow], universe: int | None) -> Reach:
    """Return the bounds over all posts with a counted reach.

    A post whose reach was estimated between readings takes part with its range. A falling count
    means that the network took people back, which no bound can follow below 0.
    """
    of_reach = [row for row in rows if row.metric is Metric.REACH]
    counted = [row for row in of_reach if row.counted and row.gain is not None]
    channels = {row.channel for row in counted}
    without = tuple(sorted({row.channel for row in of_reach} - channels))
    least, most, best = _by_post(counted, "lower"), _by_post(counted, "upper"), _nets(counted)
    too_small = universe if universe is not None and max(most, default=0) > universe else None
    holds = None if too_small else universe
    return Reach(
        lower=max(least, default=None),
        upper=bounds(most, holds)[1] if most else None,
        universe=holds,
        too_small_universe=too_small,
        models=models(best, holds),
        channels=tuple(sorted(channels)),
        without=without,
        provisional=any(row.provisional for row in counted),
        reason=None if counted else NOT_COUNTED,
    )


def _by_post(rows: Iterable[GainRow], end: str) -> list[Count]:
    """Add up one end of the range over the definitions of each post; an open end is the net."""
    found: dict[str, Count] = {}
    for row in rows:
        if row.gain is not None:
            value = getattr(row.gain, end)
            value = row.gain.net if value is None else value
            found[row.delivery] = found.get(row.delivery, 0) + value
    return [max(0, value) for value in found.values()]


def _nets(rows: Iterable[GainRow]) -> list[Count]:
    return _by_post(rows, "net")
