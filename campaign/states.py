"""The life of a delivery: its states, and the only moves there are between them."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a delivery stands. The values are stored, and printed in JSON."""

    AWAITING_APPROVAL = "awaiting-approval"
    PLANNED = "planned"
    SENDING = "sending"
    PUBLISHED = "published"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"
    WITH_PARTNER = "with-partner"
    DECLINED = "declined"
    NO_ANSWER = "no-answer"
    WITHDRAWN = "withdrawn"


PEOPLES_WORDS: dict[State, str] = {
    State.AWAITING_APPROVAL: "Waiting for approval",
    State.PLANNED: "Scheduled",
    State.SENDING: "Sending",
    State.PUBLISHED: "Live",
    State.REFUSED: "The network said no",
    State.UNKNOWN: "Checking whether it went out",
    State.HELD: "On hold",
    State.MISSED: "Too late: decide",
    State.CANCELLED: "Cancelled",
    State.WITH_PARTNER: "With the partner",
    State.DECLINED: "Declined by the partner",
    State.NO_ANSWER: "No answer from the partner",
    State.WITHDRAWN: "Withdrawn",
}

S = State
MOVES: dict[State, frozenset[State]] = {
    S.AWAITING_APPROVAL: frozenset(
        {
            S.PLANNED,
            S.WITH_PARTNER,
            S.HELD,
            S.MISSED,
            S.CANCELLED,
            S.DECLINED,
            S.NO_ANSWER,
            S.PUBLISHED,
            S.UNKNOWN,
        }
    ),
    S.PLANNED: frozenset(
        {
            S.AWAITING_APPROVAL,
            S.SENDING,
            S.HELD,
            S.MISSED,
            S.CANCELLED,
            S.DECLINED,
            S.PUBLISHED,
            S.UNKNOWN,
        }
    ),
    S.SENDING: frozenset(
        {S.PUBLISHED, S.REFUSED, S.UNKNOWN, S.PLANNED, S.HELD, S.MISSED, S.CANCELLED}
    ),
    S.UNKNOWN: frozenset({S.PUBLISHED, S.PLANNED, S.MISSED}),
    S.HELD: frozenset({S.AWAITING_APPROVAL, S.PLANNED, S.PUBLISHED, S.CANCELLED, S.UNKNOWN}),
    S.MISSED: frozenset({S.AWAITING_APPROVAL, S.PLANNED, S.PUBLISHED, S.CANCELLED, S.UNKNOWN}),
    S.REFUSED: frozenset({S.AWAITING_APPROVAL, S.PLANNED, S.PUBLISHED, S.CANCELLED}),
    S.WITH_PARTNER: frozenset(
        {S.AWAITING_APPROVAL, S.PUBLISHED, S.DECLINED, S.NO_ANSWER, S.CANCELLED, S.MISSED}
    ),
    S.NO_ANSWER: frozenset({S.AWAITING_APPROVAL, S.PUBLISHED, S.DECLINED, S.CANCELLED}),
    S.DECLINED: frozenset({S.PUBLISHED}),
    S.PUBLISHED: frozenset({S.WITHDRAWN}),
    S.WITHDRAWN: frozenset({S.PUBLISHED}),
    S.CANCELLED: frozenset({S.PUBLISHED}),
}
"""`sending -> planned` stands for `NotSent`, and for a claim given back before the call.

`planned -> published` and the like from states before `sending` are a person's word (`record`), or
the late answer to an attempt that everybody had given up; then `planned -> unknown` and the like
stand for a late call that got no answer, and `cancelled -> published` for one that was out before.
`no-answer -> awaiting-approval` is a partner's late yes: it still counts until the slot.
`sending -> cancelled` is a claim given back because the post was withdrawn meanwhile, and
`withdrawn -> published` a second post of it that a late call has put out, to be taken down as well.
"""

CHANGEABLE = frozenset({S.AWAITING_APPROVAL, S.PLANNED, S.WITH_PARTNER})
"""States in which the plan may still change or cancel a delivery; all others are frozen."""


OUT = frozenset({S.PUBLISHED, S.WITHDRAWN})
"""Was there for people to see: its counts stand in the record and in reports."""

MAY_STILL_GO = frozenset(
    {
        S.AWAITING_APPROVAL,
        S.PLANNED,
        S.HELD,
        S.MISSED,
        S.REFUSED,
        S.WITH_PARTNER,
        S.NO_ANSWER,
    }
)
"""Has not gone out, and still may: by itself, by a person's word, or by a partner's hand."""


class IllegalMoveError(Exception):
    """A move that the table does not know: a fault of the program, never of the user."""


def check_table(moves: Mapping[State, frozenset[State]]) -> None:
    """Refuse a table that forgets a state or leaves one that nothing leads to."""
    forgotten = set(State) - set(moves)
    reachable = {S.AWAITING_APPROVAL}.union(*moves.values())
    if forgotten or set(State) - reachable:
        message = f"the table of moves forgets {sorted(forgotten | (set(State) - reachable))}"
        raise IllegalMoveError(message)


def check_move(old: State, new: State) -> None:
    """Raise unless the table allows the move."""
    if new not in MOVES[old]:
        message = f"a delivery cannot go from {old} to {new}"
        raise IllegalMoveError(message)


check_table(MOVES)
