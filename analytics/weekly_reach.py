"""How many people the posts of a week newly reached: from the gains to true bounds.

The rise of one post's reach over a week is the number of people that this post reached for the
first time. Over several posts that gives a least and a most, never a sum.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from analytics.attribution import Count
from analytics.gain_lines import Lines
from analytics.gain_rows import GainRow
from analytics.gain_table import count_of_parts
from analytics.reach import Model, bounds, models
from analytics.totals import gains_frame
from analytics.week_gains import NOTHING
from analytics.week_rows import Numbers
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
    lines = Lines(gains_frame(rows))
    counted, channels = lines.counted(Metric.REACH), lines.texts("channel")
    read = channels.of(counted)
    without = tuple(one for one in channels.of(lines.about(Metric.REACH)) if one not in read)
    least, most, best = (_by_post(lines, counted, end) for end in ("lower", "upper", "net"))
    largest = count_of_parts(int(most.max(initial=0)))
    too_small = universe if universe is not None and largest > universe else None
    holds = None if too_small else universe
    return Reach(
        lower=count_of_parts(int(least.max())) if len(least) else None,
        upper=bounds([count_of_parts(int(most.sum()))], holds)[1] if len(most) else None,
        universe=holds,
        too_small_universe=too_small,
        models=models([count_of_parts(one) for one in best.tolist()], holds),
        channels=read,
        without=without,
        provisional=bool(lines.flags("provisional")[counted].any()),
        reason=None if len(counted) else NOT_COUNTED,
    )


def _by_post(lines: Lines, rows: Numbers, end: str) -> Numbers:
    """Add up one end of the range over the definitions of each post; an open end is the net."""
    parts = lines.numbers(f"{end}_parts")[rows]
    closed = np.where(parts != NOTHING, parts, lines.numbers("net_parts")[rows])
    sums, present = lines.texts("delivery").sums(rows, closed)
    return np.maximum(sums[present], 0)
