"""Makes a restored database say what it cannot know: what became of its deliveries since.

After the backup they may have been sent, edited and sent, moved and sent, cancelled, or taken back
by whoever had said yes. So nothing that has not gone out is taken to be as it stands:

| stood in the backup as | its time | the account can be looked at | it cannot |
|---|---|---|---|
| waiting, planned, sending, unknown | past | `unknown`, looked up | a person settles |
| planned or waiting, with gates | to come | asked anew, looked up first | a person settles |
| planned, without gates | to come | looked up first | a person settles |
| held, missed, refused, no answer | any | looked up if a person sends it | settled then |

What a partner posts by hand is never sent by us and stays with it.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from campaign.models import Delivery
from campaign.publishing.recovery import LOOKS
from campaign.states import State
from campaign.store.deliveries import Change, delivery_of, log_line, modes, move, update_fields
from campaign.store.tables import DELIVERY, GATE

MAY_BE_OUT = (State.AWAITING_APPROVAL, State.PLANNED, State.SENDING, State.UNKNOWN)
WAITS_FOR_A_PERSON = (State.HELD, State.MISSED, State.REFUSED, State.NO_ANSWER)
OPEN = (*MAY_BE_OUT, *WAITS_FOR_A_PERSON)


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """The time of which a restored database knows nothing."""

    since: datetime
    until: datetime
    readable: Collection[str]
    """Networks where a look sees a post of which nothing is noted."""

    def is_readable(self, delivery: Delivery) -> bool:
        """Whether its account can be looked at."""
        return delivery.network in self.readable


def make_unsure(connection: Connection, gap: Gap, change: Change) -> Counter[str]:
    """Bring every open delivery to where the table above puts it; return how many went where.

    The keys are `looked-up`, `to-settle`, `asked-anew` and `looked-up-first`.
    """
    done: Counter[str] = Counter()
    _close_gates(connection)
    mode_of = modes(connection)
    query = select(DELIVERY).where(DELIVERY.c.state.in_(OPEN)).order_by(DELIVERY.c.id)
    for one in [delivery_of(row) for row in connection.execute(query)]:
        if mode_of[one.channel] == "pack":
            continue
        what = _place(connection, one, gap, change)
        if what:
            done[what] += 1
    return done


def _close_gates(connection: Connection) -> None:
    """Take every yes back: whoever said it may have taken it back since."""
    may_still_go = select(DELIVERY.c.id).where(DELIVERY.c.state.in_(OPEN))
    said = {"decision": None, "person": None, "decided_at": None, "content_hash": None, "day": None}
    connection.execute(update(GATE).where(GATE.c.delivery_id.in_(may_still_go)).values(**said))


def _place(connection: Connection, one: Delivery, gap: Gap, change: Change) -> str | None:
    in_flight = one.state in (State.SENDING, State.UNKNOWN)
    past = in_flight or one.due_at <= gap.until
    if one.state in MAY_BE_OUT and (past or not gap.is_readable(one)):
        return _to_unknown(connection, one, gap, change)
    if one.state == State.PLANNED and one.gates:
        return _ask_anew(connection, one, gap, change)
    update_fields(connection, [one.id], unsure_since=gap.since)
    if one.state in WAITS_FOR_A_PERSON:
        return None
    log_line(connection, one, change)
    return "asked-anew" if one.gates else "looked-up-first"


def _to_unknown(connection: Connection, one: Delivery, gap: Gap, change: Change) -> str:
    looks = gap.is_readable(one)
    why = f"{change.why}; it may be out since"
    values: dict[str, Any] = {
        "note": why if looks else f"{why}; a person has to settle it",
        "lease_until": None,
        "not_before": gap.until if looks else None,
        "looks": 0 if looks else len(LOOKS) + 1,
        "unsure_since": gap.since,
    }
    if one.state == State.UNKNOWN:
        update_fields(connection, [one.id], **values)
        log_line(connection, one, change)
    else:
        move(connection, one, State.UNKNOWN, change, values)
    return "looked-up" if looks else "to-settle"


def _ask_anew(connection: Connection, one: Delivery, gap: Gap, change: Change) -> str:
    note = f"{change.why}; say yes anew"
    values = {"unsure_since": gap.since, "not_before": None, "note": note}
    move(connection, one, State.AWAITING_APPROVAL, change, values)
    return "asked-anew"
