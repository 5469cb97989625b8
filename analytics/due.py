"""What was due in a span of time, and where each delivery stood at an instant.

The delivery row knows only how things stand now. A report is of an instant, so states are read
from the log of moves up to it: the same instant gives the same report however much later it is
built.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Subquery, case, func, select

from analytics.weeks import Week
from campaign.states import OUT, State
from campaign.store.leaders import root_of
from campaign.store.tables import DELIVERY, MOVE


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Some time; the end is the first instant after it."""

    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """One delivery of the span, as it stood at the instant that was asked for."""

    id: str
    post: str
    channel: str
    partner: str
    state: State
    gates: tuple[str, ...]
    due_at: datetime
    published_at: datetime | None
    """None where it was not out by then."""
    follows: str | None = None
    """The part before it in its thread, or the post that it passes on."""

    @property
    def is_out(self) -> bool:
        """Whether it was known to be live."""
        return self.published_at is not None

    @property
    def is_later_part(self) -> bool:
        """Whether it is a part or a comment of a post whose first part is another delivery."""
        return root_of(self.id) != self.id

    @property
    def is_repost(self) -> bool:
        """Whether it only passes on another delivery's post."""
        return self.follows is not None and not self.is_later_part


def due_in(
    connection: Connection, week: Week | Stretch, as_of: datetime, partner: str | None = None
) -> list[Due]:
    """List the deliveries whose time lies in some stretch and that nobody had cancelled by then.

    With `partner` only those on its channels.
    """
    asked = [DELIVERY.c.due_at >= week.start_at, DELIVERY.c.due_at < week.end_at]
    asked += [DELIVERY.c.partner == partner] if partner else []
    moves = _moves_in(asked, as_of)
    query = (
        select(DELIVERY, MOVE.c.to_state, moves.c.first_at)
        .select_from(
            DELIVERY.outerjoin(moves, moves.c.delivery_id == DELIVERY.c.id).outerjoin(
                MOVE, MOVE.c.id == moves.c.last_id
            )
        )
        .where(*asked)
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
    )
    found = []
    for row in connection.execute(query):
        # A delivery whose whole log is later did not exist yet.
        if row.first_at is not None and row.to_state is None:
            continue
        state = State(row.to_state or row.state)
        out = state in OUT and row.published_at and row.published_at <= as_of
        one = Due(
            id=row.id,
            post=row.post,
            channel=row.channel,
            partner=row.partner,
            state=state,
            gates=tuple(kind for kind in row.gates.split(",") if kind),
            due_at=row.due_at,
            published_at=row.published_at if out else None,
            follows=row.follows,
        )
        if state is not State.CANCELLED:
            found.append(one)
    return found


def _moves_in(asked: Sequence[ColumnElement[bool]], as_of: datetime) -> Subquery:
    """Return, of each delivery that is asked for, its first move and the last one up to then."""
    by_then = case((MOVE.c.at <= as_of, MOVE.c.id))
    return (
        select(
            MOVE.c.delivery_id,
            func.max(by_then).label("last_id"),
            func.min(MOVE.c.at).label("first_at"),
        )
        .join(DELIVERY, DELIVERY.c.id == MOVE.c.delivery_id)
        .where(*asked)
        .group_by(MOVE.c.delivery_id)
        .subquery()
    )
