"""The minimum gap between two posts on one channel.

For fixed times it is a rule that somebody broke; for queues it is a reason to wait.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from campaign.planning.calendar import Calendar, wall_text
from campaign.planning.occasion import Ledger, Occasion
from campaign.schedule.values import duration_text


class Agenda:
    """The instants at which each channel is taken."""

    def __init__(self, gap: timedelta | None, occasions: Iterable[Occasion] = ()) -> None:
        self._gap = gap or timedelta(0)
        self._taken: dict[str, list[datetime]] = defaultdict(list)
        for one in occasions:
            self.take(one.channel, one.due_at)

    def take(self, channel: str, instant: datetime) -> None:
        """Note that the channel says something then."""
        insort(self._taken[channel], instant)

    def is_free(self, channel: str, instant: datetime) -> bool:
        """Say whether the gap to the channel's nearest posts is kept on both sides."""
        taken = self._taken[channel]
        place = bisect_left(taken, instant)
        nearest = taken[max(place - 1, 0) : place + 1]
        return all(one != instant and abs(one - instant) >= self._gap for one in nearest)


def check_gaps(ledger: Ledger, calendar: Calendar) -> None:
    """Object to fixed times of one channel that lie closer together than the rule allows."""
    gap = calendar.schedule.rules.minimum_gap
    by_channel: dict[str, list[Occasion]] = defaultdict(list)
    for one in ledger.occasions if gap else ():
        by_channel[one.channel].append(one)
    for occasions in by_channel.values():
        occasions.sort(key=lambda one: (one.due_at, one.entry, one.count))
        for first, second in pairwise(occasions):
            if gap and second.due_at - first.due_at < gap:
                _object(ledger, calendar, (first, second), gap)


def _object(
    ledger: Ledger, calendar: Calendar, pair: tuple[Occasion, Occasion], gap: timedelta
) -> None:
    earlier, later = sorted(pair, key=lambda one: (one.entry, one.due_at))
    message = (
        f"“{later.post}” for {later.channel} at {wall_text(calendar.local(later.due_at))} is less "
        f"than {duration_text(gap)} from “{earlier.post}” at "
        f"{wall_text(calendar.local(earlier.due_at))}"
    )
    ledger.object(("schedule", later.entry, "at"), "gap", message)
