"""What a team wants to know at this moment: what needs a person, what goes out, what is healthy."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, select

from campaign.desk_views.rows import COLUMNS, Row, Some, rows_where
from campaign.states import State
from campaign.store.corrections import Stage as CorrectionStage
from campaign.store.figures import Figures, figures
from campaign.store.tables import CORRECTION, DELIVERY, WITHDRAWAL
from campaign.store.withdrawals import Stage

AT_MOST = 20
"""Rows of one list; where there are more, the page says how many and leads to them."""
AHEAD = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class Now:
    """How things stand at one instant."""

    figures: Figures
    to_settle: Some
    """Nobody knows whether they are out, and the network cannot say: a person has to look."""
    missed: Some
    refused: Some
    held: Some
    by_hand: Some
    """Live posts that a person has to delete or correct, since the network lets no program."""
    checking: Some
    sending: Some
    overdue: Some
    """Scheduled, and their time has come."""
    coming: Some
    """Scheduled within the next 24 hours."""
    waits_soon: Some
    """Due within the next 24 hours, and still without an approval."""

    @property
    def needs_a_person(self) -> int:
        """How many deliveries nothing happens to until somebody decides."""
        lists = (self.to_settle, self.missed, self.refused, self.held, self.by_hand)
        return sum(one.total for one in lists)


def now_view(connection: Connection, now: datetime) -> Now:
    """Read it all in a dozen statements, each along an index."""
    seen = figures(connection, now)
    counts = seen.counts
    unknown = DELIVERY.c.state == State.UNKNOWN
    is_due = DELIVERY.c.due_at <= now
    soon = DELIVERY.c.due_at.between(now, now + AHEAD)
    return Now(
        figures=seen,
        to_settle=_some(connection, unknown, DELIVERY.c.not_before.is_(None)),
        checking=_some(connection, unknown, DELIVERY.c.not_before.is_not(None)),
        missed=_of_state(connection, State.MISSED, counts),
        refused=_of_state(connection, State.REFUSED, counts),
        held=_of_state(connection, State.HELD, counts),
        sending=_of_state(connection, State.SENDING, counts),
        by_hand=_by_hand(connection),
        overdue=_some(connection, DELIVERY.c.state == State.PLANNED, is_due),
        coming=_some(connection, DELIVERY.c.state == State.PLANNED, soon),
        waits_soon=_some(connection, DELIVERY.c.state == State.AWAITING_APPROVAL, soon),
    )


def _of_state(connection: Connection, state: State, counts: dict[State, int]) -> Some:
    if not counts[state]:
        return Some((), 0)
    rows = rows_where(connection, DELIVERY.c.state == state, limit=AT_MOST)
    return Some(rows, counts[state])


def _some(connection: Connection, *conditions: ColumnElement[bool]) -> Some:
    rows = rows_where(connection, *conditions, limit=AT_MOST)
    if len(rows) < AT_MOST:
        return Some(rows, len(rows))
    ids = connection.execute(select(DELIVERY.c.id).where(*conditions)).scalars().all()
    return Some(rows, len(ids))


def _by_hand(connection: Connection) -> Some:
    """Return what is to be deleted or corrected by hand; there is never much of it."""
    withdrawn = select(WITHDRAWAL.c.delivery_id).where(WITHDRAWAL.c.stage == Stage.BY_HAND)
    corrected = select(CORRECTION.c.delivery_id).where(
        CORRECTION.c.stage == CorrectionStage.BY_HAND
    )
    query = (
        select(*COLUMNS)
        .where(DELIVERY.c.id.in_(withdrawn.union(corrected)), DELIVERY.c.state == State.PUBLISHED)
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
    )
    rows = tuple(Row(*row) for row in connection.execute(query))
    return Some(rows[:AT_MOST], len(rows))
