"""Keeps what was withdrawn: a word that stands beside its delivery, claimed and fenced as one.

Few deliveries have one. Publishing asks before every call whether a delivery does.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update

from campaign.models_changes import Withdrawal
from campaign.states import State
from campaign.store.deliveries import Change
from campaign.store.prepared import Prepared
from campaign.store.tables import DELIVERY, WITHDRAWAL


class Stage(StrEnum):
    """How far a withdrawal has come. The values are stored, and printed in JSON."""

    ASKED = "asked"
    BY_HAND = "by-hand"
    """The network does not take it down for us: a person has to."""
    DONE = "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a try came to."""

    stage: Stage
    note: str
    not_before: datetime | None = None


_WITHDRAWN = Prepared(
    select(WITHDRAWAL.c.delivery_id, WITHDRAWAL.c.asked_by, WITHDRAWAL.c.reason).where(
        WITHDRAWAL.c.delivery_id.in_(bindparam("ids", expanding=True))
    )
)
_RESTS = (State.SENDING, State.DECLINED)
"""Not before an attempt has ended can anything be done; what was declined went nowhere."""


def withdrawn(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """Return, in words, why those of some deliveries that were withdrawn may not go out."""
    rows = _WITHDRAWN.rows(connection, {"ids": list(ids)})
    return {row.delivery_id: f"withdrawn by {row.asked_by}: {row.reason}" for row in rows}


def write_withdrawal(connection: Connection, delivery_id: str, change: Change) -> None:
    """Write a person's word; said again, it makes what was left to a person be tried again."""
    if reopen_withdrawal(connection, delivery_id, ""):
        return
    row = Withdrawal(
        delivery_id=delivery_id,
        asked_by=change.who,
        asked_at=change.at,
        reason=change.why,
        stage=Stage.ASKED,
    )
    connection.execute(insert(WITHDRAWAL).values(**row.model_dump()))


def get_withdrawal(connection: Connection, delivery_id: str) -> Withdrawal | None:
    """Return what was said of a delivery, None where nobody has withdrawn it."""
    query = select(WITHDRAWAL).where(WITHDRAWAL.c.delivery_id == delivery_id)
    row = connection.execute(query).first()
    return _withdrawal(row) if row else None


def list_withdrawals(connection: Connection) -> list[Withdrawal]:
    """Return every withdrawal, the earliest first."""
    query = select(WITHDRAWAL).order_by(WITHDRAWAL.c.asked_at, WITHDRAWAL.c.delivery_id)
    return [_withdrawal(row) for row in connection.execute(query)]


def due_withdrawals(connection: Connection, now: datetime) -> dict[str, list[str]]:
    """Return what can be done something about now, by channel."""
    query = (
        select(DELIVERY.c.id, DELIVERY.c.channel)
        .join(WITHDRAWAL, WITHDRAWAL.c.delivery_id == DELIVERY.c.id)
        .where(
            WITHDRAWAL.c.stage == Stage.ASKED,
            or_(WITHDRAWAL.c.lease_until.is_(None), WITHDRAWAL.c.lease_until <= now),
            or_(WITHDRAWAL.c.not_before.is_(None), WITHDRAWAL.c.not_before <= now),
            DELIVERY.c.state.not_in(_RESTS),
            # What may be out has to be found first, and before its rest is over it might not be.
            or_(DELIVERY.c.state != State.UNKNOWN, DELIVERY.c.not_before <= now),
        )
        # Of a thread the last part first.
        .order_by(WITHDRAWAL.c.asked_at, DELIVERY.c.id.desc())
    )
    found: dict[str, list[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.channel, []).append(row.id)
    return found


def next_try_at(connection: Connection, now: datetime) -> datetime | None:
    """Return the next instant at which a withdrawal is tried, or taken over from a dead process."""
    columns = (WITHDRAWAL.c.not_before, WITHDRAWAL.c.lease_until)
    firsts = [
        connection.execute(
            select(func.min(one)).where(WITHDRAWAL.c.stage == Stage.ASKED, one > now)
        ).scalar()
        for one in columns
    ]
    return min((one for one in firsts if one is not None), default=None)


def claim_withdrawal(
    connection: Connection, delivery_id: str, now: datetime, lease: timedelta
) -> Withdrawal | None:
    """Take a withdrawal for one try; None where somebody else has it, or it rests or is done."""
    found = get_withdrawal(connection, delivery_id)
    if found is None or found.stage != Stage.ASKED:
        return None
    if any(one and one > now for one in (found.lease_until, found.not_before)):
        return None
    taken = {"tries": found.tries + 1, "lease_until": now + lease}
    free = _of(delivery_id).where(and_(WITHDRAWAL.c.tries == found.tries))
    if connection.execute(free.values(**taken)).rowcount != 1:
        return None
    return Withdrawal(**{**found.model_dump(), **taken})


def finish_withdrawal(
    connection: Connection, claimed: Withdrawal, outcome: Outcome, at: datetime
) -> bool:
    """Write what a try came to; False where another try has begun since."""
    values = {
        "stage": outcome.stage,
        "note": outcome.note,
        "not_before": outcome.not_before,
        "lease_until": None,
        "ended_at": at if outcome.stage is Stage.DONE else None,
    }
    mine = _of(claimed.delivery_id).where(WITHDRAWAL.c.tries == claimed.tries)
    return connection.execute(mine.values(**values)).rowcount == 1


def reopen_withdrawal(
    connection: Connection, delivery_id: str, why: str, *, not_before: datetime | None = None
) -> bool:
    """Let a delivery that may be out again be taken down again; False where none was withdrawn."""
    values = {"stage": Stage.ASKED, "note": why, "not_before": not_before, "ended_at": None}
    return connection.execute(_of(delivery_id).values(**values)).rowcount == 1


def end_by_word(connection: Connection, delivery_ids: Sequence[str], change: Change) -> None:
    """Write a person's word that posts are gone."""
    values = {"stage": Stage.DONE, "note": change.why, "lease_until": None, "ended_at": change.at}
    done = update(WITHDRAWAL).where(WITHDRAWAL.c.delivery_id.in_(list(delivery_ids)))
    connection.execute(done.values(**values, tries=WITHDRAWAL.c.tries + 1))


def _of(delivery_id: str) -> Any:
    return update(WITHDRAWAL).where(WITHDRAWAL.c.delivery_id == delivery_id)


def _withdrawal(row: Any) -> Withdrawal:
    return Withdrawal.model_construct(**row._mapping)  # noqa: SLF001 - the documented way to it
