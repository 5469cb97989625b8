"""Who somebody is: a person of the applied schedule, with the roles they have there."""

from collections.abc import Iterable
from dataclasses import dataclass

from campaign.people import Absence
from campaign.schedule.model import Schedule
from campaign.schedule.parties import ROLES_OF_THE_DESK

AUTHOR, APPROVER, PARTNER, READER, ADMIN = "author", "approver", "partner", "reader", "admin"
ROLES = ROLES_OF_THE_DESK
"""The roles with rights of their own; any other one, such as `legal`, opens the gate of its name"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who may sign in."""

    id: str
    name: str
    roles: frozenset[str]
    partner: str | None = None
    """The organisation that somebody with the role `partner` speaks for."""
    email: str | None = None
    deputy_for: tuple["Person", ...] = ()
    """Whom they stand in for right now; those have no such people of their own here."""

    @property
    def gates(self) -> frozenset[str]:
        """The roles that open a gate of their own name, such as `legal`."""
        return self.roles - ROLES


def person_in(
    schedule: Schedule | None, name: str, absences: Iterable[Absence] = ()
) -> Person | None:
    """Return somebody of the schedule; None where it names nobody, or somebody without an account.

    `absences` are those of the day: whoever is the deputy in one stands in for the absent person.
    """
    found = schedule.people.get(name) if schedule else None
    if found is None or found.outside:
        return None
    return Person(
        id=name,
        name=found.name,
        roles=frozenset(found.roles),
        partner=found.partner,
        email=found.email,
        deputy_for=tuple(
            absent
            for one in absences
            if one.deputy == name and (absent := person_in(schedule, one.absent)) is not None
        ),
    )
