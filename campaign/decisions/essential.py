"""One essential post through the stop: on a named approver's word, while the stop stays on.

The word opens stops, hours and windows, and nothing else: approvals must be given, and the late
limit counts from the word. It is bound to one delivery, its content and this instant.
"""

from sqlalchemy import Connection

from campaign.decisions.approvals import CannotDecideError, Roles, existing
from campaign.decisions.settling import DECIDABLE, NewTime, going_along, reschedule
from campaign.people import ROLE_FOR_GATE, NotAllowedError, has_applied, holds_gate
from campaign.states import State
from campaign.store.barriers import let_through
from campaign.store.deliveries import Change, log_line, modes

PASSABLE = (*DECIDABLE, State.PLANNED)


def send_essential(
    connection: Connection, delivery_id: str, change: Change, when: NewTime, roles: Roles
) -> State:
    """Let one delivery through every stop and window that stands now; return its state.

    The later parts of its thread go with it: half a thread would say something else.
    Raises where the person is no approver or has applied it, and where another gate is closed.
    """
    delivery = existing(connection, delivery_id)
    if delivery.state not in PASSABLE or modes(connection)[delivery.channel] == "pack":
        raise CannotDecideError(f"{delivery.id} is {delivery.state}: it cannot be let through")
    if not holds_gate("approval", change.who, roles):  # no deputy: this is no gate
        able = [one for one in roles if holds_gate("approval", one, roles)]
        who = " or ".join(sorted(able)) or f"nobody has the role {ROLE_FOR_GATE['approval']}"
        raise NotAllowedError(f"{change.who} is no approver; an essential post needs one: {who}")
    if has_applied(change.who, delivery.applied_by):
        raise NotAllowedError(
            f"{change.who} applied {delivery.id}; another approver has to let it through"
        )
    for one in (delivery, *going_along(connection, delivery_id)):
        if reschedule(connection, one, change, when, roles) is not State.PLANNED:
            raise CannotDecideError(f"{one.id} lacks an approval; nothing was let through")
        planned = existing(connection, one.id)
        let_through(connection, planned, change)
        why = f"essential, let through stops, hours and windows: {change.why}"
        log_line(connection, planned, Change(who=change.who, at=change.at, why=why))
    return State.PLANNED
