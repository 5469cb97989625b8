"""Tells a crisis drill in plain words: its steps, one after the other, and what was measured."""

from campaign.schedule.model import Schedule
from simulation.rehearse.drilled import PROMISED, READ_FOR, Drill
from simulation.rehearse.words import counted


def verdict(drill: Drill) -> str:
    """Say in one sentence whether the stop did what it promises."""
    promised = f"{int(PROMISED.total_seconds())} seconds are allowed"
    when = "No call left after the stop"
    if drill.calls_after:
        when = f"The last call left {drill.last_call_s:.1f} seconds after the stop"
    moved = drill.sent_by_lifting
    lifting = f"{counted(moved, 'delivery', 'deliveries')} MOVED" if moved else "nothing was sent"
    fault = "" if drill.holds else " Please report this to Campaign Desk."
    return f"{when} ({promised}); {lifting} by lifting it.{fault}"


def steps(drill: Drill, schedule: Schedule) -> tuple[tuple[str, str], ...]:
    """Return each step with its time in the campaign's zone."""
    thrown = f"{drill.thrown_at.astimezone(schedule.zone):%Y-%m-%d %H:%M:%S}"
    lifted = f"{drill.lifted_at.astimezone(schedule.zone):%Y-%m-%d %H:%M:%S}"
    reviewed = f"{(drill.lifted_at + READ_FOR).astimezone(schedule.zone):%Y-%m-%d %H:%M:%S}"
    flight = "A call was being made, and ended." if drill.in_flight else "No call was being made."
    held = counted(len(drill.held), "delivery", "deliveries")
    told = (
        (thrown, f"{drill.thrown_by} stopped everything. {flight} {_after(drill)}"),
        (lifted, f"{drill.thrown_by} wanted to lift it and was refused: {drill.refused}."),
        (lifted, f"{drill.lifted_by} read what was held ({held}) and lifted it. {_sent(drill)}"),
    )
    if not drill.held:
        return told
    return (*told, (reviewed, f"{drill.lifted_by} decided on each; each had waited for that."))


def _after(drill: Drill) -> str:
    if drill.calls_after == 0:
        return "No other one left."
    calls = counted(drill.calls_after, "more call")
    return f"{calls} left, the last one {drill.last_call_s:.1f} seconds after the stop."


def _sent(drill: Drill) -> str:
    if drill.sent_by_lifting == 0:
        return "Nothing was sent by that."
    moved = counted(drill.sent_by_lifting, "delivery", "deliveries")
    return f"{moved} MOVED by that, which must not be."
