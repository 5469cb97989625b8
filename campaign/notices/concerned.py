"""Whom something concerns: those who may say yes, and those who look after a post."""

from collections.abc import Collection, Iterable

from campaign.access.people import APPROVER, AUTHOR
from campaign.models import Delivery
from campaign.notices.kinds import Kind
from campaign.people import Absence, Standing, may_open, stands_in_for, with_deputies
from campaign.schedule.model import Schedule

PARTNERS_GATE = "partner"


class Concerned:
    """Answers by the schedule as applied, leaving out whoever has left or has no address.

    Whatever somebody is told while they are away, their deputy is told as well.
    """

    def __init__(
        self, schedule: Schedule, gone: Collection[str], absences: Iterable[Absence] = ()
    ) -> None:
        """Take the applied schedule, the people who have left, and the absences of the day."""
        self._owners = {one.name: one.owner for one in schedule.schedule if one.owner}
        roles = {name: one.roles for name, one in schedule.people.items()}
        self._roles = Standing(roles, absences)
        self._reached = {
            name: one.email
            for name, one in schedule.people.items()
            if one.email and name not in gone and not one.outside
        }

    def address(self, person: str) -> str | None:
        """Return where somebody is written to; None for those who are not."""
        return self._reached.get(person)

    def owners(self, one: Delivery) -> tuple[str, ...]:
        """Return who looks after a delivery: whom its entry names, else whoever applied it."""
        named = self._owners.get(one.entry)
        owners = (named,) if named else tuple(filter(None, one.applied_by.split(",")))
        return self.with_deputies(owners)

    def with_deputies(self, people: Iterable[str]) -> tuple[str, ...]:
        """Return some people, and whoever stands in for one of them."""
        return with_deputies(people, self._roles)

    def stands_in_for(self, person: str) -> tuple[Absence, ...]:
        """Return the absences in which somebody is the deputy."""
        return stands_in_for(person, self._roles)

    def by_kind(self, kind: Kind, one: Delivery, closed: Collection[str]) -> tuple[str, ...]:
        """Return who is told; `closed` are the kinds of its gates that wait."""
        if kind is Kind.APPROVAL:
            return self.may_say_yes(one, closed)
        owners = tuple(name for name in self.owners(one) if name in self._reached)
        return owners or self._any_of(APPROVER) or self._any_of(AUTHOR)

    def may_say_yes(self, one: Delivery, closed: Collection[str]) -> tuple[str, ...]:
        """Return who may open a gate of a delivery that waits, and can be written to."""
        kinds = [kind for kind in closed if kind != PARTNERS_GATE]
        return tuple(
            name
            for name in self._reached
            if any(may_open(kind, name, self._roles, one.applied_by) for kind in kinds)
        )

    def _any_of(self, role: str) -> tuple[str, ...]:
        able = (name for name in self._reached if role in self._roles[name])
        return tuple(one for one in self.with_deputies(able) if one in self._reached)
