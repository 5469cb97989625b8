"""The rows by which processes know of each other: who works on this campaign, and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import Connection, delete, select

from campaign.operating.pulse import RUN, WORKER, Pulse
from campaign.store.backends import insert
from campaign.store.tables import HEARTBEAT

BEATS_EVERY = timedelta(seconds=10)
FRESH = timedelta(minutes=2)
"""A row that is older tells of a process that is gone, stands still, or cannot write."""
FORGOTTEN_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Beat:
    """One row."""

    process: str
    kind: str
    version: str
    started_at: datetime
    beat_at: datetime
    worked_at: datetime | None


_COLUMNS = [HEARTBEAT.c[name] for name in Beat.__dataclass_fields__]


def own_version() -> str:
    """Return the version of the program that runs."""
    try:
        return version("campaign-desk")
    except PackageNotFoundError:
        return "unknown"


def beat(connection: Connection, pulse: Pulse, now: datetime) -> None:
    """Write that this process lives, and forget those that have been silent for a week."""
    fresh = {"beat_at": now, "worked_at": pulse.worked_at, "kind": pulse.kind}
    statement = insert(connection, HEARTBEAT).values(
        process=pulse.name, version=own_version(), started_at=now, **fresh
    )
    connection.execute(
        statement.on_conflict_do_update(index_elements=[HEARTBEAT.c.process], set_=fresh)
    )
    connection.execute(delete(HEARTBEAT).where(HEARTBEAT.c.beat_at < now - FORGOTTEN_AFTER))


def end(connection: Connection, pulse: Pulse) -> None:
    """Take this process's row away: it ends because it was told to."""
    connection.execute(delete(HEARTBEAT).where(HEARTBEAT.c.process == pulse.name))


def beats(connection: Connection) -> list[Beat]:
    """Return every row, the freshest first."""
    query = select(*_COLUMNS).order_by(HEARTBEAT.c.beat_at.desc(), HEARTBEAT.c.process)
    return [Beat(*row) for row in connection.execute(query)]


def is_fresh(one: Beat, now: datetime) -> bool:
    """Whether a process has written lately; a clock that is ahead of ours is no silence."""
    return now - one.beat_at <= FRESH


def works(one: Beat, now: datetime) -> bool:
    """Whether a process has lately done all it is there for."""
    return is_fresh(one, now) and one.worked_at is not None and now - one.worked_at <= FRESH


def who_publishes(connection: Connection, now: datetime, *, by_workers: bool) -> str | None:
    """Say what is missing for posts to go out, by the rows as they stand."""
    return missing_for_publishing(beats(connection), now, by_workers=by_workers)


def missing_for_publishing(found: Iterable[Beat], now: datetime, *, by_workers: bool) -> str | None:
    """Say what is missing for posts to go out; None where the processes for it work.

    `by_workers` is where `campaign run` only rings and workers send.
    """
    found = list(found)
    if not any(one.kind == RUN and works(one, now) for one in found):
        return "no `campaign run` works"
    if by_workers and not any(one.kind == WORKER and works(one, now) for one in found):
        return "no `campaign worker` works"
    return None
