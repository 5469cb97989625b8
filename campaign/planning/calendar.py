"""The campaign's calendar: which local days are bank holidays, hours, holds and campaign days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from campaign.schedule.local_time import wall_clock
from campaign.schedule.model import Schedule

SUBDIVISIONS = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}
"""As the `holidays` package names them; England's and Wales's bank holidays are the same."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the rules say of single days and instants; everything in the campaign's zone."""

    schedule: Schedule
    _shown: dict[datetime, datetime] = field(default_factory=dict, compare=False, repr=False)
    """What the clocks show, by instant: one entry asks for the same one for all its channels."""

    def local(self, instant: datetime) -> datetime:
        """Return what the campaign's clocks show."""
        shown = self._shown.get(instant)
        if shown is None:
            shown = self._shown[instant] = wall_clock(instant, self.schedule.zone)
        return shown

    def holiday(self, day: date) -> str | None:
        """Name the bank holiday of a day, where the rules look at them."""
        rule = self.schedule.rules.bank_holidays
        return bank_holidays(rule.region, day.year).get(day) if rule else None

    def drops_holidays(self) -> bool:
        """Say whether posts on a bank holiday are left out instead of moved."""
        rule = self.schedule.rules.bank_holidays
        return rule is not None and rule.do == "drop"

    def next_working(self, day: date) -> date:
        """Return the next day that is no bank holiday."""
        day += timedelta(days=1)
        while self.holiday(day):
            day += timedelta(days=1)
        return day

    def in_hours(self, instant: datetime) -> bool:
        """Say whether posts may go out at an instant."""
        hours = self.schedule.rules.hours
        return hours is None or hours.include(self.local(instant).time())

    def in_campaign(self, instant: datetime) -> bool:
        """Say whether an instant lies in the campaign's days."""
        return self.schedule.runs.covers(self.local(instant).date())

    def holds(self, instant: datetime, partner: str) -> tuple[str, ...]:
        """Name the windows in which the partner's post would be held."""
        day = self.local(instant).date()
        return tuple(
            f"falls into the hold “{one.reason}” "
            f"({day_text(one.from_on)} to {day_text(one.until_on)})"
            for one in self.schedule.windows()
            if one.holds(day, partner)
        )


@lru_cache(maxsize=64)
def bank_holidays(region: str, year: int) -> Mapping[date, str]:
    """Return a region's bank holidays of a year, substitute days included."""
    import holidays  # noqa: PLC0415 - 0.3 s and 9 MB that only this rule needs

    found = holidays.country_holidays("GB", subdiv=SUBDIVISIONS[region], years=year)
    return {day: str(name) for day, name in found.items()}


def day_text(day: date) -> str:
    """Write a day as people do: 26 March 2027."""
    return f"{day.day} {day:%B %Y}"


def wall_text(local: datetime) -> str:
    """Write a local time as the schedule does: 2027-01-12 08:30, seconds only where there are."""
    return local.isoformat(" ", "seconds" if local.second else "minutes")
