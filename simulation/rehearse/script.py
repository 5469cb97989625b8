"""What a rehearsal plays: the user's own schedule and posts, turned towards networks not real.

Nothing of the campaign is changed but its addresses: every connected channel speaks to the
rehearsal's server of its network.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from analytics.weeks import Week
from campaign.checks.report import Report
from campaign.content.post import Post
from campaign.plan import PlannedDelivery, plan
from campaign.planning.calendar import Calendar
from campaign.schedule.faults import FaultsFound
from campaign.schedule.model import Schedule
from campaign.schedule.parties import Channel
from campaign.wiring import NETWORKS
from simulation.accounts import draw_followers
from simulation.cast import Cast, Seat
from simulation.transport import host_of
from simulation.weekly import REPORT_AT, weeks_of

APPLIED_AT = time(9)
"""On the day before the campaign's first."""


class NothingPlannedError(Exception):
    """The schedule plans no post in the days that were asked for."""


@dataclass(frozen=True, kw_only=True)
class Script:
    """One rehearsal, before it is played."""

    schedule: Schedule
    """As the user wrote it."""
    posts: Mapping[str, Post]
    planned: tuple[PlannedDelivery, ...]
    """As the rehearsal applies it, earliest first."""
    report: Report
    until: date
    """The last day that is played; posts due later are left out."""
    seed: int

    @cached_property
    def rehearsed(self) -> Schedule:
        """The schedule with the rehearsal's addresses."""
        return with_rehearsal_servers(self.schedule)

    @property
    def connected(self) -> tuple[PlannedDelivery, ...]:
        """The deliveries that go out by themselves."""
        return tuple(one for one in self.planned if one.mode != "pack")

    @property
    def starts_at(self) -> datetime:
        """When the plan is applied."""
        before = self.schedule.runs.from_on - timedelta(days=1)
        return datetime.combine(before, APPLIED_AT, tzinfo=self.schedule.zone).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        """When the last week's report has been made."""
        return self.weeks[-1].end_at + REPORT_AT

    @cached_property
    def weeks(self) -> tuple[Week, ...]:
        """The weeks that are played."""
        return tuple(weeks_of(self.schedule, self.until))

    @cached_property
    def cast(self) -> Cast:
        """The accounts that the program itself signs in to."""
        followers = draw_followers(self.schedule, self.seed)
        seats = {
            name: Seat(channel.network, channel.partner, channel.handle or name)
            for name, channel in self.schedule.channels.items()
            if channel.mode != "pack"
        }
        return Cast(
            start_at=self.starts_at,
            seats=seats,
            followers={seat.account: followers[name] for name, seat in seats.items()},
        )

    def day_of(self, one: PlannedDelivery) -> date:
        """Return the local day a delivery is due on."""
        return _day(one, self.schedule)

    def holds(self, due_at: datetime, partner: str) -> tuple[str, ...]:
        """Name the windows in which a post would be held."""
        return Calendar(self.schedule).holds(due_at, partner)


def write_script(report: Report, until: date | None, seed: int) -> Script:
    """Make a script of a checked folder.

    Raises:
        FaultsFound: the folder has faults, so it could not be applied either.
        NothingPlannedError: there is nothing to play.
    """
    if report.faults or report.schedule is None:
        raise FaultsFound(report.faults)
    schedule = report.schedule
    last = until or schedule.runs.until_on
    every = plan(with_rehearsal_servers(schedule), report.posts, NETWORKS)
    planned = tuple(one for one in every if _day(one, schedule) <= last)
    if not planned:
        days = f"from {schedule.runs.from_on} to {last}"
        raise NothingPlannedError(f"the schedule plans no post {days}: nothing to rehearse")
    return Script(
        schedule=schedule,
        posts=report.posts,
        planned=planned,
        report=report,
        until=last,
        seed=seed,
    )


def with_rehearsal_servers(schedule: Schedule) -> Schedule:
    """Turn every connected channel towards the rehearsal's server of its network."""
    channels = {name: _turned(channel) for name, channel in schedule.channels.items()}
    return schedule.model_copy(update={"channels": channels})


def _turned(channel: Channel) -> Channel:
    if channel.mode == "pack":
        return channel
    return channel.model_copy(update={"server": f"https://{host_of(channel.network)}"})


def _day(one: PlannedDelivery, schedule: Schedule) -> date:
    return one.due_at.astimezone(schedule.zone).date()
