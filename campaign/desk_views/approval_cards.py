"""Which cards wait for a yes, the riskiest first, asked of the database alone."""

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
)

from campaign.decisions.approvals import Roles
from campaign.people import Absence, holds_gate, stands_in_for
from campaign.states import State
from campaign.store.tables import DELIVERY, GATE

SOON = timedelta(hours=24)
PLAIN = ("", "approval", "partner", "approval,partner")
"""Gates that no post asks for by name."""


class Tier(StrEnum):
    """How much hangs on a card. The values stand on the page."""

    SPECIAL = "Needs more than an editor"
    CHANGED = "Changed since it was approved"
    SOON = "Due within 24 hours"
    USUAL = "Can wait a while"


TIERS = tuple(Tier)
"""By the number that `list_cards` gives."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Looker:
    """Who looks at the queue."""

    person: str
    roles: Roles
    """Of everybody."""
    now: datetime

    @property
    def kinds(self) -> list[str]:
        """The gates that this person may open in their own right."""
        return self.kinds_of(self.person)

    @property
    def absences(self) -> tuple[Absence, ...]:
        """Those in which this person stands in for somebody."""
        return stands_in_for(self.person, self.roles)

    def kinds_of(self, holder: str) -> list[str]:
        """Return the gates for which somebody has the role."""
        known = {*(role for roles in self.roles.values() for role in roles), "approval"}
        return sorted(kind for kind in known if holds_gate(kind, holder, self.roles))


def list_cards(connection: Connection, looker: Looker) -> list[Any]:
    """Return every card, the riskiest first, without its deliveries."""
    theirs = GATE.c.kind != "partner" if not looker.roles else GATE.c.kind.in_(looker.kinds)
    for_others = (
        and_(not_(_applied_by(one.absent)), _closed(GATE.c.kind.in_(looker.kinds_of(one.absent))))
        for one in looker.absences
    )
    free = or_(_closed(theirs), *for_others)
    mine = and_(not_(_applied_by(looker.person)), free, not_(SENT_BACK))
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


def _closed(those: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether one of those gates is closed for the content and the day, as `gates` has it."""
    opened = and_(
        GATE.c.decision == "yes",
        GATE.c.content_hash == DELIVERY.c.content_hash,
        GATE.c.day == func.substr(DELIVERY.c.wall_time, 1, 10),
    )
    return exists().where(
        GATE.c.delivery_id == DELIVERY.c.id,
        those,
        or_(GATE.c.decision.is_(None), not_(opened)),
    )


SENT_BACK = exists().where(
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
