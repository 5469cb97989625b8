"""Lets go what is past its time: a batch at a time, each with its tombstone, in one transaction.

A process that dies in the middle leaves whole batches: what is gone has its tombstone, what is not
gone is found again. What stands under a legal hold is passed over. A tombstone says what, how many,
when and under which rule, and a hash over the rows as they were.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert

from campaign.models_records import LegalHold
from campaign.records.holds import ALL, Belongs, covered_by, holds_at
from campaign.records.kinds import ALL_KINDS, Kind
from campaign.store.database import Store
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change
from campaign.store.tables import TOMBSTONE

AT_ONCE = 200
"""Rows in a batch: nobody sends meanwhile, a few hundredths of a second."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """What of one kind is past its time."""

    kind: str
    kept_for: timedelta
    number: int
    """What would go."""
    held: int
    """What a legal hold keeps."""
    oldest_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """How long what is kept, and the zone in which holds count days."""

    kept_for: Mapping[str, timedelta]
    zone: ZoneInfo

    def kinds(self) -> list[tuple[Kind, timedelta]]:
        """Return the kinds that a rule is set for, in their order."""
        found = [(one, self.kept_for.get(one.name)) for one in ALL_KINDS]
        return [(one, length) for one, length in found if length is not None]


def due(connection: Connection, rules: Rules, now: datetime) -> list[Due]:
    """Return what would go now, kind by kind; nothing is changed."""
    holds = holds_at(connection, now)
    found = []
    for kind, length in rules.kinds():
        rows = connection.execute(kind.past(now - length)).all()
        free = _free(kind, rows, holds, rules.zone)
        oldest = min((row.past_at for row in free), default=None)
        found.append(
            Due(
                kind=kind.name,
                kept_for=length,
                number=len(free),
                held=len(rows) - len(free),
                oldest_at=oldest,
            )
        )
    return found


def let_go(store: Store, rules: Rules, change: Change) -> dict[str, int]:
    """Let everything go that is past its time and under no hold; return how many of each kind."""
    gone = {}
    for kind, length in rules.kinds():
        number = 0
        while some := _batch(store, kind, length, rules, change):
            number += some
        gone[kind.name] = number
    return gone


def _batch(store: Store, kind: Kind, length: timedelta, rules: Rules, change: Change) -> int:
    """Let one batch go in a transaction of its own; return how many rows it was."""
    with store.read() as connection:  # a look takes no lock, and mostly there is nothing
        holds = holds_at(connection, change.at)
        if not _some(connection, kind, change.at - length, holds, rules.zone):
            return 0
    with store.write() as connection:
        holds = holds_at(connection, change.at)  # again: one may have been placed just now
        free = _some(connection, kind, change.at - length, holds, rules.zone)
        if free:
            kind.go(connection, free)
            _bury(connection, kind, length, free, change)
    return len(free)


def _some(
    connection: Connection, kind: Kind, before: datetime, holds: Sequence[LegalHold], zone: ZoneInfo
) -> list[Any]:
    """Return as many rows as make a batch; only where there are holds all are looked at."""
    query = kind.past(before) if holds else kind.past(before).limit(AT_ONCE)
    return _free(kind, connection.execute(query).all(), holds, zone)[:AT_ONCE]


def _free(kind: Kind, rows: Sequence[Any], holds: Sequence[LegalHold], zone: ZoneInfo) -> list[Any]:
    chosen = [one for one in holds if one.scope == ALL] if kind.is_personal else holds
    return [row for row in rows if covered_by(chosen, _belongs(row), zone) is None]


def _belongs(row: Any) -> Belongs:
    return Belongs(
        at=row.past_at,
        post=getattr(row, "post", None),
        partner=getattr(row, "partner", None),
        channel=getattr(row, "channel", None),
    )


def _bury(
    connection: Connection, kind: Kind, length: timedelta, rows: Sequence[Any], change: Change
) -> None:
    rule = f"{kind.name} are kept for {length.days} days"
    digest = digest_of(rows)
    instants = [row.past_at for row in rows]
    values = {
        "at": change.at,
        "who": change.who,
        "kind": kind.name,
        "rule": rule,
        "number": len(rows),
        "oldest_at": min(instants),
        "newest_at": max(instants),
        "sha256": digest,
    }
    connection.execute(insert(TOMBSTONE).values(**values))
    told = Change(who=change.who, at=change.at, why=f"{len(rows)}, since {rule}; {digest}")
    note_deed(connection, told, "deleted", kind.name)


def digest_of(rows: Sequence[Any]) -> str:
    """Return the hash over rows as they are: whoever has a copy can prove that it is of these."""
    values = [{name: _plain(one) for name, one in row._mapping.items()} for row in rows]  # noqa: SLF001
    text = json.dumps(values, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value
