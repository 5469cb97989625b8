"""What a partner answers, on the command line or on its own page; all of it is written down.

The caller has made sure that the person speaks for the delivery's partner. Each raises
`CannotDecideError` with one sentence where the answer no longer applies; nothing is changed then.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from campaign.decisions import consent
from campaign.decisions.approvals import CannotDecideError, existing
from campaign.states import State
from campaign.store.database import Store
from campaign.store.deliveries import Change

Word = Callable[[Connection, str, Change, str], State]


def accept(store: Store, delivery_id: str, who: str, now: datetime) -> State:
    """Take a yes to what would be sent, at that time; a late one counts until the slot."""
    return _say(store, delivery_id, Change(who=who, at=now, why="accepted"), consent.accept)


def decline(store: Store, delivery_id: str, who: str, reason: str, now: datetime) -> State:
    """Take a no, also to what was said yes to, as long as nothing of it has left."""
    why = reason.strip() or "declined without a reason"
    return _say(store, delivery_id, Change(who=who, at=now, why=why), consent.decline)


def ask_for_change(store: Store, delivery_id: str, who: str, wish: str, now: datetime) -> State:
    """Send it back with a wish: its author, its approvers and the partner look at it again."""
    if not wish.strip():
        message = "say what should be different; an empty wish helps nobody"
        raise CannotDecideError(message)
    change = Change(who=who, at=now, why=wish.strip())
    return _say(store, delivery_id, change, consent.ask_for_change)


def _say(store: Store, delivery_id: str, change: Change, word: Word) -> State:
    with store.write() as connection:
        partner = existing(connection, delivery_id).partner
        return word(connection, delivery_id, change, partner)
