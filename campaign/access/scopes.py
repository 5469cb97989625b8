"""What an access token may be given: parts of what its person may do, never more.

A token is asked twice: whether a scope of its covers the action, and whether its person may do it
at that moment.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from campaign.access.people import Person
from campaign.access.rights import Action, can


class Scope(StrEnum):
    """A part of the API that a token opens. The words are stored, and stand on pages."""

    READ = "read"
    REPORTS = "reports"
    APPROVE = "approve"
    DECIDE = "decide"
    WITHDRAW = "withdraw"
    STOP = "stop"
    WRITE = "write"
    RELEASE = "release"


COVERS: Mapping[Scope, frozenset[Action]] = {
    Scope.READ: frozenset({Action.SEE_DESK}),
    Scope.REPORTS: frozenset({Action.SEE_REPORTS}),
    Scope.APPROVE: frozenset({Action.APPROVE}),
    Scope.DECIDE: frozenset({Action.SETTLE, Action.DECIDE}),
    Scope.WITHDRAW: frozenset({Action.WITHDRAW}),
    Scope.STOP: frozenset({Action.STOP, Action.LIFT_STOP}),
    Scope.WRITE: frozenset({Action.WRITE, Action.APPLY}),
    Scope.RELEASE: frozenset({Action.RELEASE_REPORT}),
}
IN_WORDS: Mapping[Scope, str] = {
    Scope.READ: "Read posts, deliveries, channels and how things stand",
    Scope.REPORTS: "Read the weekly reports",
    Scope.APPROVE: "Approve posts, or send them back",
    Scope.DECIDE: "Settle, send now, move and drop deliveries",
    Scope.WITHDRAW: "Withdraw posts",
    Scope.STOP: "Stop, and lift the stops of others",
    Scope.WRITE: "Write posts, send them for approval, move them, take them out",
    Scope.RELEASE: "Write what was learned, and release reports",
}


def covers(scopes: Iterable[Scope], action: Action) -> bool:
    """Whether any of these scopes covers an action; what is one's own is covered by all."""
    return action is Action.SEE_SELF or any(action in COVERS[one] for one in scopes)


def scope_of(action: Action) -> Scope:
    """Return the scope that opens an action to a token; raise `LookupError` where none does."""
    for one, actions in COVERS.items():
        if action in actions:
            return one
    message = f"no scope covers {action}"
    raise LookupError(message)


def scopes_for(person: Person) -> tuple[Scope, ...]:
    """Return the scopes of which somebody may do at least a part."""
    return tuple(one for one in Scope if any(can(person, action) for action in COVERS[one]))
