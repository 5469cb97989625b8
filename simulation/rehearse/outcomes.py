"""What became of every delivery of a rehearsal: a line of the calendar, and how late it was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from analytics.weeks import week_of
from campaign.models import Delivery
from campaign.plan import PlannedDelivery
from campaign.states import State
from simulation.rehearse.script import Script

SENT_BY_US = frozenset({"api", "found"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One delivery, as it would run."""

    delivery: str
    post: str
    title: str
    channel: str
    partner: str
    network: str
    by_hand: bool
    due_at: datetime
    wall_time: str
    week: str
    state: State
    why: str
    """Why it did not simply go out; empty where it did."""
    notes: tuple[str, ...]
    """What the plan says of it: moved for a bank holiday, waited for its embargo."""
    late_s: float | None
    """Seconds from when it was due to when it was live; None where we did not send it."""
    found: bool
    """Whether its answer was lost and it was found on the network."""
    attempts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Lateness:
    """How long after their time posts went out, in seconds."""

    posts: int
    p50: float | None
    p95: float | None
    worst: float | None


def lines_of(script: Script, deliveries: Iterable[Delivery]) -> tuple[Line, ...]:
    """Return one line for every planned delivery, in the plan's order."""
    stood = {one.id: one for one in deliveries}
    return tuple(_line(script, one, stood[one.id]) for one in script.planned)


def lateness_of(lines: Iterable[Line]) -> Lateness:
    """Return the percentiles by nearest rank; None where nothing went out."""
    late = sorted(one.late_s for one in lines if one.late_s is not None)
    return Lateness(
        posts=len(late),
        p50=_rank(late, 50),
        p95=_rank(late, 95),
        worst=late[-1] if late else None,
    )


def _rank(ordered: Sequence[float], percent: int) -> float | None:
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else None


def _line(script: Script, one: PlannedDelivery, stood: Delivery) -> Line:
    by_us = stood.published_at is not None and stood.evidence in SENT_BY_US
    late = (stood.published_at - stood.due_at).total_seconds() if stood.published_at else 0.0
    return Line(
        delivery=one.id,
        post=one.post,
        title=script.posts[one.post].title,
        channel=one.channel,
        partner=one.partner,
        network=one.network,
        by_hand=one.mode == "pack",
        due_at=one.due_at,
        wall_time=one.wall_time,
        week=week_of(one.due_at, script.schedule.zone).name,
        state=_state(script, one, stood),
        why=_why(script, one, stood),
        notes=one.notes,
        late_s=max(0.0, late) if by_us else None,
        found=stood.evidence == "found",
        attempts=stood.attempt,
    )


def _state(script: Script, one: PlannedDelivery, stood: Delivery) -> State:
    """Return the state; what a partner would post by hand in a hold waits like all that is held."""
    state = State(stood.state)
    waits = state is State.WITH_PARTNER and script.holds(one.due_at, one.partner)
    return State.HELD if waits else state


def _why(script: Script, one: PlannedDelivery, stood: Delivery) -> str:
    if stood.state == State.PUBLISHED:
        return ""
    if stood.state == State.WITH_PARTNER:
        holds = script.holds(one.due_at, one.partner)
        return "; ".join((*holds, "the partner is not to post it by hand then")) if holds else ""
    return stood.note
