"""The hands: a bounded pool of threads that publishes what is due, one thread a channel.

The row decides, the hands are only rung: ringing twice, late or not at all neither doubles nor
loses anything. A channel's deliveries go out one after the other, so that a slow network holds
up nobody but itself.
"""

import contextlib
import logging
import threading
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from campaign.publishing.due import due_ids, set_aside_late, unknown_ids
from campaign.publishing.publisher import Rig, publish
from campaign.publishing.recovery import recover_crashed, settle_unknown
from campaign.states import State
from campaign.store.database import explain
from campaign.store.tables import DELIVERY
from connectors.contract import ConnectorError

log = logging.getLogger(__name__)

AT_ONCE = 1000
"""Most deliveries looked at in one ring; the next ring sees the rest."""


class Hands:
    """Publishes and settles on as many threads as the settings allow."""

    def __init__(self, rig: Rig, threads: int) -> None:
        self._rig = rig
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="hand")
        self._busy: dict[str, Future[None]] = {}
        self._lock = threading.Lock()
        self._closing = False
        self._broken: DBAPIError | None = None
        self.results: Counter[str] = Counter()
        """How many deliveries came to which state since the last `take_results`."""

    def ring(self) -> None:
        """Look what is to be done and start on it; returns at once."""
        if self._closing:
            return
        self._count([State.UNKNOWN] * len(recover_crashed(self._rig)))
        self._count(set_aside_late(self._rig))
        for channel, ids in self._work().items():
            self._start(channel, ids)

    def wait(self) -> None:
        """Return when nothing is in flight any more."""
        with self._lock:
            running = list(self._busy.values())
        wait(running)

    def run_until_idle(self) -> Counter[str]:
        """Publish and settle everything that can be done now; return what came of it.

        Raises:
            DBAPIError: the database could not be used, so work may be left.
        """
        self._broken = None
        while True:
            before = sum(self.results.values())
            self.ring()
            self.wait()
            if self._broken:
                raise self._broken
            if sum(self.results.values()) == before:
                return self.take_results()

    def take_results(self) -> Counter[str]:
        """Return the counts so far and begin anew."""
        results, self.results = self.results, Counter()
        return +results

    def close(self) -> None:
        """Start nothing new and let calls in flight end."""
        self._closing = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(self) -> dict[str, list[str]]:
        """Return ids of deliveries to look up or to send, by channel."""
        now = self._rig.clock.now()
        with self._rig.store.read() as connection:
            ids = unknown_ids(connection, now) + due_ids(connection, now, at_most=AT_ONCE)
            if not ids:
                return {}
            query = select(DELIVERY.c.id, DELIVERY.c.channel).where(DELIVERY.c.id.in_(ids))
            channel_of = {row.id: row.channel for row in connection.execute(query)}
        work: dict[str, list[str]] = {}
        for one in ids:
            work.setdefault(channel_of[one], []).append(one)
        return work

    def _start(self, channel: str, ids: list[str]) -> None:
        with self._lock:
            running = self._busy.get(channel)
            if self._closing or (running is not None and not running.done()):
                return
            self._busy[channel] = self._pool.submit(self._serve, channel, ids)

    def _serve(self, channel: str, ids: list[str]) -> None:
        if not self._clock_is_right(channel):
            return
        for one in ids:
            if self._closing:
                return
            try:
                state = settle_unknown(self._rig, one) or publish(self._rig, one)
            except DBAPIError as error:
                # Nobody can work without the database; the rows say what is known of each.
                log.error(explain(error), extra={"delivery_id": one})  # noqa: TRY400 - a sentence
                self._broken = error
                return
            except Exception:
                # The row still says what is known of it; the next ring takes it from there.
                log.exception("a delivery could not be worked on", extra={"delivery_id": one})
                continue
            if state:
                self._count([str(state)])

    def _clock_is_right(self, channel: str) -> bool:
        """Compare the clocks where that was not done lately; raise the alarm where they differ."""
        watch = self._rig.watch
        if watch.needs_a_look():
            with contextlib.suppress(ConnectorError):  # publishing meets the same and says so
                self._rig.connector_for(channel).whoami()
        alarm = watch.alarm()
        if alarm:
            log.error(alarm, extra={"action": "clock"})
        return alarm is None

    def _count(self, states: Iterable[str]) -> None:
        with self._lock:
            self.results.update(states)
