"""The weekly report's numbers over ten million snapshots, against DuckDB over Parquet.

    python -m benchmarks.report --rows 10000000 --rounds 5 --folder DIR

Makes the data from a seed (once in a folder), then runs all sides in turn, each in a process of
its own, and prints ratios; a machine's seconds say little, its ratios more. Campaign Desk runs on
SQLite, on PostgreSQL, and on SQLite with half the history. Also times the full recount that proves
the kept weeks, and the ingest.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import count
from math import ceil
from pathlib import Path
from typing import Any

from sqlalchemy import event

from benchmarks.report_data import Shape
from benchmarks.report_export import export
from benchmarks.report_fill import fill
from benchmarks.report_ingest import ingest
from benchmarks.report_query import BY_SERIES, BY_TIME
from benchmarks.services import Services
from campaign.store.database import Store, open_store

ROWS_A_POST = 120
POSTS_A_WEEK = 835
SQLITE, POSTGRES, HALF = "SQLite", "PostgreSQL", "SQLite, half the history"
FASTER_WITH_HALF = 1.25
"""A report over all of the history takes at most so many times as long as over half of it."""

Run = dict[str, Any]
Runs = dict[str, list[Run]]


def main() -> int:
    """Run everything; return 1 where a promise does not hold."""
    asked = _asked()
    folder = Path(asked.folder or tempfile.mkdtemp(prefix="report-"))
    shape = _shape(asked.rows, asked.seed)
    with Services() as services:
        urls = {
            SQLITE: _made(folder, shape),
            HALF: _made(folder, _shape(asked.rows // 2, asked.seed)),
            POSTGRES: _filled(services.database(), shape),
        }
        parquet = export(_file(folder, shape))
        runs = _runs(asked.rounds, urls, parquet)
        best = min((BY_SERIES, BY_TIME), key=lambda one: _median(runs[one]))
        _tell(runs)
        promises: dict[str, bool] = {}
        for name, stores in ((SQLITE, _files(folder)), (POSTGRES, services.database)):
            if runs[name][0]["found"] != runs[best][0]["found"]:
                print("the two sides do not agree", runs[name][0]["found"], runs[best][0]["found"])
                return 1
            recount, report = _run("recount", urls[name]), _run("report", urls[name])
            promises |= _of_database(name, runs[name], (best, _median(runs[best])), recount)
            promises |= _of_ingest(name, stores)
            print(f"{name}: whole report, {report['found']} rows: {report['seconds']:.2f} s")
    ratio = _median(runs[SQLITE]) / _median(runs[HALF])
    words = f"all of the history / half of it = {ratio:.2f}, at most {FASTER_WITH_HALF}"
    promises[words] = ratio <= FASTER_WITH_HALF
    for words, holds in promises.items():
        print(f"{'holds' if holds else 'FAILS'}  {words}")
    return 0 if all(promises.values()) else 1


def _runs(rounds: int, urls: dict[str, str], parquet: Path) -> Runs:
    runs: Runs = {name: [] for name in (*urls, BY_SERIES, BY_TIME)}
    for _ in range(rounds):
        for name, url in urls.items():
            runs[name].append(_run("numbers", url))
        for layout in (BY_SERIES, BY_TIME):
            runs[layout].append(_run("duckdb", str(parquet), layout))
    return runs


def _tell(runs: Runs) -> None:
    for name, listed in runs.items():
        seconds = " ".join(f"{run['seconds']:.2f}" for run in listed)
        cpu = statistics.median(run["cpu"] for run in listed)
        print(f"{name:24} {seconds} s; CPU {cpu:.2f} s; {listed[0]['peak_mb']:.0f} MB")


def _of_database(
    name: str, runs: list[Run], rival: tuple[str, float], recount: Run
) -> dict[str, bool]:
    layout, theirs = rival
    ours, peak = _median(runs), max(run["peak_mb"] for run in runs)
    proved = recount["seconds"] / theirs
    weeks, wrong = recount["found"]
    return {
        f"{name}: numbers / DuckDB ({layout}) = {ours / theirs:.2f}, at most 1; both agree on "
        f"{len(runs[0]['found'])} sums, to the thousandth": ours <= theirs,
        f"{name}: peak memory {peak:.0f} MB, at most 300": peak <= 300,
        f"{name}: recount / DuckDB = {proved:.2f}, at most 8 ({recount['peak_mb']:.0f} MB)": proved
        <= 8,
        f"{name}: {weeks:,} kept weeks, {wrong} wrong": not wrong,
    }


def _of_ingest(name: str, fresh: Callable[[], str]) -> dict[str, bool]:
    stores = [open_store(fresh()) for _ in range(2)]
    bare, kept = ingest(stores[0], stores[1])
    for store in stores:
        store.close()
    words = f"{kept / bare:.2f}, at least 0.40 ({kept:,.0f} of {bare:,.0f} rows/s)"
    return {f"{name}: ingest / bare insert = {words}": kept >= 0.4 * bare}


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", help="kept, and used again where the data is there already")
    return parser.parse_args()


def _shape(rows: int, seed: int) -> Shape:
    weeks = max(26, ceil(rows / (ROWS_A_POST * POSTS_A_WEEK)))
    return Shape(seed=seed, weeks=weeks, posts_a_week=POSTS_A_WEEK)


def _file(folder: Path, shape: Shape) -> Path:
    return folder / f"report-{shape.weeks}-weeks.db"


def _made(folder: Path, shape: Shape) -> str:
    """Return the address of an SQLite database, which is kept in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    file = _file(folder, shape)
    return f"sqlite:///{file}" if file.exists() else _filled(f"sqlite:///{file}", shape)


def _filled(url: str, shape: Shape) -> str:
    store = _quick(open_store(url))
    print(f"{fill(store, shape):,} snapshots over {shape.weeks} weeks", flush=True)
    store.close()
    return url


def _files(folder: Path) -> Callable[[], str]:
    """Return a function that names a new database each time; they are left in the folder."""
    place = tempfile.mkdtemp(dir=folder)
    numbers = count()
    return lambda: f"sqlite:///{place}/{next(numbers)}.db"


def _quick(store: Store) -> Store:
    """Let SQLite fill faster than it is safe: a broken file is made anew."""
    if store.engine.dialect.name == "sqlite":
        event.listen(store.engine, "connect", _without_care)
    return store


def _without_care(connection: Any, _record: object) -> None:
    for pragma in ("synchronous=OFF", "cache_size=-400000"):
        connection.execute(f"PRAGMA {pragma}")


def _run(*words: str) -> Run:
    command = [sys.executable, "-m", "benchmarks.report_sides", *words]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    found: Run = json.loads(answer.stdout)
    return found


def _median(runs: list[Run]) -> float:
    return float(statistics.median(run["seconds"] for run in runs))


if __name__ == "__main__":
    sys.exit(main())
