"""Who may say what. People are declared in the schedule; the default is the system's user."""

import getpass
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

ROLE_FOR_GATE = {"approval": "approver"}
"""A gate that a post asks for by name, such as `legal`, needs the role of that name."""


class NotAllowedError(Exception):
    """A person may not do this; the message says who may."""


def system_user() -> str:
    """Return the name of the user who runs the program."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "system"


def check_known(person: str, people: Mapping[str, Any]) -> None:
    """Refuse a name given by `--as` that the schedule does not list, where it lists any."""
    if people and person not in people and person != system_user():
        known = ", ".join(sorted(people))
        message = f"there is no “{person}” among the people in schedule.yaml; known are: {known}"
        raise NotAllowedError(message)


def has_applied(person: str, applied_by: str) -> bool:
    """Whether a person is among those who applied what waits; see `Delivery.applied_by`."""
    return person == applied_by or person in applied_by.split(",")


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """Some days on which one person is away and another, the deputy, stands in for them."""

    number: int
    absent: str
    deputy: str
    from_on: date
    until_on: date
    """The last day, itself included; days are those of the campaign's zone."""


class Standing(Mapping[str, Sequence[str]]):
    """Everybody's own roles, and who stands in for whom on one day."""

    def __init__(
        self, roles: Mapping[str, Sequence[str]], absences: Iterable[Absence] = ()
    ) -> None:
        """Take the roles by person, and the absences of that day."""
        self._roles = roles
        self.absences = tuple(absences)

    def __getitem__(self, person: str) -> Sequence[str]:
        """Return somebody's own roles."""
        return self._roles[person]

    def __iter__(self) -> Iterator[str]:
        """Go through everybody."""
        return iter(self._roles)

    def __len__(self) -> int:
        """Return how many people there are."""
        return len(self._roles)


@dataclass(frozen=True, slots=True)
class Right:
    """In whose right somebody decides on a gate."""

    holder: str
    """Who has the role: whoever decides, or whom they stand in for."""
    absence: Absence | None = None
    """None where somebody decides in their own right."""


def stands_in_for(person: str, people: Mapping[str, Sequence[str]]) -> tuple[Absence, ...]:
    """Return the absences in which a person is the deputy; a plain mapping knows of none.

    Whoever an absent person stands in for is not among them: deputies make no chain.
    """
    absences = people.absences if isinstance(people, Standing) else ()
    return tuple(one for one in absences if one.deputy == person)


def with_deputies(people: Iterable[str], standing: Standing) -> tuple[str, ...]:
    """Return some people, and whoever stands in for one of them."""
    listed = tuple(people)
    deputies = (one.deputy for one in standing.absences if one.absent in listed)
    return tuple(dict.fromkeys((*listed, *deputies)))


def holds_gate(gate: str, person: str, people: Mapping[str, Sequence[str]]) -> bool:
    """Whether a person has the role for a gate; where no people are declared, anyone has."""
    return not people or ROLE_FOR_GATE.get(gate, gate) in people.get(person, ())


def right_to(
    gate: str, person: str, people: Mapping[str, Sequence[str]], applied_by: str
) -> Right | None:
    """Return in whose right a person may open a gate: their own before any other's, or None.

    Nobody opens a gate of what they applied, and a deputy none of what the absent one applied:
    that would be the absent one's yes to their own.
    """
    if has_applied(person, applied_by):
        return None
    if holds_gate(gate, person, people):
        return Right(person)
    for one in stands_in_for(person, people):
        if holds_gate(gate, one.absent, people) and not has_applied(one.absent, applied_by):
            return Right(one.absent, one)
    return None


def may_open(gate: str, person: str, people: Mapping[str, Sequence[str]], applied_by: str) -> bool:
    """Whether a person may open a gate of what somebody applied, for themselves or as a deputy."""
    return right_to(gate, person, people, applied_by) is not None
