"""Whom something concerns: those who may say yes, and those who look after a post."""

from collections.abc import Collection, Mapping, Sequence

from campaign.access.people import APPROVER, AUTHOR
from campaign.models import Delivery
from campaign.notices.kinds import Kind
from campaign.people import has_applied, may_open
from campaign.schedule.model import Schedule

PARTNERS_GATE = "partner"


class Concerned:
    """Answers by the schedule as applied, leaving out whoever has left or has no address."""

    def __init__(self, schedule: Schedule, gone: Collection[str]) -> None:
        """Take the applied schedule, and the people who have left."""
        self._owners = {one.name: one.owner for one in schedule.schedule if one.owner}
        self._roles: Mapping[str, Sequence[str]] = {
            name: one.roles for name, one in schedule.people.items()
        }
        self._reached = {
            name: one.email
            for name, one in schedule.people.items()
            if one.email and name not in gone
        }

    def address(self, person: str) -> str | None:
        """Return where somebody is written to; None for those who are not."""
        return self._reached.get(person)

    def owners(self, one: Delivery) -> tuple[str, ...]:
        """Return who looks after a delivery: whom its entry names, else whoever applied it."""
        named = self._owners.get(one.entry)
        return (named,) if named else tuple(filter(None, one.applied_by.split(",")))

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
            if not has_applied(name, one.applied_by)
            and any(may_open(kind, name, self._roles) for kind in kinds)
        )

    def _any_of(self, role: str) -> tuple[str, ...]:
        return tuple(name for name in self._reached if role in self._roles[name])
