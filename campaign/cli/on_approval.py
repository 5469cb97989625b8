"""approve and reject."""

import sys
from collections.abc import Sequence

import typer

from campaign.cli.failures import Failure
from campaign.cli.output import counted, say, tell
from campaign.cli.partners_clock import tick as look_after_partners
from campaign.cli.place import Place
from campaign.cli.session import Session, open_session
from campaign.cli.telling import report
from campaign.decisions import approvals
from campaign.people import has_applied, may_open
from campaign.states import State
from campaign.store.deliveries import list_deliveries
from campaign.store.gates import closed_kinds


def approve(
    place: Place,
    deliveries: Sequence[str],
    person: str | None,
    *,
    everything: bool,
    yes: bool,
) -> None:
    """Open every gate of these deliveries that the person may open; all of them or none."""
    if everything == bool(deliveries):
        raise Failure("name deliveries, or give --all", code=2)
    with open_session(place) as session:
        ids = _waiting_for(session, person) if everything else list(dict.fromkeys(deliveries))
        if not ids:
            say("Nothing is waiting for approval by you.")
            _tell_who_else(session, person)
            return
        _confirm(f"Approve {counted(len(ids), 'delivery', 'deliveries')}?", yes=yes)
        change = session.change(person, "approved")
        with session.desk.store.write() as connection:
            states = approvals.approve_all(connection, ids, change, session.roles)
        look_after_partners(session)  # who waits for its partner alone now is asked at once
        report("approved", states)


def reject(place: Place, deliveries: Sequence[str], reason: str, person: str | None) -> None:
    """Send deliveries back; all of them or none."""
    if not reason.strip():
        raise Failure("--reason is empty; the author has to know what to mend", code=2)
    with open_session(place) as session:
        change = session.change(person, reason)
        with session.desk.store.write() as connection:
            states = [
                approvals.reject(connection, one, change, session.roles)
                for one in dict.fromkeys(deliveries)
            ]
        report("sent back", states)
        if State.SENDING in states:
            tell("What is being sent may have left already; `campaign status` will say.")


def _waiting_for(session: Session, person: str | None) -> list[str]:
    """Return what waits for a gate this person may open and did not apply themselves."""
    who, roles = session.change(person, "").who, session.roles
    with session.desk.store.read() as connection:
        waiting = [
            one
            for one in list_deliveries(connection)
            if one.state == State.AWAITING_APPROVAL and not has_applied(who, one.applied_by)
        ]
        closed: dict[str, list[str]] = {}
        for start in range(0, len(waiting), approvals.AT_ONCE):
            closed |= closed_kinds(connection, waiting[start : start + approvals.AT_ONCE])
    return [
        one.id
        for one in waiting
        if any(
            kind != "partner" and may_open(kind, who, roles, one.applied_by)
            for kind in closed.get(one.id, [])
        )
    ]


def _tell_who_else(session: Session, person: str | None) -> None:
    """Say what waits for others, so that nobody takes an empty list for a finished job."""
    who = session.change(person, "").who
    with session.desk.store.read() as connection:
        waiting = [
            one for one in list_deliveries(connection) if one.state == State.AWAITING_APPROVAL
        ]
    if not waiting:
        return
    own = sum(has_applied(who, one.applied_by) for one in waiting)
    others = f"{counted(len(waiting), 'delivery waits', 'deliveries wait')} for somebody else"
    reason = f"; {who} applied {own} of them and cannot approve those" if own else ""
    tell(f"{others} (--as PERSON){reason}.")


def _confirm(question: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise Failure("there is nobody to ask; give --yes to go on without", code=2)
    if not typer.confirm(question):
        raise Failure("nothing was changed")
