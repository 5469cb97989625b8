"""What a partner may be shown of a delivery at this instant: the one rule, wherever it looks.

It is the rule by which publishing would send it, so nobody sees by a side door what may not go out:
a stop, a hold window, a withdrawal or an embargo takes a post from sight at the same second, out of
packs, calendars, pages and their pictures alike. A page alone shows one thing more: what the
partner is asked to say yes to, since nobody can agree to what it cannot read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from campaign.models import Delivery
from campaign.states import State
from campaign.store.barriers import barred, quiet_at
from campaign.store.embargoes import embargoes
from campaign.store.gates import closed_kinds
from campaign.store.leaving import left
from campaign.store.tables import CHANNEL
from campaign.store.withdrawals import withdrawn


class Because(StrEnum):
    """Why a delivery is out of sight. Printed in JSON."""

    EMBARGO = "embargo"
    APPROVAL = "approval"
    """The team has not approved it, or not in this wording."""
    ACCEPTANCE = "acceptance"
    """Approved by the team; the partner's own yes is the only thing it waits for."""
    HELD = "held"
    """By a stop or a hold window; a person decides."""
    OVER = "over"
    """Withdrawn, declined, cancelled, refused, missed or without an answer: nothing follows.

    Or its channel is no longer in the schedule, or the partner has left.
    """


class Place(StrEnum):
    """Where a partner looks."""

    HANDED = "handed"
    """In a pack or a calendar: what may be posted."""
    PAGE = "page"
    """On its own page, where it also answers."""


FOLLOWS = (Because.EMBARGO, Because.ACCEPTANCE, Because.APPROVAL, Because.HELD)
"""What may yet come into sight; of several reasons the last is the one to tell."""
_OVER = frozenset(
    {
        State.REFUSED,
        State.MISSED,
        State.CANCELLED,
        State.DECLINED,
        State.NO_ANSWER,
        State.WITHDRAWN,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class OutOfSight:
    """Why a delivery may not be shown now."""

    because: Because
    until: datetime | None = None
    """When that ends by itself; None where a person has to say something first."""


def may_see(hidden: OutOfSight | None, place: Place) -> bool:
    """Whether words and pictures are shown at a place, by what `out_of_sight` says of them."""
    if hidden is None:
        return True
    return place is Place.PAGE and hidden.because is Because.ACCEPTANCE


def out_of_sight(
    connection: Connection, deliveries: Sequence[Delivery], now: datetime
) -> dict[str, OutOfSight]:
    """Return, by delivery, why some of them may not be shown now; the others may be.

    What is out already may be shown, whatever a stop or a window says of what is still to come;
    an embargo hides also what somebody posted too early.
    """
    open_ones = [one for one in deliveries if one.state != State.PUBLISHED]
    pulled = withdrawn(connection, [one.id for one in deliveries])
    ends = embargoes(connection)
    bars = _barred(connection, open_ones, now)
    closed = closed_kinds(connection, open_ones)
    active = _active(connection)
    gone = left(connection)
    found: dict[str, OutOfSight] = {}
    for one in deliveries:
        until = ends.get(one.post)
        waits = _waits(one, closed.get(one.id, []))
        is_away = one.channel not in active or one.partner in gone
        if one.id in pulled or is_away or (one.state in _OVER and not _may_answer(one, waits, now)):
            found[one.id] = OutOfSight(because=Because.OVER)
        elif one.state == State.HELD or one.id in bars:
            found[one.id] = OutOfSight(because=Because.HELD)
        elif until is not None and now < until:
            found[one.id] = OutOfSight(because=Because.EMBARGO, until=until)
        elif one.state != State.PUBLISHED and waits:
            found[one.id] = OutOfSight(because=waits)
    return found


def _barred(
    connection: Connection, deliveries: Sequence[Delivery], now: datetime
) -> Mapping[str, str]:
    """Return what stops and windows bar; what was barred while it fell due is held by us only.

    Where a partner posts by hand nobody could decide on it once that is over, so of what is late
    there only this instant counts; and no approver's word lets a hand post while there is a stop.
    """
    by_hand = [one for one in deliveries if one.state == State.WITH_PARTNER]
    others = [one for one in deliveries if one.state != State.WITH_PARTNER or one.due_at > now]
    return {**barred(connection, others, now).why, **quiet_at(connection, by_hand, now)}


def _may_answer(one: Delivery, waits: Because | None, now: datetime) -> bool:
    """Whether a partner that has not answered in time still may: a late yes counts until the slot.

    Whatever else is over stays so.
    """
    is_open = one.state == State.NO_ANSWER and now < one.due_at
    return is_open and waits is Because.ACCEPTANCE


def _waits(one: Delivery, closed: Sequence[str]) -> Because | None:
    if list(closed) == ["partner"]:
        return Because.ACCEPTANCE
    if closed or one.state == State.AWAITING_APPROVAL:
        return Because.APPROVAL
    return None


def _active(connection: Connection) -> frozenset[str]:
    """Return the channels that the applied schedule lists."""
    query = select(CHANNEL.c.id).where(CHANNEL.c.active)
    return frozenset(connection.execute(query).scalars())
