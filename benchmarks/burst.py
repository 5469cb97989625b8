"""The burst: so many posts due in the same second, sent by Campaign Desk and by others.

Rounds are interleaved, so that a slow minute of the machine falls on everybody, and every run is
judged at the server: each post once. `python -m benchmarks.burst bare desk --rounds 5` has two.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.engines import desk
from benchmarks.engines.task import READY
from benchmarks.loopback import (
    ROOT,
    Arrival,
    BenchmarkError,
    Loopback,
    check_each_once,
    loopback_server,
)
from benchmarks.services import POSTGRES, REDIS, Services, missing
from benchmarks.tables import Spread, table
from benchmarks.work import channels, texts, token_of

THREADS = 8
SLOWEST = 30.0
"""Posts a second below which a run counts as stuck."""
MARGIN_S = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """One way of sending posts at a given time."""

    name: str
    title: str
    needs: tuple[str, ...] = ()
    """Modules that have to be installed."""
    service: str = ""
    """`postgres` or `redis`."""


LIMIT = "bare"
ENGINES = (
    Engine(name="bare", title="bare requests.Session (the limit)"),
    Engine(name="fresh", title="bare requests, a connection for every post"),
    Engine(name="desk", title="Campaign Desk, SQLite"),
    Engine(name="apscheduler_alone", title="APScheduler 3 alone, SQLite"),
    Engine(name="huey_alone", title="huey alone, SQLite", needs=("huey",)),
    Engine(
        name="celery_alone",
        title="Celery alone, Redis",
        needs=("celery", "redis"),
        service=REDIS,
    ),
    Engine(
        name="procrastinate_alone",
        title="procrastinate alone, PostgreSQL",
        needs=("procrastinate",),
        service=POSTGRES,
    ),
    Engine(name="dbos_alone", title="DBOS alone, SQLite", needs=("dbos",)),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """What one run came to; times in seconds."""

    engine: str
    jobs_per_s: float
    """Posts / (last finish - due second)."""
    first_late: float
    p50_late: float
    p99_late: float


class TooLateError(Exception):
    """The engine was not ready when the posts fell due; it is given more time."""


class Burst:
    """Runs engines in turn and learns how long each takes to get ready."""

    def __init__(self, posts: int, services: Services, *, preload: str = "") -> None:
        self._posts = posts
        self._services = services
        self._preload = preload
        self._lead = {engine.name: 8.0 + posts / 400 for engine in ENGINES}
        self._wanted = {
            (token_of(channel), text) for _, text in texts(posts) for channel in channels()
        }

    def rounds(self, engines: Sequence[Engine], rounds: int) -> Iterator[Run]:
        """Yield the runs, round by round, each round beginning with another engine."""
        for number in range(rounds):
            turn = number % len(engines)
            for engine in (*engines[turn:], *engines[:turn]):
                yield self._run(engine)

    def _run(self, engine: Engine) -> Run:
        while True:
            try:
                return self._try(engine)
            except TooLateError:
                self._lead[engine.name] *= 2

    def _try(self, engine: Engine) -> Run:
        with loopback_server() as server, tempfile.TemporaryDirectory(prefix="burst-") as folder:
            begun = time.time()
            due = float(int(begun + self._lead[engine.name]) + 1)
            place = Path(folder)
            send = self._desk if engine.name == "desk" else self._peer
            last_written = send(engine, server, due, place)
            arrivals = server.arrivals()
        check_each_once(arrivals, self._wanted)
        return _run_of(engine.name, arrivals, due, last_written)

    def _ready(self, engine: Engine, begun: float, due: float) -> None:
        now = time.time()
        if now > due - 1:
            raise TooLateError
        self._lead[engine.name] = 1.3 * (now - begun) + MARGIN_S

    def _desk(self, engine: Engine, server: Loopback, due: float, folder: Path) -> float:
        begun = time.time()
        database = f"sqlite:///{folder}/campaign.db"
        settings = desk.environment(folder, THREADS, CAMPAIGN_DATABASE_URL=database)
        desk.prepare(settings, self._posts, server.url, due)
        with desk.running(settings, preload=self._preload) as process:
            self._ready(engine, begun, due)
            self._wait(server, due, process)
        return desk.last_written_at(database, self._posts)

    def _peer(self, engine: Engine, server: Loopback, due: float, folder: Path) -> float:
        begun = time.time()
        task = {
            "server": server.url,
            "due": due,
            "count": self._posts,
            "threads": THREADS,
            "folder": folder,
            "service": self._services.fresh(engine.service),
        }
        words = [f"--{name}={value}" for name, value in task.items()]
        with _process(f"benchmarks.engines.{engine.name}", words, folder, self._preload) as process:
            self._ready(engine, begun, due)
            self._wait(server, due, process)
        return 0.0

    def _wait(self, server: Loopback, due: float, process: subprocess.Popen[bytes]) -> None:
        until = due + 20 + self._posts / SLOWEST
        server.wait_for(self._posts, until=until, alive=lambda: process.poll() is None)


@contextmanager
def _process(
    module: str, words: Sequence[str], folder: Path, preload: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a peer from the moment it is ready; it leaves when its input ends."""
    log = folder / "engine.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env=desk.environment(folder, THREADS, **({"LD_PRELOAD": preload} if preload else {})),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    with process:
        assert process.stdout is not None
        if not any(line.decode().strip() == READY for line in process.stdout):
            raise BenchmarkError(f"{module}: {log.read_text('utf-8')[-2000:]}")
        yield process


def _run_of(name: str, arrivals: Sequence[Arrival], due: float, last_written: float) -> Run:
    if min(one.came_at for one in arrivals) < due:
        message = f"{name} sent a post before it was due"
        raise BenchmarkError(message)
    late = sorted(one.came_at - due for one in arrivals)
    last = max(last_written, *(one.answered_at for one in arrivals))
    return Run(
        engine=name,
        jobs_per_s=len(arrivals) / (last - due),
        first_late=late[0],
        p50_late=late[len(late) // 2],
        p99_late=late[len(late) * 99 // 100],
    )


def burst_table(runs: Sequence[Run]) -> str:
    """Lay the runs out: medians with the least and the most, and the ratio to the limit."""
    limit = Spread.of([run.jobs_per_s for run in runs if run.engine == LIMIT])
    rows = []
    for engine in ENGINES:
        own = [run for run in runs if run.engine == engine.name]
        if not own:
            continue
        speed = Spread.of([run.jobs_per_s for run in own])
        ratio = f"{speed.median / limit.median:.0%}" if limit.values else ""
        late = [
            Spread.of([getattr(run, name) * 1000 for run in own]).text()
            for name in ("first_late", "p50_late", "p99_late")
        ]
        rows.append([engine.title, speed.text(), ratio, *late])
    head = ["", "posts/s", "of the limit", "first late ms", "half late ms", "99 % late ms"]
    return table(head, rows)


def main() -> None:
    """Run a burst from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="*", help=", ".join(one.name for one in ENGINES))
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    chosen = [one for one in ENGINES if not told.engines or one.name in told.engines]
    able = [
        one for one in chosen if not (why := missing(one.needs, one.service)) or _skip(one, why)
    ]
    runs = []
    with Services() as services:
        for run in Burst(told.posts, services).rounds(able, told.rounds):
            print(f"{run.engine:14} {run.jobs_per_s:7.0f}/s", file=sys.stderr, flush=True)
            runs.append(run)
    print(json.dumps([asdict(run) for run in runs]) if told.json else burst_table(runs))


def _skip(engine: Engine, why: str) -> bool:
    print(f"left out: {engine.title}: {why}", file=sys.stderr, flush=True)
    return False


if __name__ == "__main__":
    main()
