"""Keeps corrections: each a row of its own, with both wordings, its words of yes, and its tries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from campaign.models_changes import Correction, CorrectionWord
from campaign.states import State
from campaign.store.deliveries import Change
from campaign.store.tables import CORRECTION, CORRECTION_WORD, DELIVERY, WITHDRAWAL


class Stage(StrEnum):
    """How far a correction has come. The values are stored, and printed in JSON."""

    AWAITING_APPROVAL = "awaiting-approval"
    APPROVED = "approved"
    BY_HAND = "by-hand"
    """The network does not edit it for us: a person has to."""
    DONE = "done"
    DROPPED = "dropped"


OPEN = (Stage.AWAITING_APPROVAL, Stage.APPROVED, Stage.BY_HAND)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a try came to."""

    stage: Stage
    note: str
    not_before: datetime | None = None


def add_correction(connection: Connection, correction: Correction) -> int:
    """Write a correction; return its number."""
    values = correction.model_dump(exclude={"id"})
    done = connection.execute(insert(CORRECTION).values(**values).returning(CORRECTION.c.id))
    number: int = done.scalar_one()
    return number


def corrections_of(connection: Connection, delivery_id: str) -> list[Correction]:
    """Return every correction of a delivery, the first one first."""
    query = select(CORRECTION).where(CORRECTION.c.delivery_id == delivery_id)
    return [_correction(row) for row in connection.execute(query.order_by(CORRECTION.c.id))]


def open_correction(connection: Connection, delivery_id: str) -> Correction | None:
    """Return the one correction of a delivery that is not done, if any."""
    found = [one for one in corrections_of(connection, delivery_id) if one.stage in OPEN]
    return found[-1] if found else None


def open_corrections(connection: Connection) -> dict[str, Correction]:
    """Return what is not done, by delivery."""
    query = select(CORRECTION).where(CORRECTION.c.stage.in_(OPEN)).order_by(CORRECTION.c.id)
    return {row.delivery_id: _correction(row) for row in connection.execute(query)}


def words_of(connection: Connection, correction_id: int) -> list[CorrectionWord]:
    """Return who said yes to a correction, by kind."""
    query = select(CORRECTION_WORD).where(CORRECTION_WORD.c.correction_id == correction_id)
    rows = connection.execute(query.order_by(CORRECTION_WORD.c.kind))
    return [CorrectionWord(**row._mapping) for row in rows]  # noqa: SLF001 - documented


def write_words(
    connection: Connection, correction: Correction, kinds: Sequence[str], change: Change
) -> None:
    """Write a person's yes of these kinds, bound to the correction's content."""
    rows = [
        {
            "correction_id": correction.id,
            "kind": kind,
            "person": change.who,
            "said_at": change.at,
            "content_hash": correction.content_hash,
        }
        for kind in kinds
    ]
    connection.execute(insert(CORRECTION_WORD), rows)


def due_corrections(connection: Connection, now: datetime) -> dict[str, list[str]]:
    """Return the deliveries whose approved correction can be made now, by channel."""
    query = (
        select(DELIVERY.c.id, DELIVERY.c.channel)
        .join(CORRECTION, CORRECTION.c.delivery_id == DELIVERY.c.id)
        .where(
            CORRECTION.c.stage == Stage.APPROVED,
            or_(CORRECTION.c.lease_until.is_(None), CORRECTION.c.lease_until <= now),
            or_(CORRECTION.c.not_before.is_(None), CORRECTION.c.not_before <= now),
            DELIVERY.c.state == State.PUBLISHED,
            DELIVERY.c.id.not_in(select(WITHDRAWAL.c.delivery_id)),
        )
        .order_by(CORRECTION.c.id)
    )
    found: dict[str, list[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.channel, []).append(row.id)
    return found


def next_correction_at(connection: Connection, now: datetime) -> datetime | None:
    """Return the next instant at which a correction is tried, or taken over."""
    firsts = [
        connection.execute(
            select(func.min(one)).where(CORRECTION.c.stage == Stage.APPROVED, one > now)
        ).scalar()
        for one in (CORRECTION.c.not_before, CORRECTION.c.lease_until)
    ]
    return min((one for one in firsts if one is not None), default=None)


def claim_correction(
    connection: Connection, delivery_id: str, now: datetime, lease: timedelta
) -> Correction | None:
    """Take a delivery's approved correction for one try; None where there is none to be made."""
    found = open_correction(connection, delivery_id)
    if found is None or found.stage != Stage.APPROVED:
        return None
    if any(one and one > now for one in (found.lease_until, found.not_before)):
        return None
    taken = {"tries": found.tries + 1, "lease_until": now + lease}
    free = _of(found).where(CORRECTION.c.tries == found.tries)
    if connection.execute(free.values(**taken)).rowcount != 1:
        return None
    return Correction.model_construct(**{**found.model_dump(), **taken})


def finish_correction(
    connection: Connection, claimed: Correction, outcome: Outcome, at: datetime
) -> bool:
    """Write what a try came to; False where another try has begun, or it was dropped."""
    is_over = outcome.stage in (Stage.DONE, Stage.DROPPED)
    values = {
        "stage": outcome.stage,
        "note": outcome.note,
        "not_before": outcome.not_before,
        "lease_until": None,
        "ended_at": at if is_over else None,
    }
    mine = _of(claimed).where(CORRECTION.c.tries == claimed.tries, CORRECTION.c.stage.in_(OPEN))
    return connection.execute(mine.values(**values)).rowcount == 1


def set_stage(connection: Connection, correction: Correction, stage: Stage) -> bool:
    """Bring a correction to another stage; False where it has moved on since."""
    mine = _of(correction).where(CORRECTION.c.stage == correction.stage)
    return connection.execute(mine.values(stage=stage)).rowcount == 1


def _of(correction: Correction) -> Any:
    return update(CORRECTION).where(CORRECTION.c.id == correction.id)


def _correction(row: Any) -> Correction:
    return Correction.model_construct(**row._mapping)  # noqa: SLF001 - the documented way to it
