"""One thing the schedule promises: which post goes where, when, and what it says."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign.payload import Payload


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedDelivery:
    """One post for one channel at one time, as the plan says; the stored row has the state."""

    id: str
    """entry/channel/run"""
    entry: str
    post: str
    channel: str
    partner: str
    network: str
    mode: str
    run: str
    """The post's name in a queue; else counted from the series' start, from 1."""
    due_at: datetime
    wall_time: str
    """`2027-01-12 08:30` in the campaign's zone, for people; `due_at` is what counts."""
    late_limit: timedelta
    gates: tuple[str, ...]
    """What has to be said before it goes out; empty where nobody is asked."""
    payload: Payload
    part: int = 1
    """Which part of a thread it is; a first comment is the second."""
    follows: str | None = None
    """The delivery that has to be out first: the part before, or the post that it reposts."""
    embargo_until: datetime | None = None
    """The first instant at which anybody outside may see the post."""
    theme: str = ""
    """What the post is about, as a stop by theme knows it; empty for nothing in particular."""
    notes: tuple[str, ...] = ()
    """What people should know: moved, held, waiting for an embargo."""
