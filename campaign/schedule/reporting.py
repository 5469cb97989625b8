"""Who releases the weekly report, who stands in for them, and who reads it."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from campaign.schedule.known import check_name
from campaign.schedule.parts import Strict
from campaign.schedule.spans import Span


def _known_person(name: str, info: ValidationInfo) -> str:
    return check_name(name, "people", info)


PersonRef = Annotated[str, AfterValidator(_known_person)]


class Deputy(Span):
    """Somebody who may release in place of the named person, from one day to another."""

    person: PersonRef


class Reporting(Strict):
    """How the weekly report gets to its readers."""

    released_by: PersonRef = Field(description="Writes what was learned, and releases the report.")
    deputies: tuple[Deputy, ...] = Field(default=(), description="Who may do it when.")
    readers: tuple[PersonRef, ...] = Field(
        default=(), description="Who gets it; where none is named, everybody with the role reader."
    )

    def releasers(self, day: date) -> tuple[str, ...]:
        """Return who may release on a day: the named person, then the deputies of that day."""
        deputies = (one.person for one in self.deputies if one.covers(day))
        return tuple(dict.fromkeys((self.released_by, *deputies)))

    def told(self) -> tuple[str, ...]:
        """Return who is told when nobody has released: the named person and every deputy."""
        return tuple(dict.fromkeys((self.released_by, *(one.person for one in self.deputies))))
