"""What waits for a yes, the riskiest first: one card for each run of an entry.

Which cards there are is asked of the database alone; gates, contents and what was approved before
are read only for the cards that are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, tuple_

from campaign.desk_views.approval_cards import SENT_BACK, TIERS, Looker, Tier, list_cards
from campaign.desk_views.compared import Comparison, compare
from campaign.desk_views.contents import contents
from campaign.desk_views.rows import Some, rows_where
from campaign.models import Delivery, Gate
from campaign.payload import Payload
from campaign.people import Absence, right_to
from campaign.publishing.verdict import latest_at
from campaign.states import State
from campaign.store.deliveries import delivery_of, modes
from campaign.store.gates import closed_kinds
from campaign.store.tables import DELIVERY, GATE

CARDS_ON_PAGE = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One gate of a delivery that is still closed."""

    kind: str
    able: tuple[str, ...]
    """Any one of these may open it in their own right; nobody who applied the delivery is."""
    deputies: tuple[Absence, ...]
    """Or the deputy in one of these, for the person who is away."""
    mine: bool
    mine_for: Absence | None
    """For whom whoever looks would open it, where that is not in their own right."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """One delivery on a card."""

    delivery: Delivery
    asked: tuple[Asked, ...]
    """All of them have to be opened."""
    content: Payload
    change: Comparison | None
    """Against what was approved before; None where nothing was."""
    expires_at: datetime | None
    """After this it is too late to go out; None for what a partner posts by hand."""

    @property
    def mine(self) -> bool:
        """Whether whoever looks may open one of its gates."""
        return any(one.mine for one in self.asked)

    @property
    def mine_for(self) -> tuple[Absence, ...]:
        """The absences in which whoever looks would decide for somebody else."""
        return tuple(dict.fromkeys(one.mine_for for one in self.asked if one.mine_for))


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One run of an entry, with all its deliveries that wait."""

    entry: str
    run: str
    post: str
    tier: Tier
    due_at: datetime
    """Of the earliest."""
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """One page of what waits."""

    cards: tuple[Card, ...]
    total: int
    """Cards in all."""
    page: int
    others: int
    """Cards that wait for somebody else, that the person applied, or that were sent back."""
    sent_back: Some
    """Whatever was sent back and has not been changed since."""

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // CARDS_ON_PAGE))


def approval_queue(connection: Connection, looker: Looker, *, page: int = 1) -> Queue:
    """Return a page of the cards with something for this person to decide."""
    everything = list_cards(connection, looker)
    ours = [one for one in everything if one.mine]
    start = (page - 1) * CARDS_ON_PAGE
    shown = ours[start : start + CARDS_ON_PAGE]
    return Queue(
        cards=_filled(connection, looker, shown),
        total=len(ours),
        page=page,
        others=len(everything) - len(ours),
        sent_back=_sent_back(connection),
    )


def _sent_back(connection: Connection) -> Some:
    waits = DELIVERY.c.state == State.AWAITING_APPROVAL
    rows = rows_where(connection, waits, SENT_BACK)
    return Some(rows[:CARDS_ON_PAGE], len(rows))


def waiting_of(
    connection: Connection, looker: Looker, deliveries: Sequence[Delivery]
) -> list[Waiting]:
    """Return what deliveries wait for, with their contents and what changed in them."""
    closed = closed_kinds(connection, deliveries)
    before = _approved_before(connection, deliveries)
    known = contents(connection, {*(one.content_hash for one in deliveries), *before.values()})
    by_hand = {name for name, mode in modes(connection).items() if mode == "pack"}
    return [
        Waiting(
            delivery=one,
            asked=tuple(_asked(one, kind, looker) for kind in closed.get(one.id, [])),
            content=known[one.content_hash],
            change=_change(one, before, known),
            expires_at=None if one.channel in by_hand else latest_at(one),
        )
        for one in deliveries
    ]


def _filled(connection: Connection, looker: Looker, cards: Sequence[Any]) -> tuple[Card, ...]:
    if not cards:
        return ()
    named = [(one.entry, one.run) for one in cards]
    query = (
        select(DELIVERY)
        .where(tuple_(DELIVERY.c.entry, DELIVERY.c.run).in_(named))
        .where(DELIVERY.c.state == State.AWAITING_APPROVAL)
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
    )
    deliveries = [delivery_of(row) for row in connection.execute(query)]
    by_card: dict[tuple[str, str], list[Waiting]] = {}
    for one in waiting_of(connection, looker, deliveries):
        by_card.setdefault((one.delivery.entry, one.delivery.run), []).append(one)
    return tuple(
        Card(
            entry=one.entry,
            run=one.run,
            post=one.post,
            tier=TIERS[one.tier],
            due_at=by_card[one.entry, one.run][0].delivery.due_at,
            waiting=tuple(by_card[one.entry, one.run]),
        )
        for one in cards
    )


def _asked(delivery: Delivery, kind: str, looker: Looker) -> Asked:
    if kind == "partner":
        return Asked(kind=kind, able=(), deputies=(), mine=False, mine_for=None)
    people = sorted({*looker.roles, looker.person})
    rights = {
        name: right
        for name in people
        if (right := right_to(kind, name, looker.roles, delivery.applied_by)) is not None
    }
    own = rights.get(looker.person)
    return Asked(
        kind=kind,
        able=tuple(
            name for name, one in rights.items() if one.absence is None and name in looker.roles
        ),
        deputies=tuple(one.absence for one in rights.values() if one.absence is not None),
        mine=own is not None,
        mine_for=own.absence if own else None,
    )


def _approved_before(connection: Connection, deliveries: Sequence[Delivery]) -> dict[str, str]:
    """Return, by delivery, the content that was approved last, where it is another one now."""
    known = {one.id: one for one in deliveries}
    query = (
        select(GATE)
        .where(GATE.c.delivery_id.in_(list(known)), GATE.c.decision == "yes")
        .order_by(GATE.c.decided_at)
    )
    gates = [Gate.model_construct(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001 - the documented way to it
    return {
        one.delivery_id: one.content_hash
        for one in gates
        if one.content_hash and one.content_hash != known[one.delivery_id].content_hash
    }


def _change(
    one: Delivery, before: Mapping[str, str], known: Mapping[str, Payload]
) -> Comparison | None:
    if one.id not in before:
        return None
    return compare(known[before[one.id]], known[one.content_hash])
