"""What an operator has to be told of, judged from what was measured; no wording, ids only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from campaign.operating.heartbeats import missing_for_publishing
from campaign.operating.measuring import Measured
from campaign.operating_settings import Operating

SIGN_IN_WARNED = timedelta(days=3)


class Kind(StrEnum):
    """What an alarm is about. Stored, and sent in JSON."""

    DATABASE = "database"
    PUBLISHING = "publishing"
    OVERDUE = "overdue"
    SIGN_IN = "sign-in"
    READINGS = "readings"


URGENT = frozenset({Kind.DATABASE, Kind.PUBLISHING, Kind.OVERDUE})
"""Posts do not go out: said again every hour. The others are said again every day."""
AGAIN, AGAIN_NOT_URGENT = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One thing that is not as it should be."""

    kind: Kind
    about: str = ""
    """The channel or network, where it is about one."""
    words: str
    """One sentence."""


def again_after(kind: str) -> timedelta:
    """Return after how long an alarm that stands is told of again."""
    return AGAIN if kind in URGENT else AGAIN_NOT_URGENT


def judge(seen: Measured, watching: Operating, *, by_workers: bool) -> Iterator[Found]:
    """Yield everything that is not as it should be; `by_workers` is where workers send."""
    missing = missing_for_publishing(seen.beats, seen.as_of, by_workers=by_workers)
    if missing:
        yield Found(kind=Kind.PUBLISHING, words=f"{missing}, so nothing goes out")
    yield from overdue(seen, watching)
    for (channel, _), ends_at in sorted(seen.sign_ins_end.items()):
        if ends_at - seen.as_of <= SIGN_IN_WARNED:
            yield Found(kind=Kind.SIGN_IN, about=channel, words=_ending(channel, ends_at, seen))
    for lag in seen.lags:
        if lag.oldest > watching.collection_lag_at_most:
            words = f"counts from {lag.network} are {_long(lag.oldest)} overdue"
            yield Found(kind=Kind.READINGS, about=lag.network, words=words)


def overdue(seen: Measured, watching: Operating) -> Iterator[Found]:
    """Yield what has been due for too long, if anything has."""
    oldest = seen.oldest_due
    if oldest is not None and oldest.age > watching.oldest_due_at_most:
        more = f" ({seen.due} are due)" if seen.due > 1 else ""
        words = f"{oldest.delivery} has been due for {_long(oldest.age)} and is not out{more}"
        yield Found(kind=Kind.OVERDUE, words=words)


def _ending(channel: str, ends_at: datetime, seen: Measured) -> str:
    verb = "ended" if ends_at <= seen.as_of else "ends"
    return f"the sign-in of {channel} {verb} on {ends_at:%d %B %Y, %H:%M} UTC"


def _long(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // 1440} days"
