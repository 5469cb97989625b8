"""The hands: a bounded pool of threads for every network, one thread a channel.

The row decides, the hands are only rung: ringing twice, late or not at all neither doubles nor
loses anything. A channel's deliveries go out one after the other, and every network and server
has a pool of its own, so that a slow one holds up nobody but itself.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from campaign.publishing.accounts import Account
from campaign.publishing.due import due_ids, set_aside_late, unknown_ids
from campaign.publishing.publisher import publish
from campaign.publishing.recovery import recover_crashed, settle_unknown
from campaign.publishing.rig import Rig
from campaign.states import State
from campaign.store.database import explain
from campaign.store.tables import CHANNEL, DELIVERY
from campaign.store.whereabouts import ElsewhereError
from connectors.contract import Connector, ConnectorError

log = logging.getLogger(__name__)

AT_ONCE = 1000
"""Most deliveries looked at in one ring; the next ring sees the rest."""


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
        for channel, ids in work_by_channel(self._rig, self._busy_channels()).items():
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
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        for pool in self._pools.values():
            pool.shutdown(wait=True)

    def _busy_channels(self) -> list[str]:
        with self._lock:
            return [channel for channel, running in self._busy.items() if not running.done()]

    def _start(self, channel: str, ids: list[str]) -> None:
        place = self._place(channel)
        with self._lock:
            running = self._busy.get(channel)
            if self._closing or (running is not None and not running.done()):
                return
            self._busy[channel] = self._pool(place).submit(self._serve, channel, ids)

    def _pool(self, place: str) -> Executor:
        """Return the threads for one network and server, or the pool that was given for all."""
        if self._given is not None:
            return self._given
        if place not in self._pools:
            self._pools[place] = ThreadPoolExecutor(self._threads, thread_name_prefix="hand")
        return self._pools[place]

    def _place(self, channel: str) -> str:
        """Name the network and server that a channel's calls go to."""
        query = select(CHANNEL.c.network, CHANNEL.c.server).where(CHANNEL.c.id == channel)
        with self._rig.store.read() as connection:
            network, server = connection.execute(query).one()
        return f"{network} {server or ''}"

    def _serve(self, channel: str, ids: list[str]) -> None:
        try:
            for state in serve(self._rig, channel, ids, lambda: self._closing):
                self._count([state])
        except DBAPIError as error:
            # Nobody can work without the database; the rows say what is known of each.
            log.error(explain(error), extra={"channel": channel})  # noqa: TRY400 - a sentence
            self._broken = error

    def _count(self, states: Iterable[str]) -> None:
        with self._lock:
            self.results.update(states)


def set_aside(rig: Rig) -> list[State]:
    """Move on what nobody can send any more; return the states it came to."""
    return [State.UNKNOWN] * len(recover_crashed(rig)) + set_aside_late(rig)


def work_by_channel(rig: Rig, busy: Sequence[str] = ()) -> dict[str, list[str]]:
    """Return ids of deliveries to look up or to send, by channel; busy channels can wait."""
    now = rig.clock.now()
    with rig.store.read() as connection:
        due = due_ids(connection, now, at_most=AT_ONCE, busy=busy)
        ids = unknown_ids(connection, now) + due
        if not ids:
            return {}
        query = select(DELIVERY.c.id, DELIVERY.c.channel).where(DELIVERY.c.id.in_(ids))
        channel_of = {row.id: row.channel for row in connection.execute(query)}
    work: dict[str, list[str]] = {}
    for one in ids:
        work.setdefault(channel_of[one], []).append(one)
    return work


def serve(
    rig: Rig, channel: str, ids: Iterable[str], is_closing: Callable[[], bool]
) -> Iterator[str]:
    """Settle or publish one channel's deliveries in turn; yield the states they came to.

    Raises:
        DBAPIError: the database could not be used; nobody can work without it.
    """
    unable = _compare_clocks(rig, channel)
    if alarm := rig.watch.alarm():
        log.error(alarm, extra={"action": "clock"})
        return
    if unable and rig.watch.needs_a_look():
        rig = _cut_off(rig, unable)
    for one in ids:
        if is_closing():
            return
        try:
            state = publish(rig, one) or settle_unknown(rig, one)
        except DBAPIError:
            raise
        except ElsewhereError as error:
            log.error(str(error), extra={"channel": channel})  # noqa: TRY400 - a sentence
            return
        except Exception:
            # The row still says what is known of it; the next ring takes it from there.
            log.exception("a delivery could not be worked on", extra={"delivery_id": one})
            continue
        if state:
            yield str(state)
        elif _rests(rig, channel):
            return


def _rests(rig: Rig, channel: str) -> bool:
    """Whether the channel waits for a rate limit: then its other deliveries wait, too."""
    query = select(CHANNEL.c.not_before).where(CHANNEL.c.id == channel)
    with rig.store.read() as connection:
        until = connection.execute(query).scalar()
    return until is not None and until > rig.clock.now()


def _compare_clocks(rig: Rig, channel: str) -> ConnectorError | None:
    """Compare the clocks where that was not done lately; return what kept us from it."""
    if not rig.watch.needs_a_look():
        return None
    try:
        rig.connector_for(channel).whoami()
    except ConnectorError as error:
        return error
    return None


def _cut_off(rig: Rig, error: ConnectorError) -> Rig:
    """Let publishing and look-ups meet what kept the clocks from being compared, and say so.

    The network may be back in a moment, but nothing is sent by a clock that nobody has compared.
    """

    def refuse(_account: str | Account) -> Connector:
        raise error

    return replace(rig, connector_for=refuse, sign_in=refuse)
