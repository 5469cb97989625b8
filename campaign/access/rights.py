"""Who may do what: one question, `can(person, action, thing)`, with one table behind it.

What hangs on the thing (four eyes, one's own organisation) is asked here as well, so that a page
needs no rule of its own. The decisions ask again when they are made; a page only asks first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from campaign.access.people import ADMIN, APPROVER, AUTHOR, PARTNER, READER, Person
from campaign.people import ROLE_FOR_GATE, has_applied

GATE_KEEPER = "gate-keeper"
"""Stands in the table for whoever opens a gate of their own name, such as `legal`."""


class Action(StrEnum):
    """Everything that is asked about."""

    SEE_DESK = "see-desk"
    """Look at the posts, deliveries, calendar, channels and their health."""
    SEE_REPORTS = "see-reports"
    WRITE = "write"
    """Write, edit and copy posts; send one for approval."""
    APPLY = "apply"
    """Make the plan of the files hold: add, move, change and cancel deliveries."""
    APPROVE = "approve"
    """Open a gate, or send a post back instead. Thing: the gate, and who applied.

    The one right that a deputy takes over from whom they stand in for."""
    COMMENT = "comment"
    SETTLE = "settle"
    """Say whether an unknown is out."""
    DECIDE = "decide"
    """Send, move or drop what is held, missed or refused."""
    WITHDRAW = "withdraw"
    """Take a live post down, or correct it."""
    LET_THROUGH = "let-through"
    """Let one essential post pass a stop."""
    STOP = "stop"
    LIFT_STOP = "lift-stop"
    """Thing: who threw it."""
    RELEASE_REPORT = "release-report"
    """Send the week's report, or hold it."""
    CONNECT = "connect"
    """Sign a channel in and out. Thing: its partner."""
    SEE_OWN = "see-own"
    """Look at what goes to one organisation's own channels. Thing: the partner."""
    ANSWER = "answer"
    """Accept, decline, ask for a change, report a link or numbers. Thing: the partner."""
    MANAGE_PEOPLE = "manage-people"
    NAME_DEPUTY = "name-deputy"
    """Say who stands in for somebody who is away. Thing: the absent person, and the deputy."""
    END_DEPUTY = "end-deputy"
    """Thing: the same."""
    MANAGE_SUBSCRIBERS = "manage-subscribers"
    """Give subscribers secrets, and send them messages again."""
    SEE_AUDIT = "see-audit"
    EXPORT = "export"
    """Take out the record for a freedom of information request."""
    HOLD_RECORDS = "hold-records"
    """Put a legal hold on records, lift it, and let what is past its time go."""
    SEE_SELF = "see-self"
    """Look at one's own sign-ins, and end them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """What an action is about, as far as rights hang on it."""

    gate: str | None = None
    applied_by: str = ""
    """As a delivery has it: everybody who applied what waits."""
    stopped_by: str | None = None
    partner: str | None = None
    absent: str | None = None
    deputy: str | None = None


NOTHING = Thing()
_DESK = frozenset({AUTHOR, APPROVER, ADMIN, GATE_KEEPER})
_TEAM = frozenset({AUTHOR, APPROVER})

TABLE: dict[Action, frozenset[str]] = {
    Action.SEE_DESK: _DESK,
    Action.SEE_REPORTS: _DESK | {READER},
    Action.WRITE: frozenset({AUTHOR}),
    Action.APPLY: _TEAM,
    Action.APPROVE: frozenset({APPROVER, GATE_KEEPER}),
    Action.COMMENT: _TEAM | {GATE_KEEPER},
    Action.SETTLE: _TEAM,
    Action.DECIDE: _TEAM,
    Action.WITHDRAW: _TEAM,
    Action.LET_THROUGH: frozenset({APPROVER}),
    Action.STOP: _DESK,
    Action.LIFT_STOP: _TEAM | {ADMIN},
    Action.RELEASE_REPORT: _TEAM,
    Action.CONNECT: frozenset({ADMIN, PARTNER}),
    Action.SEE_OWN: frozenset({PARTNER}),
    Action.ANSWER: frozenset({PARTNER}),
    Action.MANAGE_PEOPLE: frozenset({ADMIN}),
    Action.NAME_DEPUTY: _DESK,
    Action.END_DEPUTY: _DESK,
    Action.MANAGE_SUBSCRIBERS: frozenset({ADMIN}),
    Action.SEE_AUDIT: frozenset({ADMIN}),
    Action.EXPORT: frozenset({ADMIN}),
    Action.HOLD_RECORDS: frozenset({ADMIN}),
    Action.SEE_SELF: _DESK | {READER, PARTNER},
}


def can(person: Person, action: Action, thing: Thing = NOTHING) -> bool:
    """Whether somebody may do something to a thing; without one, whether to any thing at all."""
    if _holds(person, action) and _CONDITIONS.get(action, _always)(person, thing):
        return True
    return action is Action.APPROVE and any(
        _holds(absent, action) and _may_open(absent, thing) and not _is_own(person, thing)
        for absent in person.deputy_for
    )


def _holds(person: Person, action: Action) -> bool:
    held = person.roles | ({GATE_KEEPER} if person.gates else frozenset())
    return bool(TABLE[action] & held)


def _always(_person: Person, _thing: Thing) -> bool:
    return True


def _may_open(person: Person, thing: Thing) -> bool:
    """Nobody approves what they applied, and each gate has its own role."""
    if thing.gate is not None and ROLE_FOR_GATE.get(thing.gate, thing.gate) not in person.roles:
        return False
    return not _is_own(person, thing)


def _is_own(person: Person, thing: Thing) -> bool:
    return has_applied(person.id, thing.applied_by)


def _may_name(person: Person, thing: Thing) -> bool:
    """Everybody for themselves, admins for others, and nobody makes themselves a deputy."""
    if thing.deputy == person.id:
        return False
    return thing.absent in {None, person.id} or ADMIN in person.roles


def _may_end(person: Person, thing: Thing) -> bool:
    either = {thing.absent, thing.deputy}
    return either == {None} or person.id in either or ADMIN in person.roles


def _may_lift(person: Person, thing: Thing) -> bool:
    return person.id != thing.stopped_by


def _own_alone(person: Person, thing: Thing) -> bool:
    return thing.partner is None or thing.partner == person.partner


def _own_unless_admin(person: Person, thing: Thing) -> bool:
    return ADMIN in person.roles or _own_alone(person, thing)


_CONDITIONS: dict[Action, Callable[[Person, Thing], bool]] = {
    Action.APPROVE: _may_open,
    Action.LIFT_STOP: _may_lift,
    Action.NAME_DEPUTY: _may_name,
    Action.END_DEPUTY: _may_end,
    Action.CONNECT: _own_unless_admin,
    Action.SEE_OWN: _own_alone,
    Action.ANSWER: _own_alone,
}
