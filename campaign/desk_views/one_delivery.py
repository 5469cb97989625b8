"""One delivery: what exactly is sent, what it waits for, and all that ever happened to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from campaign.decisions.approvals import existing
from campaign.desk_views.approval_cards import Looker
from campaign.desk_views.approval_queue import Waiting, waiting_of
from campaign.desk_views.rows import Row, rows_where
from campaign.desk_views.waiting import waiting_for
from campaign.models import Delivery, Gate
from campaign.models_changes import Correction, CorrectionWord, Withdrawal
from campaign.payload import Payload
from campaign.states import PEOPLES_WORDS, State
from campaign.store.barriers import barrier
from campaign.store.corrections import corrections_of, words_of
from campaign.store.deliveries import history, modes
from campaign.store.gates import gates_of
from campaign.store.leaders import later_parts
from campaign.store.payloads import payload_to_show
from campaign.store.tables import ATTEMPT, DELIVERY
from campaign.store.withdrawals import get_withdrawal


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One line of the history."""

    at: datetime
    who: str
    words: str
    """What happened: a state that was reached, or an attempt."""
    why: str
    is_attempt: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Amended:
    """A correction with both wordings and the words of those who said yes."""

    correction: Correction
    before: Payload
    after: Payload
    words: tuple[CorrectionWord, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OneDelivery:
    """A delivery and all that belongs to it."""

    delivery: Delivery
    by_hand: bool
    """Whether the partner posts it itself."""
    content: Payload
    waits_for: str | None
    barred: str | None
    """Why it could not go out right now, where a stop or a window stands in its way."""
    waiting: Waiting | None
    """What there is to approve, while it waits for that."""
    gates: tuple[Gate, ...]
    events: tuple[Event, ...]
    """Oldest first."""
    corrections: tuple[Amended, ...]
    withdrawal: Withdrawal | None
    corrected_by: tuple[Row, ...]
    """Posts that correct it."""
    later: tuple[Delivery, ...]
    """The later parts of its thread."""

    @property
    def words(self) -> str:
        """Its state as people read it."""
        return PEOPLES_WORDS[State(self.delivery.state)]


def one_delivery(connection: Connection, delivery_id: str, looker: Looker) -> OneDelivery:
    """Read it all; raise `CannotDecideError` where there is no such delivery."""
    delivery = existing(connection, delivery_id)
    pulled = get_withdrawal(connection, delivery_id)
    withdrawals = {delivery_id: pulled} if pulled else {}
    waits = delivery.state == State.AWAITING_APPROVAL
    instants = (looker.now, max(looker.now, delivery.due_at))
    return OneDelivery(
        delivery=delivery,
        by_hand=modes(connection)[delivery.channel] == "pack",
        content=payload_to_show(connection, delivery.content_hash),
        waits_for=waiting_for(connection, [delivery], looker.roles, withdrawals)[delivery_id],
        barred=barrier(connection, delivery, *instants),
        waiting=waiting_of(connection, looker, [delivery])[0] if waits else None,
        gates=tuple(gates_of(connection, delivery_id)),
        events=_events(connection, delivery_id),
        corrections=tuple(
            _amended(connection, one) for one in corrections_of(connection, delivery_id)
        ),
        withdrawal=pulled,
        corrected_by=rows_where(connection, DELIVERY.c.corrects == delivery_id),
        later=tuple(later_parts(connection, [delivery_id])),
    )


def _events(connection: Connection, delivery_id: str) -> tuple[Event, ...]:
    moves = [_move(row) for row in history(connection, delivery_id)]
    query = select(ATTEMPT).where(ATTEMPT.c.delivery_id == delivery_id)
    rows = connection.execute(query.order_by(ATTEMPT.c.number)).all()
    attempts = [event for row in rows for event in _attempt(row)]
    return tuple(sorted([*moves, *attempts], key=_order))


def _order(event: Event) -> tuple[datetime, int]:
    """Put an attempt between the move that it begins with and the move that it ends with."""
    begins = not event.is_attempt and event.words == PEOPLES_WORDS[State.SENDING]
    return event.at, 0 if begins else 1 if event.is_attempt else 2


def _move(row: Any) -> Event:
    stays = row.from_state == row.to_state
    words = "Noted" if stays else PEOPLES_WORDS[State(row.to_state)]
    return Event(at=row.at, who=row.who, words=words, why=row.why)


_OUTCOMES = {
    "published": "the network took it",
    "not-sent": "nothing was sent",
    "refused": "the network said no",
    "unknown": "no clear answer came",
    "given-back": "given back before the call",
}


def _attempt(row: Any) -> list[Event]:
    name = f"Attempt {row.number}"
    begun = Event(
        at=row.started_at, who=row.worker, words=f"{name} begins", why="", is_attempt=True
    )
    if row.ended_at is None:
        return [begun]
    words = f"{name} ends: {_OUTCOMES.get(row.outcome, row.outcome or 'no outcome')}"
    why = row.error or ""
    ended = Event(at=row.ended_at, who=row.worker, words=words, why=why, is_attempt=True)
    return [begun, ended]


def _amended(connection: Connection, one: Correction) -> Amended:
    return Amended(
        correction=one,
        before=payload_to_show(connection, one.before_hash),
        after=payload_to_show(connection, one.content_hash),
        words=tuple(words_of(connection, one.id or 0)),
    )
