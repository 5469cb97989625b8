"""One burst: posts due in the same second, sent by one engine, judged at the server.

Rounds are interleaved, so that a slow minute of the machine falls on everybody, and each begins
with another engine. How long an engine takes to get ready is learnt from round to round.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.engines import desk
from benchmarks.engines.task import READY
from benchmarks.loopback import (
    ROOT,
    Arrival,
    BenchmarkError,
    check_each_once,
    loopback_server,
)
from benchmarks.services import Services, missing
from benchmarks.work import Campaign, channels, texts, token_of

THREADS = 16
SLOWEST = 20.0
"""Posts a second below which a run counts as stuck."""
MARGIN_S = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """One way of sending posts at a given time."""

    name: str
    title: str
    module: str = ""
    """Of the process that does it; empty for Campaign Desk."""
    needs: tuple[str, ...] = ()
    """Modules that have to be installed."""
    service: str = ""
    """`postgres` or `redis`."""
    workers: int = 0
    """How many `campaign worker` send what `campaign run` finds due; 0 where it does it itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """What one run came to; times in seconds."""

    engine: str
    per_s: float
    """Posts / (last finish - due second)."""
    first_late: float
    half_late: float
    most_late: float
    """99 % were not later than that."""


@dataclass(frozen=True, slots=True)
class Sending:
    """The processes of an engine that is ready."""

    processes: Sequence[subprocess.Popen[bytes]]
    database: str = ""
    """Campaign Desk's, in which outcomes are written after the network has answered."""

    def alive(self) -> bool:
        """Whether all of them still run."""
        return all(one.poll() is None for one in self.processes)

    def last_written(self, posts: int) -> float:
        """Return when the last outcome was written; 0 where the answers are all there is."""
        return desk.last_written_at(self.database, posts) if self.database else 0.0


class TooLateError(Exception):
    """The engine was not ready when the posts fell due; it is given more time."""


class Burst:
    """Runs engines in turn."""

    def __init__(self, posts: int, services: Services, *, preload: str = "") -> None:
        self._posts = posts
        self._services = services
        self._preload = {"LD_PRELOAD": preload} if preload else {}
        self._lead: dict[str, float] = {}
        self._wanted = {
            (token_of(channel), text) for _, text in texts(posts) for channel in channels()
        }

    def rounds(self, engines: Sequence[Engine], rounds: int) -> Iterator[Run]:
        """Yield the runs, round by round."""
        for number in range(rounds):
            turn = number % len(engines)
            for engine in (*engines[turn:], *engines[:turn]):
                yield self._run(engine)

    def _run(self, engine: Engine) -> Run:
        lead = self._lead.setdefault(engine.name, 10.0 + self._posts / 200)
        while True:
            try:
                return self._try(engine)
            except TooLateError:
                lead *= 2
                self._lead[engine.name] = lead

    def _try(self, engine: Engine) -> Run:
        with loopback_server() as server, tempfile.TemporaryDirectory(prefix="burst-") as name:
            begun = time.time()
            due = float(int(begun + self._lead[engine.name]) + 1)
            start = self._peer if engine.module else self._desk
            with start(engine, server.url, due, Path(name)) as sending:
                self._note_ready(engine, begun, due)
                until = due + 20 + self._posts / SLOWEST
                server.wait_for(self._posts, until=until, alive=sending.alive)
            last_written = sending.last_written(self._posts)
            arrivals = server.arrivals()
        check_each_once(arrivals, self._wanted)
        return _run_of(engine.name, arrivals, due, last_written)

    def _note_ready(self, engine: Engine, begun: float, due: float) -> None:
        now = time.time()
        if now > due - 1:
            raise TooLateError
        self._lead[engine.name] = 1.3 * (now - begun) + MARGIN_S

    @contextmanager
    def _desk(self, engine: Engine, server: str, due: float, folder: Path) -> Iterator[Sending]:
        database = self._services.fresh(engine.service) or f"sqlite:///{folder}/campaign.db"
        how = {"CAMPAIGN_DATABASE_URL": database}
        if engine.workers:
            how["CAMPAIGN_ENGINE"] = "procrastinate"
        settings = desk.environment(folder, THREADS, **how)
        first = datetime.fromtimestamp(due, UTC)
        desk.prepare(settings, Campaign(folder=folder, server=server, first=first), self._posts)
        names = ["run", *(f"worker-{number}" for number in range(engine.workers))]
        with ExitStack() as opened:
            processes = [
                opened.enter_context(desk.running({**settings, **self._preload}, name))
                for name in names
            ]
            yield Sending(processes, database)

    @contextmanager
    def _peer(self, engine: Engine, server: str, due: float, folder: Path) -> Iterator[Sending]:
        task = {
            "server": server,
            "due": due,
            "count": self._posts,
            "threads": THREADS,
            "folder": folder,
            "service": self._services.fresh(engine.service),
        }
        words = [f"--{name}={value}" for name, value in task.items()]
        log = folder / "engine.log"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", engine.module, *words],
                cwd=ROOT,
                env={**os.environ, **self._preload},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        with process:  # leaves when its input ends
            assert process.stdout is not None
            if not any(line.decode().strip() == READY for line in process.stdout):
                raise BenchmarkError(f"{engine.name}: {log.read_text('utf-8')[-2000:]}")
            yield Sending([process])


def able(engines: Sequence[Engine]) -> list[Engine]:
    """Return the engines that can run here, and say on stderr what the others lack."""
    found = []
    for engine in engines:
        why = missing(engine.needs, engine.service)
        if why:
            print(f"left out: {engine.title}: {why}", file=sys.stderr)
        else:
            found.append(engine)
    return found


def _run_of(name: str, arrivals: Sequence[Arrival], due: float, last_written: float) -> Run:
    late = sorted(one.came_at - due for one in arrivals)
    if late[0] < 0:
        raise BenchmarkError(f"{name} sent a post before it was due")
    last = max(last_written, *(one.answered_at for one in arrivals))
    return Run(
        engine=name,
        per_s=len(arrivals) / (last - due),
        first_late=late[0],
        half_late=late[len(late) // 2],
        most_late=late[len(late) * 99 // 100],
    )
