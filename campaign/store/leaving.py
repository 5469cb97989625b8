"""Which partners have left: asked before every call, and under every claim."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change
from campaign.store.prepared import Prepared
from campaign.store.tables import PARTNER_LEAVING

_LEFT = Prepared(
    select(PARTNER_LEAVING)
    .where(PARTNER_LEAVING.c.back_at.is_(None))
    .order_by(PARTNER_LEAVING.c.id)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaving:
    """One partner that takes part no longer."""

    partner: str
    left_at: datetime
    said_by: str
    reason: str

    def __str__(self) -> str:
        return f"{self.partner} takes part no longer, says {self.said_by}: {self.reason}"


def left(connection: Connection) -> dict[str, Leaving]:
    """Return the partners that have left, by id; mostly there is none."""
    return {row.partner: _leaving(row) for row in _LEFT.rows(connection, {})}


def note_leaving(connection: Connection, partner: str, change: Change) -> None:
    """Write that a partner takes part no longer; nothing leaves for its channels after this."""
    connection.execute(
        insert(PARTNER_LEAVING).values(
            partner=partner, left_at=change.at, said_by=change.who, reason=change.why
        )
    )
    note_deed(connection, change, "revoked", f"partner {partner}")


def note_back(connection: Connection, partner: str, change: Change) -> bool:
    """Write that a partner takes part again; False where it had not left."""
    done = connection.execute(
        update(PARTNER_LEAVING)
        .where(PARTNER_LEAVING.c.partner == partner, PARTNER_LEAVING.c.back_at.is_(None))
        .values(back_at=change.at, back_by=change.who)
    )
    if done.rowcount:
        note_deed(connection, change, "took back", f"partner {partner}")
    return done.rowcount > 0


def _leaving(row: Any) -> Leaving:
    return Leaving(partner=row.partner, left_at=row.left_at, said_by=row.said_by, reason=row.reason)
