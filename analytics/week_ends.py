"""The read before a week's end that follows a reading: `cadence`, for many readings at once."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np

from analytics.cadence import OBSERVED_WITHIN, WEEK_END_AIM
from analytics.week_rows import Numbers
from campaign.instants import from_micros, to_micros
from campaign.store.week_cut import starts_at, week_ending_with

_MICROSECOND = timedelta(microseconds=1)


def week_end_reads_after(read_at: Numbers, zone: ZoneInfo) -> Numbers:
    """Return, in microseconds, the first week-end read that each reading does not stand for."""
    if not len(read_at):
        return read_at
    first = week_ending_with(from_micros(int(read_at.min())), zone)
    last = week_ending_with(from_micros(int(read_at.max())), zone)
    ends = [to_micros(starts_at(number + 1, zone)) for number in range(first, last + 3)]
    boundaries = np.array(ends, dtype=np.int64)
    place = np.searchsorted(boundaries, read_at, side="right")
    place += read_at >= boundaries[place] - OBSERVED_WITHIN // _MICROSECOND
    following: Numbers = boundaries[place] - WEEK_END_AIM // _MICROSECOND
    return following
