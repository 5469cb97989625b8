"""Who may say what. People are declared in the schedule; the default is the system's user."""

import getpass
from collections.abc import Mapping, Sequence
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


def may_open(gate: str, person: str, people: Mapping[str, Sequence[str]]) -> bool:
    """Whether a person may decide on a gate; where no people are declared, anyone may."""
    if not people:
        return True
    return ROLE_FOR_GATE.get(gate, gate) in people.get(person, ())
