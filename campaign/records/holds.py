"""Legal holds: a person's word that some records stay, whatever the rules of keeping say.

A hold covers a post, a partner, a channel or everything, on all days or some. Where a record
cannot be told apart (a letter names no delivery) any hold on its day covers it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, or_, select, update

from campaign.models_records import LegalHold
from campaign.records.asked import NothingAskedError
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change
from campaign.store.tables import CHANNEL, DELIVERY, LEGAL_HOLD

ALL, POST, PARTNER, CHANNEL_SCOPE = "all", "post", "partner", "channel"
SCOPES = (ALL, POST, PARTNER, CHANNEL_SCOPE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a hold is to cover."""

    matter: str
    scope: str = ALL
    target: str = ""
    from_on: date | None = None
    until_on: date | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Belongs:
    """What a record belongs to; nothing where it cannot be told."""

    at: datetime
    post: str | None = None
    partner: str | None = None
    channel: str | None = None


def place_hold(connection: Connection, wanted: Wanted, change: Change) -> int:
    """Place a hold; return its number.

    Raises `NothingAskedError` where there is nothing that it could cover, or it has ended already.
    """
    _check(connection, wanted, change)
    values = {
        "matter": wanted.matter.strip(),
        "scope": wanted.scope,
        "target": wanted.target,
        "from_on": wanted.from_on,
        "until_on": wanted.until_on,
        "ends_at": wanted.ends_at,
        "reason": change.why,
        "placed_by": change.who,
        "placed_at": change.at,
    }
    made = connection.execute(insert(LEGAL_HOLD).values(**values).returning(LEGAL_HOLD.c.id))
    number = int(made.scalar_one())
    about = f"hold {number}: {wanted.scope} {wanted.target}".strip()
    note_deed(connection, change, "placed legal hold", about)
    return number


def lift_hold(connection: Connection, number: int, change: Change) -> None:
    """Lift a hold; raise `NothingAskedError` where none of that number stands."""
    stands = (LEGAL_HOLD.c.id == number, LEGAL_HOLD.c.lifted_at.is_(None))
    done = connection.execute(
        update(LEGAL_HOLD).where(*stands).values(lifted_by=change.who, lifted_at=change.at)
    )
    if done.rowcount != 1:
        message = f"no legal hold {number} stands; `campaign legal-hold list` shows all there were"
        raise NothingAskedError(message)
    note_deed(connection, change, "lifted legal hold", f"hold {number}")


def all_holds(connection: Connection) -> list[LegalHold]:
    """Return every hold that was ever placed, the oldest first."""
    rows = connection.execute(select(LEGAL_HOLD).order_by(LEGAL_HOLD.c.id))
    return [LegalHold(**row._mapping) for row in rows]  # noqa: SLF001 - the documented way


def holds_at(connection: Connection, now: datetime) -> list[LegalHold]:
    """Return the holds that stand at an instant."""
    query = select(LEGAL_HOLD).where(
        LEGAL_HOLD.c.lifted_at.is_(None),
        or_(LEGAL_HOLD.c.ends_at.is_(None), LEGAL_HOLD.c.ends_at > now),
    )
    rows = connection.execute(query.order_by(LEGAL_HOLD.c.id))
    return [LegalHold(**row._mapping) for row in rows]  # noqa: SLF001 - the documented way


def covered_by(holds: Sequence[LegalHold], record: Belongs, zone: ZoneInfo) -> LegalHold | None:
    """Return the first hold that covers a record; None where none does."""
    return next((one for one in holds if _covers(one, record, zone)), None)


def _covers(hold: LegalHold, record: Belongs, zone: ZoneInfo) -> bool:
    day = record.at.astimezone(zone).date()
    if hold.from_on is not None and day < hold.from_on:
        return False
    if hold.until_on is not None and day > hold.until_on:
        return False
    belongs = {POST: record.post, PARTNER: record.partner, CHANNEL_SCOPE: record.channel}
    known = belongs.get(hold.scope)
    return known is None or known == hold.target


def _check(connection: Connection, wanted: Wanted, change: Change) -> None:
    message = ""
    if not wanted.matter.strip() or not change.why.strip():
        message = "write what the hold is for and why; both stand in the record"
    elif wanted.scope not in SCOPES or bool(wanted.target) is (wanted.scope == ALL):
        message = "name one post, one partner or one channel, or hold everything"
    elif wanted.from_on and wanted.until_on and wanted.until_on < wanted.from_on:
        message = "the last day is before the first; write the earlier one first"
    elif wanted.ends_at is not None and wanted.ends_at <= change.at:
        message = "the hold would have ended already; write a later day"
    elif wanted.scope != ALL and not _is_known(connection, wanted):
        message = f"the record knows no {wanted.scope} “{wanted.target}”"
    if message:
        raise NothingAskedError(message)


def _is_known(connection: Connection, wanted: Wanted) -> bool:
    columns = {
        POST: DELIVERY.c.post,
        PARTNER: CHANNEL.c.partner,
        CHANNEL_SCOPE: CHANNEL.c.id,
    }
    column = columns[wanted.scope]
    found = connection.execute(select(column).where(column == wanted.target).limit(1))
    return found.first() is not None
