"""Plays many seeded campaigns and says which promise any of them breaks.

    python -m simulation --seeds 0:10000

Each seed is a campaign of its own, so they are spread over the machine's cores. The exit code is
1 where a promise was broken; the command that replays that seed alone is printed.
"""

import argparse
import gc
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from simulation.seeds import Verdict, try_seed

AT_A_TIME = 20
"""Seeds that a core is given at once."""
MOST_SHOWN = 10


@dataclass
class Tally:
    """What all seeds so far came to."""

    seeds: int = 0
    posts: int = 0
    late: int = 0
    twice: int = 0
    states: Counter[str] = field(default_factory=Counter)
    broken: list[Verdict] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        """Take in one more seed."""
        self.seeds += 1
        self.posts += verdict.posts
        self.late += verdict.late
        self.twice += verdict.twice
        self.states.update(verdict.states)
        if verdict.violations:
            self.broken.append(verdict)


def main(arguments: list[str] | None = None) -> int:
    """Run the seeds asked for; return the exit code."""
    asked = _parser().parse_args(arguments)
    began = time.monotonic()
    tally = Tally()
    with _progress(len(asked.seeds)) as bar:
        for verdict in _verdicts(asked.seeds, asked.processes):
            tally.add(verdict)
            bar.advance(bar.task_ids[0])
    _show(tally, time.monotonic() - began)
    return 1 if tally.broken else 0


def read_seeds(text: str) -> range:
    """Read `0:10000`, the last one not included, or a single seed."""
    first, colon, end = text.partition(":")
    seeds = range(int(first), int(end) if colon else int(first) + 1)
    if not seeds:
        message = f"“{text}” holds no seed; write for example 0:1000"
        raise argparse.ArgumentTypeError(message)
    return seeds


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulation", description=__doc__)
    parser.add_argument("--seeds", type=read_seeds, default=range(1000), metavar="FIRST:END")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, metavar="COUNT")
    return parser


def _verdicts(seeds: range, processes: int) -> Iterator[Verdict]:
    if processes <= 1 or len(seeds) <= AT_A_TIME:
        _prepare()
        yield from map(try_seed, seeds)
        return
    with ProcessPoolExecutor(processes, initializer=_prepare) as pool:
        yield from pool.map(try_seed, seeds, chunksize=AT_A_TIME)


def _prepare() -> None:
    """Say nothing of the troubles that are made on purpose."""
    logging.disable(logging.CRITICAL)
    gc.freeze()


@contextmanager
def _progress(seeds: int) -> Iterator[Progress]:
    columns = (TextColumn("seeds"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        bar.add_task("seeds", total=seeds)
        yield bar


def _show(tally: Tally, seconds: float) -> None:
    console = Console()
    table = Table("came to rest as", "deliveries")
    for state, count in tally.states.most_common():
        table.add_row(state, str(count))
    console.print(table)
    for line in _lines(tally, seconds):
        console.print(line, soft_wrap=True, markup=False, highlight=False)


def _lines(tally: Tally, seconds: float) -> Iterable[str]:
    yield (
        f"{tally.seeds} campaigns, {sum(tally.states.values())} deliveries, {tally.posts} posts "
        f"in {seconds:.0f} s ({tally.seeds / seconds:.1f} campaigns a second)"
    )
    yield (
        f"{tally.late} posts were sent by a process that stood still before its call for a minute "
        f"or more; {tally.twice} deliveries are out twice through that, and say so"
    )
    yield f"{len(tally.broken)} broke a promise"
    for verdict in tally.broken[:MOST_SHOWN]:
        for one in verdict.violations:
            yield f"seed {verdict.seed}: {one.kind}: {one.delivery} {one.why}"
        yield f"  replay: python -m simulation --seeds {verdict.seed}"


if __name__ == "__main__":
    sys.exit(main())
