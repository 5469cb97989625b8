"""What somebody outside says: yes, or back with a comment; to what they were shown, and once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from campaign.decisions.approvals import CannotDecideError
from campaign.decisions.as_shown import approve_as_shown, reject_as_shown
from campaign.outside.links import note_used
from campaign.outside.office import Office
from campaign.outside.seeing import seen_by
from campaign.states import State
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What was said, and by which link."""

    token: str
    is_yes: bool
    comment: str = ""


def answer(connection: Connection, said: Answer, office: Office) -> Sequence[State]:
    """Write an answer, all of it or none; return where the deliveries stand then.

    Raises:
        LinkError: the link is forged, taken back or over.
        CannotDecideError: it was used, or what it asks for has changed or is not to be seen now.
    """
    seen = seen_by(connection, office.schedule, said.token, office.keys, office.now)
    if seen.why_not:
        raise CannotDecideError(seen.why_not)
    link = seen.link
    decision = "yes" if said.is_yes else "no"
    why = f"{said.comment or 'approved'} (by link {link.number})"
    change = Change(who=link.person, at=office.now, why=why)
    # The link is for one kind of yes, whatever else its holder may say.
    roles = {link.person: (link.kind,)}
    if not note_used(connection, link, decision, office.now):
        raise CannotDecideError("this link has just been used")
    note_deed(
        connection, change, f"answered {decision} by link", f"{link.kind}, link {link.number}"
    )
    decide = approve_as_shown if said.is_yes else reject_as_shown
    return decide(connection, seen.shown, change, roles)
