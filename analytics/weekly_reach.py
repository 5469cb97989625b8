"""How many people the posts of a week newly reached: from the gains to true bounds.

The rise of one post's reach over a week is the number of people that this post reached for the
first time. Over several posts that gives a least and a most, never a sum.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from analytics.attribution import Count
from analytics.gain_rows import GainRow
from analytics.gain_table import count_of_parts
from analytics.reach import Model, bounds, models
from analytics.totals import gains_frame
from analytics.week_gains import NOTHING
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
    frame = gains_frame(rows)
    of_reach = frame[frame["metric"] == Metric.REACH]
    counted = of_reach[of_reach["counted"].astype(bool) & of_reach["has_number"].astype(bool)]
    channels = set(counted["channel"].unique())
    without = tuple(sorted(set(of_reach["channel"].unique()) - channels))
    least, most, best = (_by_post(counted, end) for end in ("lower", "upper", "net"))
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
        provisional=bool(counted["provisional"].any()),
        reason=NOT_COUNTED if counted.empty else None,
    )


def _by_post(rows: pd.DataFrame, end: str) -> list[Count]:
    """Add up one end of the range over the definitions of each post; an open end is the net."""
    parts = rows[f"{end}_parts"].where(rows[f"{end}_parts"] != NOTHING, rows["net_parts"])
    sums = parts.groupby(rows["delivery"]).sum().clip(lower=0)
    return [count_of_parts(one) for one in sums.tolist()]
