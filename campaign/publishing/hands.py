"""The hands: a bounded pool of threads for every network, one thread a channel.

The row decides, the hands are only rung: ringing twice, late or not at all neither doubles nor
loses anything. A channel's deliveries go out one after the other, and every network and server
has a pool of its own, so that a slow one holds up nobody but itself.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from campaign.log_words import Said
from campaign.publishing.amending import amend_all
from campaign.publishing.comparing import compare_clocks, cut_off
from campaign.publishing.due import A_TURN
from campaign.publishing.publisher import Line
from campaign.publishing.recovery import settle_unknown
from campaign.publishing.rig import Rig
from campaign.publishing.takedown import take_down_all
from campaign.publishing.work import Task, Work, find_work, next_turn, set_aside
from campaign.states import State
from campaign.store.database import explain
from campaign.store.revisions import NotOursError
from campaign.store.tables import CHANNEL, DELIVERY

log = logging.getLogger(__name__)


class Hands:
    """Publishes and settles on as many threads a network as the settings allow."""

    def __init__(self, rig: Rig, threads: int, pool: Executor | None = None) -> None:
        self._rig = rig
        self._threads = threads
        self._given = pool
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._busy: dict[str, Future[None]] = {}
        # Re-entrant, because a pool may do the work at once, on the thread that rings.
        self._lock = threading.RLock()
        self._closing = False
        self._broken: DBAPIError | None = None
        self.results: Counter[str] = Counter()
        """How many deliveries came to which state since the last `take_results`."""

    def ring(self) -> None:
        """Look what is to be done and start on it; returns at once."""
        if self._closing:
            return
        self._count(set_aside(self._rig))
        for work in find_work(self._rig, self._busy_channels()):
            self._start(work)

    def wait(self) -> None:
        """Return when nothing is in flight any more."""
        while running := self._running():
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
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        for pool in self._pools.values():
            pool.shutdown(wait=True)

    def _running(self) -> list[Future[None]]:
        with self._lock:
            return [running for running in self._busy.values() if not running.done()]

    def _busy_channels(self) -> list[str]:
        with self._lock:
            return [key for key, running in self._busy.items() if not running.done()]

    def _start(self, work: Work) -> None:
        with self._lock:
            running = self._busy.get(work.key)
            if self._closing or (running is not None and not running.done()):
                return
            self._busy[work.key] = self._pool(work.place).submit(self._serve, work)

    def _go_on(self, work: Work) -> None:
        """Let a channel that has more to send queue behind the others for its next turn."""
        ids = next_turn(self._rig, work.channel)
        with self._lock:
            if ids and not self._closing:
                again = replace(work, ids=ids)
                self._busy[work.key] = self._pool(work.place).submit(self._serve, again)

    def _pool(self, place: str) -> Executor:
        """Return the threads for one network and server, or the pool that was given for all."""
        if self._given is not None:
            return self._given
        if place not in self._pools:
            self._pools[place] = ThreadPoolExecutor(self._threads, thread_name_prefix="hand")
        return self._pools[place]

    def _serve(self, work: Work) -> None:
        try:
            if serve(self._rig, work, is_closing=lambda: self._closing, tell=self._tell):
                self._go_on(work)
        except DBAPIError as error:
            # Nobody can work without the database; the rows say what is known of each.
            log.error(explain(error), extra={"channel": work.channel})  # noqa: TRY400 - a sentence
            self._broken = error

    def _tell(self, state: State) -> None:
        with self._lock:
            self.results[state] += 1

    def _count(self, states: Iterable[str]) -> None:
        with self._lock:
            self.results.update(states)


def serve(
    rig: Rig, work: Work, *, is_closing: Callable[[], bool], tell: Callable[[State], None]
) -> bool:
    """Settle or publish one channel's deliveries in turn; `tell` hears the states they come to.

    Returns whether all had their turn, and more may wait behind so many.

    Raises:
        DBAPIError: the database could not be used; nobody can work without it.
    """
    if work.task is not Task.POST:
        _change(rig, work, is_closing=is_closing, tell=tell)
        return False
    unable = compare_clocks(rig, work)
    if alarm := rig.watch.alarm():
        log.error("%s", Said(alarm), extra={"action": "clock"})
        return False
    if unable and rig.watch.needs_a_look():
        rig = cut_off(rig, unable)
    line = Line(rig, tell)
    for one in work.ids:
        if is_closing() or not _do(rig, line, one, tell):
            line.end()
            return False
    line.end()
    return len(work.ids) >= A_TURN


def _change(
    rig: Rig, work: Work, *, is_closing: Callable[[], bool], tell: Callable[[State], None]
) -> None:
    try:
        if work.task is Task.TAKE_DOWN:
            take_down_all(rig, work.ids, is_closing=is_closing, tell=tell)
        else:
            amend_all(rig, work.ids, is_closing=is_closing)
    except DBAPIError:
        raise
    except NotOursError as error:
        log.error("%s", Said(error), extra={"channel": work.channel})  # noqa: TRY400 - a sentence
    except Exception:
        # The word stands written; the next ring takes it from there.
        log.exception("a change could not be worked on", extra={"channel": work.channel})


def _do(rig: Rig, line: Line, delivery_id: str, tell: Callable[[State], None]) -> bool:
    """Publish or settle one delivery; return whether the next of its channel can have its turn."""
    try:
        if line.publish(delivery_id):
            return True
        state = settle_unknown(rig, delivery_id)
    except DBAPIError:
        raise
    except NotOursError as error:
        log.error("%s", Said(error), extra={"delivery_id": delivery_id})  # noqa: TRY400 - a sentence
        return False
    except Exception:
        # The row still says what is known of it; the next ring takes it from there.
        log.exception("a delivery could not be worked on", extra={"delivery_id": delivery_id})
        return True
    if state:
        tell(state)
    return bool(state) or not _rests(rig, delivery_id)


def _rests(rig: Rig, delivery_id: str) -> bool:
    """Whether the channel waits for a rate limit: then its other deliveries wait, too."""
    query = select(CHANNEL.c.not_before).join(DELIVERY, DELIVERY.c.channel == CHANNEL.c.id)
    with rig.store.read() as connection:
        until = connection.execute(query.where(DELIVERY.c.id == delivery_id)).scalar()
    return until is not None and until > rig.clock.now()
