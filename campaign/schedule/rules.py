"""When: the campaign's dates, its slots, and the rules that every entry obeys."""

from datetime import date, time, timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)

from campaign.schedule.parties import PartnerRef
from campaign.schedule.parts import Strict
from campaign.schedule.reporting import PersonRef
from campaign.schedule.spans import QuietSpan
from campaign.schedule.values import Duration, TimeOfDay, read_time, refuse

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Slot(Strict):
    """A time of day that queues go out at."""

    days: tuple[Weekday, ...] = Field(min_length=1, description="Days of the week.")
    at: TimeOfDay

    def falls_on(self, day: date) -> bool:
        """Say whether the slot exists on that day of the week."""
        return WEEKDAYS[day.weekday()] in self.days


class OpeningHours(tuple[time, time]):
    """From when to when posts may go out, both included."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{self[0]:%H:%M}-{self[1]:%H:%M}"

    def include(self, moment: time) -> bool:
        """Say whether a time of day lies within."""
        return self[0] <= moment <= self[1]


def read_hours(value: Any) -> OpeningHours:
    """Read `08:00-20:00`."""
    if isinstance(value, OpeningHours):
        return value
    opens, dash, closes = str(value).replace(" ", "").partition("-")
    if not dash:
        refuse(f"“{value}” is no pair of times; write for example 08:00-20:00")
    hours = OpeningHours((read_time(opens), read_time(closes)))
    if hours[0] >= hours[1]:
        refuse(f"“{value}” ends before it begins; write for example 08:00-20:00")
    return hours


Hours = Annotated[
    OpeningHours,
    PlainValidator(read_hours),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{1,2}:\d{2} ?- ?\d{1,2}:\d{2}$",
            "description": "When posts may go out, local time, both ends included.",
            "examples": ["08:00-20:00"],
        }
    ),
]


class BankHolidays(Strict):
    """What happens to posts that would fall on a bank holiday."""

    region: Literal["england-and-wales", "scotland", "northern-ireland"]
    do: Literal["next-slot", "drop"] = Field(
        description="next-slot: the next day that is none; drop: not at all, and the plan says so."
    )


class Window(QuietSpan):
    """Days on which some partners keep quiet."""

    partners: tuple[PartnerRef, ...] | None = Field(
        default=None, description="Whose posts; everybody's where this is left out."
    )

    def holds(self, day: date, partner: str) -> bool:
        """Say whether a post of that partner on that local day is held."""
        return self.covers(day) and (self.partners is None or partner in self.partners)


class Rules(Strict):
    """What holds for every entry."""

    approval: Literal["required", "none"] = Field(
        default="required", description="Whether the owner approves every post before it goes out."
    )
    late_limit: Duration = Field(
        default=timedelta(minutes=30),
        description="A post found later than this is not sent by itself; a person decides.",
    )
    hours: Hours | None = None
    bank_holidays: BankHolidays | None = None
    minimum_gap: Duration | None = Field(
        default=None, description="Least time between two posts on one channel."
    )
    windows: tuple[Window, ...] = ()
    replies: PersonRef | None = Field(
        default=None,
        description="Who answers what people write under posts whose entry names nobody.",
    )
