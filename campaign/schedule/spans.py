"""Days from one to another, and those among them on which posts are held for a person."""

from datetime import date
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from campaign.schedule.parts import Strict, Text
from campaign.schedule.values import Day, refuse


class Span(Strict):
    """Two days and all between them, both included."""

    from_on: Day = Field(alias="from", description="The first day.")
    until_on: Day = Field(alias="until", description="The last day, included.")

    @field_validator("until_on")
    @classmethod
    def _not_before(cls, until: date, info: ValidationInfo) -> date:
        first = info.data.get("from_on")
        if first is not None and until < first:
            refuse(f"“{until}” is before the first day {first}")
        return until

    def covers(self, day: date) -> bool:
        """Say whether a local day lies in it."""
        return self.from_on <= day <= self.until_on


class QuietSpan(Span):
    """Days on which posts are held for a person to decide."""

    do: Literal["hold"]
    reason: Text = Field(description="Shown to everybody who asks why.")
