"""What waits for a yes, the riskiest first: one card for each run of an entry.

Which cards there are is asked of the database alone; gates, contents and what was approved before
are read only for the cards that are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
)

from campaign.decisions.approvals import Roles
from campaign.desk_views.compared import Comparison, compare
from campaign.desk_views.contents import contents
from campaign.desk_views.rows import Some, rows_where
from campaign.models import Delivery, Gate
from campaign.payload import Payload
from campaign.people import has_applied, may_open
from campaign.publishing.verdict import latest_at
from campaign.states import State
from campaign.store.deliveries import delivery_of, modes
from campaign.store.gates import closed_kinds
from campaign.store.tables import DELIVERY, GATE

CARDS_ON_PAGE = 5
SOON = timedelta(hours=24)
PLAIN = ("", "approval", "partner", "approval,partner")
"""Gates that no post asks for by name."""


class Tier(StrEnum):
    """How much hangs on a card. The values stand on the page."""

    SPECIAL = "Needs more than an editor"
    CHANGED = "Changed since it was approved"
    SOON = "Due within 24 hours"
    USUAL = "Can wait a while"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One gate of a delivery that is still closed."""

    kind: str
    able: tuple[str, ...]
    """Any one of these may open it; nobody who applied the delivery is among them."""
    mine: bool


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Looker:
    """Who looks at the queue."""

    person: str
    roles: Roles
    """Of everybody."""
    now: datetime

    @property
    def kinds(self) -> list[str]:
        """The gates that this person may open."""
        known = {*(role for roles in self.roles.values() for role in roles), "approval"}
        return sorted(kind for kind in known if may_open(kind, self.person, self.roles))


def approval_queue(connection: Connection, looker: Looker, *, page: int = 1) -> Queue:
    """Return a page of the cards with something for this person to decide."""
    everything = _cards(connection, looker)
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
    rows = rows_where(connection, waits, _SENT_BACK)
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


def _cards(connection: Connection, looker: Looker) -> list[Any]:
    """Return every card, the riskiest first, without its deliveries."""
    mine = and_(not_(_applied_by(looker.person)), _closed_for(looker), not_(_SENT_BACK))
    tier = func.min(
        case(
            (DELIVERY.c.gates.not_in(PLAIN), 0),
            (_changed(), 1),
            (DELIVERY.c.due_at <= looker.now + SOON, 2),
            else_=3,
        )
    ).label("tier")
    due_at = func.min(DELIVERY.c.due_at).label("due_at")
    query = (
        select(
            DELIVERY.c.entry,
            DELIVERY.c.run,
            func.min(DELIVERY.c.post).label("post"),
            func.max(case((mine, 1), else_=0)).label("mine"),
            tier,
            due_at,
        )
        .where(DELIVERY.c.state == State.AWAITING_APPROVAL)
        .group_by(DELIVERY.c.entry, DELIVERY.c.run)
        .order_by(tier, due_at, DELIVERY.c.entry, DELIVERY.c.run)
    )
    return list(connection.execute(query).all())


def _applied_by(person: str) -> ColumnElement[bool]:
    """Whether a person is among those who applied, as `people.has_applied` has it."""
    among = literal(",").concat(DELIVERY.c.applied_by).concat(",")
    return or_(DELIVERY.c.applied_by == person, among.contains(f",{person},", autoescape=True))


def _closed_for(looker: Looker) -> ColumnElement[bool]:
    """Whether a gate of theirs is closed for the content and the day, as `gates` has it."""
    mine = GATE.c.kind != "partner" if not looker.roles else GATE.c.kind.in_(looker.kinds)
    opened = and_(
        GATE.c.decision == "yes",
        GATE.c.content_hash == DELIVERY.c.content_hash,
        GATE.c.day == func.substr(DELIVERY.c.wall_time, 1, 10),
    )
    return exists().where(
        GATE.c.delivery_id == DELIVERY.c.id,
        mine,
        or_(GATE.c.decision.is_(None), not_(opened)),
    )


_SENT_BACK = exists().where(
    GATE.c.delivery_id == DELIVERY.c.id,
    GATE.c.decision == "no",
    GATE.c.content_hash == DELIVERY.c.content_hash,
)
"""Whether somebody has said no to it as it stands: then it is its author's turn."""


def _changed() -> ColumnElement[bool]:
    return exists().where(
        GATE.c.delivery_id == DELIVERY.c.id,
        GATE.c.decision == "yes",
        GATE.c.content_hash != DELIVERY.c.content_hash,
    )


_TIERS = tuple(Tier)


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
            tier=_TIERS[one.tier],
            due_at=by_card[one.entry, one.run][0].delivery.due_at,
            waiting=tuple(by_card[one.entry, one.run]),
        )
        for one in cards
    )


def _asked(delivery: Delivery, kind: str, looker: Looker) -> Asked:
    able = tuple(
        sorted(
            name
            for name in looker.roles
            if kind != "partner"
            and may_open(kind, name, looker.roles)
            and not has_applied(name, delivery.applied_by)
        )
    )
    is_free = kind != "partner" and may_open(kind, looker.person, looker.roles)
    mine = is_free and not has_applied(looker.person, delivery.applied_by)
    return Asked(kind=kind, able=able, mine=mine)


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
