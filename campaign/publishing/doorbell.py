"""Hands on other machines: `procrastinate` on PostgreSQL carries the ring and nothing more.

A job names a channel and what was due on it when the clock rang. The rows decide: a job that is
lost, doubled, late or broken off loses and doubles nothing, because the next ring brings what is
still due. Therefore no job is ever tried again by the queue, none is kept, and a queue that has
been emptied is no loss.
"""

import asyncio
import contextlib
import logging
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Protocol, cast

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.jobs import DeleteJobCondition, Job, Status
from procrastinate.schema import SchemaManager
from procrastinate.types import JSONValue
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from campaign.log_words import Said
from campaign.publishing.hands import serve
from campaign.publishing.rig import Rig
from campaign.publishing.work import Task, Work, find_work, next_turn, set_aside
from campaign.states import State
from campaign.store.database import Store, explain
from campaign.store.revisions import IS_OTHER
from campaign.store.whereabouts import HAS_LEFT

log = logging.getLogger(__name__)

QUEUE = "campaign"
QUEUE_PART = "queue"
"""What the part of a worker that listens is called."""
TASK = "campaign.serve"
A_JOB_S = 10.0
"""How long a job goes on with what has become due on its channel; then others have their turn."""

FIRST = 1
"""The priority of what is to be taken down; everything else has 0."""

HEARTBEAT_S = 2.0
STALLED_S = 10.0
"""A worker silent for so long counts as dead: its job no longer keeps its channel from others.
Should it wake up after all, the rows keep it from sending anything again."""

STILL_DOING = "SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND id = ANY(%(ids)s)"

NOT_OURS = f"{HAS_LEFT} UNION ALL {IS_OTHER}"
"""A row means that this worker has nothing to do with the database any more."""

POLL_S = 1.0
RECONNECT_S = 1.0


class Doorbell:
    """Tells the workers what is due; stands where `Hands` would."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._results: Counter[str] = Counter()
        _make_queue(rig.store)
        connector = SyncPsycopgConnector(
            conninfo=_conninfo(rig.store), min_size=1, max_size=2, timeout=10.0
        )
        self._app = App(connector=connector).open()

    def ring(self) -> None:
        """Ask for every channel that has something due, unless that is asked already."""
        self._results.update(set_aside(self._rig))
        try:
            self._ask(find_work(self._rig))
        except ConnectorException as error:
            log.warning("the queue cannot be reached (%s); the next ring tries again", _why(error))

    def _ask(self, works: Sequence[Work]) -> None:
        for one in works:
            # Its lock lets one job of a channel run at a time, its queueing lock lets one wait.
            job = self._app.configure_task(
                TASK,
                queue=QUEUE,
                lock=one.key,
                queueing_lock=one.key,
                priority=FIRST if one.task is Task.TAKE_DOWN else None,
            )
            with contextlib.suppress(AlreadyEnqueued):
                ids = list[JSONValue](one.ids)
                job.defer(channel=one.channel, ids=ids, task=str(one.task))

    def take_results(self) -> dict[str, int]:
        """Return what was set aside since the last time; the workers tell of the rest."""
        results, self._results = self._results, Counter()
        return +results

    def close(self) -> None:
        """Give the connections back; jobs that wait are left to the workers."""
        self._app.close()


class Moves(Protocol):
    """Hears of a worker's life, as `campaign.operating.pulse.Pulse` does."""

    def beat(self, part: str) -> None:
        """Hear that a part of it moves."""

    def worked(self, now: datetime) -> None:
        """Hear that it could do all it is there for."""


class Answerer:
    """A worker: answers the bell with as many threads as the settings allow."""

    def __init__(self, rig: Rig, threads: int, moves: Moves | None = None) -> None:
        """Begin; `moves` hears that this worker listens, and that it could."""
        self._rig = rig
        self._threads = threads
        self._moves = moves
        self._closing = threading.Event()
        self._over: dict[int, tuple[Job, float]] = {}
        """Jobs that have ended here lately, and when; their end may not have been noted."""
        _make_queue(rig.store)

    def stop(self) -> None:
        """Start nothing new; `run` returns once calls in flight are over."""
        self._closing.set()

    def run(self) -> None:
        """Work until told to stop; where the database goes away, wait for it to come back."""
        while not self._closing.is_set():
            self._beat()
            try:
                asyncio.run(self._session())
            except (ConnectorException, psycopg.Error, OSError) as error:
                log.warning("the queue cannot be reached (%s); trying again", _why(error))
            self._closing.wait(RECONNECT_S)

    async def _session(self) -> None:
        app = self._app()
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_tell)
        # One thread for each job; the loop's own choice would be by the number of processors.
        loop.set_default_executor(ThreadPoolExecutor(self._threads, thread_name_prefix="hand"))
        async with app.open_async():
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    name=self._rig.worker.name,
                    concurrency=self._threads,
                    delete_jobs=DeleteJobCondition.ALWAYS,
                    fetch_job_polling_interval=POLL_S,
                    update_heartbeat_interval=HEARTBEAT_S,
                    stalled_worker_timeout=STALLED_S,
                    install_signal_handlers=False,
                )
            )
            minding = asyncio.create_task(self._mind(app))
            await asyncio.wait([working, minding], return_when=asyncio.FIRST_COMPLETED)
            for one in (working, minding):
                one.cancel()  # which for the worker means: end what runs, then leave
            ended = await asyncio.gather(working, minding, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error

    async def _mind(self, app: App) -> None:
        """Let go of what dead workers hold, until it is time to stop, or nothing here is ours."""
        while not self._closing.is_set():
            if await app.connector.execute_query_all_async(NOT_OURS):
                self._closing.set()
                return
            jobs = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_S)
            for job in jobs:
                # Another worker may be faster, and so may the one that only seemed dead.
                with contextlib.suppress(ConnectorException):
                    await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
            await self._note_ends_again(app)
            self._beat(worked=True)
            for _ in range(10):
                await asyncio.sleep(POLL_S / 10)
                if self._closing.is_set():
                    return

    def _beat(self, *, worked: bool = False) -> None:
        if self._moves is not None:
            self._moves.beat(QUEUE_PART)
            if worked:
                self._moves.worked(self._rig.clock.now())

    async def _note_ends_again(self, app: App) -> None:
        """Let go of jobs that ended while the database was away.

        The queue does not try again to note an end, and this worker lives: without this its
        channel would wait for as long.
        """
        latest = time.monotonic() - STALLED_S
        over = {number: job for number, (job, at) in list(self._over.items()) if at < latest}
        if not over:
            return
        rows = await app.connector.execute_query_all_async(STILL_DOING, ids=list(over))
        held = {row["id"] for row in rows}
        for number, job in over.items():
            if number in held:
                await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
                log.warning("let go of a job whose end had not been noted")
            self._over.pop(number)

    def _app(self) -> App:
        size = self._threads + 4
        connector = PsycopgConnector(
            conninfo=_conninfo(self._rig.store), min_size=1, max_size=size, timeout=10.0
        )
        app = App(connector=connector)

        @app.task(name=TASK, queue=QUEUE, pass_context=True)
        def answer(context: JobContext, channel: str, ids: list[str], task: str) -> None:
            done: Counter[str] = Counter()
            try:
                self._serve(Work(channel, "", ids, Task(task)), done)
            except DBAPIError as error:
                log.error(explain(error), extra={"channel": channel})  # noqa: TRY400 - a sentence
                return
            finally:
                self._over[context.job.id or 0] = (context.job, time.monotonic())
            for state, number in done.items():
                log.info("%s: %s: %s", Said(channel), state, number)

        return app

    def _serve(self, work: Work, done: Counter[str]) -> None:
        def tell(state: State) -> None:
            done[state] += 1

        ends_at = time.monotonic() + A_JOB_S
        while serve(self._rig, work, is_closing=self._closing.is_set, tell=tell):
            work = Work(work.channel, "", next_turn(self._rig, work.channel))
            if not work.ids or time.monotonic() > ends_at:
                return


def _tell(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Put what a task of the queue's left behind into a sentence; the next ring makes it good."""
    error = context.get("exception")
    log.warning("a job's end was not noted (%s)", _why(error) if error else context["message"])


def _why(error: BaseException) -> str:
    """Return the first line of what lies behind an error of the queue."""
    while error.__cause__ is not None:
        error = error.__cause__
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _conninfo(store: Store) -> str:
    url = store.engine.url.set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def _make_queue(store: Store) -> None:
    """Create the queue's tables where they are not there yet."""
    with store.write() as connection:
        if connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar():
            return
        # As one script without parameters, which only the driver itself takes.
        raw = cast("psycopg.Connection", connection.connection.driver_connection)
        raw.execute(SchemaManager.get_schema())
