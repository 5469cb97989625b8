"""Seals the logs into one chain of hashes, and finds out whether anybody has changed them since.

Lines are written by many at once, so they are sealed a little later, by one at a time: under the
lock beside which nobody else writes, so that no line with a lower number can still arrive. Each
seal is a hash over its line and the seal before. Whoever changes, takes out or slips in a line
beside the program breaks the chain at that line; whoever makes the whole chain anew is caught by
its last hash, once that was noted somewhere else.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from campaign.store.tables import DEED, MOVE, SEAL

LOGS: dict[str, Table] = {"move": MOVE, "deed": DEED}
AT_ONCE = 1000
START = "0" * 64
"""What stands before the first seal."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What came out of going through the chain."""

    lines: int
    """How many were looked at and are as they were sealed."""
    head: str
    """The last good hash; `START` where nothing is sealed."""
    unsealed: int
    """Lines written since the last sealing."""
    broken: str | None = None
    """The first line that is not as it was sealed, in words; None where all are."""


def is_behind(connection: Connection) -> bool:
    """Whether there are lines to seal; a look takes no lock, which sealing does."""
    return any(
        connection.execute(_unsealed(connection, log, table).limit(1)).first() is not None
        for log, table in LOGS.items()
    )


def seal(connection: Connection, now: datetime, *, most: int = 5_000) -> int:
    """Seal lines that are not yet, in a transaction of `Store.write`; return how many.

    At most so many, since nobody else writes in the meantime: a tenth of a second.
    """
    last = connection.execute(select(SEAL).order_by(SEAL.c.number.desc()).limit(1)).first()
    number, before = (last.number, last.hash) if last else (0, START)
    rows: list[dict[str, Any]] = []
    for log, table in LOGS.items():
        query = _unsealed(connection, log, table).order_by(table.c.id).limit(most - len(rows))
        for line in connection.execute(query):
            number, before = number + 1, _hash(before, log, line)
            rows.append(
                {"number": number, "log": log, "line": line.id, "sealed_at": now, "hash": before}
            )
    if rows:
        connection.execute(insert(SEAL), rows)
    return len(rows)


def verify(connection: Connection, *, noted: str | None = None) -> Finding:
    """Go through the whole chain; `noted` is a hash that has to be in it."""
    good, before, found = 0, START, noted is None
    for seals in _batches(connection):
        lines = _lines(connection, seals)
        for one in seals:
            fault = _fault(one, lines.get((one.log, one.line)), good + 1, before)
            if fault:
                return _finding(connection, good, before, fault)
            good, before = good + 1, one.hash
            found = found or before == noted
    slipped = _slipped_in(connection)
    if slipped is None and not found:
        slipped = f"the hash {noted} is not in the chain: it was made anew, or cut off"
    return _finding(connection, good, before, slipped)


def _fault(one: Any, line: Any, expected: int, before: str) -> str | None:
    what = f"line {one.line} of the log of {one.log}s (seal {one.number})"
    if one.number != expected:
        return f"seal {expected} was taken out"
    if one.log not in LOGS or line is None:
        return f"{what} was taken out"
    return None if one.hash == _hash(before, one.log, line) else f"{what} was changed"


def _finding(connection: Connection, lines: int, head: str, broken: str | None) -> Finding:
    unsealed = sum(
        connection.execute(
            select(func.count()).select_from(_unsealed(connection, log, table).subquery())
        ).scalar_one()
        for log, table in LOGS.items()
    )
    return Finding(lines=lines, head=head, unsealed=unsealed, broken=broken)


def _unsealed(connection: Connection, log: str, table: Table) -> Any:
    last = select(func.max(SEAL.c.line)).where(SEAL.c.log == log)
    return select(table).where(table.c.id > (connection.execute(last).scalar() or 0))


def _slipped_in(connection: Connection) -> str | None:
    """Return a line that was written among those which were sealed already."""
    for log, table in LOGS.items():
        last = select(func.max(SEAL.c.line)).where(SEAL.c.log == log).scalar_subquery()
        sealed = select(SEAL.c.line).where(SEAL.c.log == log)
        query = select(func.min(table.c.id)).where(table.c.id <= last, table.c.id.not_in(sealed))
        line = connection.execute(query).scalar()
        if line is not None:
            return f"line {line} of the log of {log}s was slipped in"
    return None


def _batches(connection: Connection) -> Iterator[Sequence[Any]]:
    after = 0
    while True:
        query = select(SEAL).where(SEAL.c.number > after).order_by(SEAL.c.number).limit(AT_ONCE)
        some = connection.execute(query).all()
        if not some:
            return
        yield some
        after = some[-1].number


def _lines(connection: Connection, seals: Sequence[Any]) -> dict[tuple[str, int], Any]:
    found = {}
    for log, table in LOGS.items():
        wanted = [one.line for one in seals if one.log == log]
        for row in connection.execute(select(table).where(table.c.id.in_(wanted))):
            found[log, row.id] = row
    return found


def _hash(before: str, log: str, line: Any) -> str:
    values = [before, log, *(_plain(one) for one in line)]
    text = json.dumps(values, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
