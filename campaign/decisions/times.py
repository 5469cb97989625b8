"""The new time of a delivery that a person decides on: now or later, inside the hours."""

from datetime import UTC, datetime

from campaign.decisions.approvals import CannotDecideError
from campaign.decisions.settling import NewTime
from campaign.schedule.local_time import wall_clock
from campaign.schedule.model import Schedule


def at_once(schedule: Schedule, now: datetime, *, any_hour: bool = False) -> NewTime:
    """Return the present instant; outside the hours only what is essential may have it.

    Raises `CannotDecideError` where the hours forbid it.
    """
    if not any_hour:
        _check_hours(schedule, now)
    return _written(schedule, now)


def later(schedule: Schedule, now: datetime, due_at: datetime) -> NewTime:
    """Return an instant to come; raise `CannotDecideError` where it is past or not in the hours."""
    if due_at <= now:
        wall = wall_clock(due_at, schedule.zone)
        raise CannotDecideError(
            f"{wall:%Y-%m-%d %H:%M} is past; give a time to come, or send it now"
        )
    _check_hours(schedule, due_at)
    return _written(schedule, due_at)


def _check_hours(schedule: Schedule, due_at: datetime) -> None:
    hours = schedule.rules.hours
    wall = wall_clock(due_at, schedule.zone)
    if hours is not None and not hours.include(wall.time()):
        raise CannotDecideError(
            f"{wall:%H:%M} lies outside the campaign's hours {hours}; an approver may send one "
            f"essential post with --send-now --essential"
        )


def _written(schedule: Schedule, due_at: datetime) -> NewTime:
    wall = wall_clock(due_at, schedule.zone)
    return NewTime(due_at=due_at.astimezone(UTC), wall_time=f"{wall:%Y-%m-%d %H:%M}")
