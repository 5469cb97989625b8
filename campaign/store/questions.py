"""What partners are asked, until when they may answer, and what silence comes to.

A question belongs to one content and one slot: an edit, or another time, asks anew.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, update

from campaign.models import Delivery
from campaign.states import State
from campaign.store.backends import insert
from campaign.store.deliveries import Change, get_deliveries, move
from campaign.store.gates import closed_kinds
from campaign.store.leaders import later_parts
from campaign.store.tables import DELIVERY, PARTNER_QUESTION

A_DAY = timedelta(days=1)
_HOLDS = (PARTNER_QUESTION.c.content_hash == DELIVERY.c.content_hash) & (
    PARTNER_QUESTION.c.due_at == DELIVERY.c.due_at
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question to a partner, as its row has it."""

    delivery_id: str
    content_hash: str
    due_at: datetime
    asked_at: datetime
    answer_by: datetime
    nudge_at: datetime
    nudged_at: datetime | None = None


def answer_by(asked_at: datetime, within: timedelta | None, due_at: datetime) -> datetime:
    """Return until when there is time to answer: never later than the slot."""
    return due_at if within is None else min(asked_at + within, due_at)


def nudge_at(asked_at: datetime, until: datetime) -> datetime:
    """Return when silence is reminded of: a day before the end, or halfway if that is later."""
    return max(until - A_DAY, asked_at + (until - asked_at) / 2)


def ask(
    connection: Connection, delivery: Delivery, within: timedelta | None, now: datetime
) -> Question | None:
    """Write that a partner is asked about a delivery; None where it was asked already."""
    known = connection.execute(
        select(PARTNER_QUESTION.c.content_hash, PARTNER_QUESTION.c.due_at).where(
            PARTNER_QUESTION.c.delivery_id == delivery.id
        )
    ).first()
    if known and (known.content_hash, known.due_at) == (delivery.content_hash, delivery.due_at):
        return None
    until = answer_by(now, within, delivery.due_at)
    asked = Question(
        delivery_id=delivery.id,
        content_hash=delivery.content_hash,
        due_at=delivery.due_at,
        asked_at=now,
        answer_by=until,
        nudge_at=nudge_at(now, until),
    )
    values = asdict(asked)
    statement = insert(connection, PARTNER_QUESTION).values(**values)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[PARTNER_QUESTION.c.delivery_id], set_=values
        )
    )
    return asked


def forget_questions(connection: Connection, ids: Collection[str]) -> None:
    """Let deliveries be asked about anew."""
    connection.execute(
        delete(PARTNER_QUESTION).where(PARTNER_QUESTION.c.delivery_id.in_(list(ids)))
    )


def forget_settled(connection: Connection) -> None:
    """Drop the questions about what waits no longer, so that few rows are looked at each second."""
    waiting = select(DELIVERY.c.id).where(
        DELIVERY.c.id == PARTNER_QUESTION.c.delivery_id, DELIVERY.c.state == State.AWAITING_APPROVAL
    )
    connection.execute(delete(PARTNER_QUESTION).where(~waiting.exists()))


def question_of(connection: Connection, delivery: Delivery) -> Question | None:
    """Return what a delivery's partner is asked now; None where nobody has asked."""
    row = connection.execute(_open().where(PARTNER_QUESTION.c.delivery_id == delivery.id)).first()
    return _question(row) if row else None


def unanswered(connection: Connection, deliveries: Iterable[Delivery]) -> list[Delivery]:
    """Return those that wait for their partner's yes and for nothing else."""
    waiting = [one for one in deliveries if "partner" in one.gates.split(",")]
    closed = closed_kinds(connection, waiting)
    return [one for one in waiting if closed.get(one.id) == ["partner"]]


def to_nudge(connection: Connection, now: datetime) -> list[tuple[Question, Delivery]]:
    """Return the questions whose partner is silent and has not been reminded."""
    query = _open().where(
        PARTNER_QUESTION.c.nudge_at <= now,
        PARTNER_QUESTION.c.nudged_at.is_(None),
        PARTNER_QUESTION.c.answer_by > now,
    )
    found = _with_deliveries(connection, query)
    silent = {one.id for one in unanswered(connection, [one for _, one in found])}
    return [one for one in found if one[1].id in silent]


def note_nudged(connection: Connection, question: Question, now: datetime) -> bool:
    """Write that a partner was reminded of a question; False where somebody else did it."""
    done = connection.execute(
        update(PARTNER_QUESTION)
        .where(
            PARTNER_QUESTION.c.delivery_id == question.delivery_id,
            PARTNER_QUESTION.c.nudged_at.is_(None),
        )
        .values(nudged_at=now)
    )
    return done.rowcount == 1


def any_silent(connection: Connection, now: datetime) -> bool:
    """Whether the time to answer some question is over, which is rare."""
    query = _open().where(PARTNER_QUESTION.c.answer_by <= now).limit(1)
    return connection.execute(query).first() is not None


def take_silence(connection: Connection, now: datetime) -> list[State]:
    """Move what nobody answered in time to `no-answer`, with the rest of its thread."""
    found = _with_deliveries(connection, _open().where(PARTNER_QUESTION.c.answer_by <= now))
    silent = {one.id for one in unanswered(connection, [one for _, one in found])}
    late = [one for _, one in found if one.id in silent]
    return [State.NO_ANSWER for one in late if _close(connection, one, now)]


def _close(connection: Connection, delivery: Delivery, now: datetime) -> bool:
    """Let silence be a no, for the rest of the thread as well; False where somebody was quicker."""
    why = f"{delivery.partner} was asked and did not answer in time"
    change = Change(who="campaign", at=now, why=why)
    later = later_parts(connection, [delivery.id])
    for one in (one for one in later if one.state == State.AWAITING_APPROVAL):
        move(connection, one, State.NO_ANSWER, change, {"note": why})
    return move(connection, delivery, State.NO_ANSWER, change, {"note": why})


def next_answer_by(connection: Connection, now: datetime) -> datetime | None:
    """Return when the next time to answer ends."""
    query = select(func.min(PARTNER_QUESTION.c.answer_by)).where(PARTNER_QUESTION.c.answer_by > now)
    found: datetime | None = connection.execute(query).scalar()
    return found


def _open() -> Select[Any]:
    """Select questions that still hold, of deliveries that still wait."""
    return (
        select(PARTNER_QUESTION)
        .join(DELIVERY, DELIVERY.c.id == PARTNER_QUESTION.c.delivery_id)
        .where(DELIVERY.c.state == State.AWAITING_APPROVAL, _HOLDS)
    )


def _with_deliveries(connection: Connection, query: Select[Any]) -> list[tuple[Question, Delivery]]:
    rows = connection.execute(query.order_by(PARTNER_QUESTION.c.delivery_id)).all()
    deliveries = get_deliveries(connection, [row.delivery_id for row in rows])
    return [(_question(row), deliveries[row.delivery_id]) for row in rows]


def _question(row: Any) -> Question:
    return Question(**{name: getattr(row, name) for name in Question.__dataclass_fields__})
