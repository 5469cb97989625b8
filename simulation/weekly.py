"""The fixed hours of a campaign's week, in the demo and in rehearsals."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from analytics.weeks import Week, week_of
from campaign.schedule.model import Schedule

COUNT_AT = timedelta(minutes=-30)
"""When those who post by hand write their numbers down."""
SEND_AT = timedelta(hours=10)
"""When they send them."""
REPORT_AT = timedelta(days=1, hours=9)
"""When the report is made. All three are from the end of the week, Monday 00:00."""


def weeks_of(schedule: Schedule, until: date) -> Iterator[Week]:
    """Yield the weeks from the campaign's first day to a day, both included."""
    first = datetime.combine(schedule.runs.from_on, time(12), tzinfo=schedule.zone)
    week = week_of(first, schedule.zone)
    while week.monday_on <= until:
        yield week
        week = week.shifted(1)
