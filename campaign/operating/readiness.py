"""Whether a process can do its work at this moment: asked, tried, and never remembered for long.

The database is written to, not only asked, since a full disk answers every question. What it says
is fit for anybody: no names, no reasons that people gave, no addresses.
"""

import shutil
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NoAnswerError
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from campaign.clock import Clock
from campaign.operating.heartbeats import beat, who_publishes
from campaign.operating.pulse import RUN, WEB, Pulse
from campaign.publishing.clockwatch import ClockWatch
from campaign.store.backends import SQLITE
from campaign.store.barriers import active_stops
from campaign.store.database import HEAD, Store
from campaign.store.revisions import revision_of
from campaign.store.whereabouts import ElsewhereError, refuse_if_elsewhere

PATIENCE = timedelta(seconds=5)
"""How long the database may take to answer before it counts as gone."""


LEAST_ROOM = 1024 * 1024
"""Bytes. A small commit may still find room in what the database has already taken; the next one
that is larger would not."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried."""

    what: str
    fine: bool
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Readiness:
    """What was tried, and what is said besides: that hinders nothing, but has to be known."""

    checks: tuple[Check, ...]
    said: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether everything that was tried is fine."""
        return all(one.fine for one in self.checks)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one look into the database brought."""

    fault: str | None
    missing: str | None = None
    stops: int = 0


class Probe:
    """Looks at one process's database, clock and work."""

    def __init__(
        self, store: Store, clock: Clock, watch: ClockWatch, pulse: Pulse, *, by_workers: bool
    ) -> None:
        self._store, self._clock, self._watch, self._pulse = store, clock, watch, pulse
        self._by_workers = by_workers
        self._file = _identity(store)
        # One thread: where the database hangs, only one question hangs in it.
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="probe")
        self._asking: Future[_Asked] | None = None
        self._lock = threading.Lock()

    def look(self, patience: timedelta = PATIENCE) -> Readiness:
        """Try everything; answers within the patience, whatever hangs."""
        asked = self._ask(patience)
        checks = [Check("database", asked.fault is None, asked.fault or "can be written")]
        if asked.fault is None:
            checks.append(self._publishing(asked.missing))
        checks.append(self._clocks())
        stops = asked.stops
        said = (f"stopped: {stops} stop{'s' if stops > 1 else ''} in force",) if stops else ()
        return Readiness(checks=tuple(checks), said=said)

    def close(self) -> None:
        """Ask nothing any more; a question that hangs is left to its end."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, patience: timedelta) -> _Asked:
        with self._lock:
            if self._asking is None or self._asking.done():
                self._asking = self._pool.submit(_without_detail, self._look_into)
            asking = self._asking
        try:
            return asking.result(patience.total_seconds())
        except NoAnswerError:
            return _Asked("does not answer")

    def _look_into(self) -> _Asked:
        if _identity(self._store) != self._file:
            return _Asked("its file is gone, or another stands in its place")
        if not _has_room(self._store):
            return _Asked("its disk is full")
        now = self._clock.now()
        with self._store.read() as connection:
            if revision_of(connection) != HEAD:
                return _Asked("its tables are of another version of the program")
            refuse_if_elsewhere(connection)
        with self._store.write_one() as connection:
            beat(connection, self._pulse, now)
        with self._store.read() as connection:
            missing = who_publishes(connection, now, by_workers=self._by_workers)
            return _Asked(None, missing, len(active_stops(connection)))

    def _publishing(self, missing: str | None) -> Check:
        """Judge this process by its own work, and by that of those it works with.

        Pages are of use while nobody publishes, and never more than then: they only say it.
        """
        if self._pulse.kind != WEB and not self._pulse.works():
            return Check("publishing", fine=False, words="this process does not get its work done")
        # Whoever only rings needs somebody who answers.
        fine = missing is None or self._pulse.kind != RUN
        return Check("publishing", fine, missing or "works")

    def _clocks(self) -> Check:
        if self._watch.alarm() is not None:
            return Check("clock", fine=False, words="differs from the networks' by over a minute")
        compared = self._watch.compared_at is not None
        return Check("clock", fine=True, words="compared" if compared else "not compared yet")


def _without_detail(look: Callable[[], _Asked]) -> _Asked:
    """Look, and name what fails by its kind: a driver's own words may hold an address."""
    try:
        return look()
    except ElsewhereError:
        return _Asked("the campaign has been moved to another database")
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorname", "") or getattr(error.orig, "sqlstate", "")
        return _Asked(f"cannot be used ({code or type(error.orig).__name__})")
    except Exception as error:  # noqa: BLE001 - whatever it is, the database cannot be used
        return _Asked(f"cannot be used ({type(error).__name__})")


def _identity(store: Store) -> tuple[int, int] | None:
    """Return what tells one database file from another; None where it is gone, or is none."""
    if store.engine.dialect.name != SQLITE or not store.engine.url.database:
        return None
    try:
        known = Path(store.engine.url.database).stat()
    except OSError:
        return None
    return known.st_dev, known.st_ino


def _has_room(store: Store) -> bool:
    """Whether a database that is a file can grow; of others their server knows."""
    if store.engine.dialect.name != SQLITE or not store.engine.url.database:
        return True
    return shutil.disk_usage(Path(store.engine.url.database).parent).free >= LEAST_ROOM
