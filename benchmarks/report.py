"""The weekly report's numbers over ten million snapshots, against DuckDB over Parquet.

    python -m benchmarks.report --rows 10000000 --rounds 5 --folder DIR

Makes the data from a seed (once in a folder), then runs both sides in turn, each in a process of
its own, and prints ratios; a machine's seconds say little, its ratios more. Also times the full
recount that proves the kept weeks, a report with half the history, and the ingest.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import event

from benchmarks.report_data import Shape
from benchmarks.report_export import export
from benchmarks.report_fill import fill
from benchmarks.report_ingest import ingest
from benchmarks.report_query import BY_SERIES, BY_TIME
from campaign.store.database import Store, open_store

ROWS_A_POST = 120
POSTS_A_WEEK = 835

Run = dict[str, Any]


def main() -> int:
    """Run everything; return 1 where a promise does not hold."""
    asked = _asked()
    folder = Path(asked.folder or tempfile.mkdtemp(prefix="report-"))
    url = _made(folder, asked.rows, asked.seed)
    runs: dict[str, list[Run]] = {"numbers": [], BY_SERIES: [], BY_TIME: []}
    for _ in range(asked.rounds):
        runs["numbers"].append(_run("numbers", url))
        for layout in (BY_SERIES, BY_TIME):
            runs[layout].append(_run("duckdb", str(folder), layout))
    best = min((BY_SERIES, BY_TIME), key=lambda one: _median(runs[one]))
    if runs["numbers"][0]["found"] != runs[best][0]["found"]:
        print("the two sides do not agree", runs["numbers"][0]["found"], runs[best][0]["found"])
        return 1
    return _tell(runs, best, _run("recount", url), _run("report", url), _ingest(folder))


def _tell(
    runs: dict[str, list[Run]], best: str, recount: Run, report: Run, speeds: tuple[float, float]
) -> int:
    ours, theirs = _median(runs["numbers"]), _median(runs[best])
    peak = max(run["peak_mb"] for run in runs["numbers"])
    for name, listed in runs.items():
        seconds = " ".join(f"{run['seconds']:.2f}" for run in listed)
        cpu = statistics.median(run["cpu"] for run in listed)
        print(f"{name:10} {seconds} s; CPU {cpu:.2f} s; {listed[0]['peak_mb']:.0f} MB")
    print(f"both sides agree on {len(runs['numbers'][0]['found'])} sums, to the thousandth")
    promises = {
        f"numbers / DuckDB ({best}) = {ours / theirs:.2f}, at most 1": ours <= theirs,
        f"peak memory {peak:.0f} MB, at most 300": peak <= 300,
        f"recount / DuckDB = {recount['seconds'] / theirs:.2f}, at most 8": (
            recount["seconds"] <= 8 * theirs
        ),
        f"{recount['found'][0]} kept weeks, {recount['found'][1]} wrong": not recount["found"][1],
        f"ingest / bare insert = {speeds[1] / speeds[0]:.2f}, at least 0.40 "
        f"({speeds[1]:,.0f} of {speeds[0]:,.0f} rows/s)": speeds[1] >= 0.4 * speeds[0],
    }
    for words, holds in promises.items():
        print(f"{'holds' if holds else 'FAILS'}  {words}")
    print(f"whole report with {report['found']} rows: {report['seconds']:.2f} s")
    return 0 if all(promises.values()) else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", help="kept, and used again where the data is there already")
    return parser.parse_args()


def _made(folder: Path, rows: int, seed: int) -> str:
    """Return the address of the filled database; beside it stand the Parquet files."""
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder}/report-{rows}.db"
    shape = Shape(
        seed=seed, weeks=max(26, rows // ROWS_A_POST // POSTS_A_WEEK), posts_a_week=POSTS_A_WEEK
    )
    if not (folder / f"report-{rows}.db").exists():
        store = _quick(open_store(url))
        print(f"{fill(store, shape):,} snapshots over {shape.weeks} weeks")
        store.close()
    if not (folder / "series.parquet").exists():
        export(folder / f"report-{rows}.db", folder)
    return url


def _quick(store: Store) -> Store:
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


def _ingest(folder: Path) -> tuple[float, float]:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        stores = [open_store(f"sqlite:///{place}/{name}.db") for name in ("bare", "kept")]
        speeds = ingest(stores[0], stores[1])
        for store in stores:
            store.close()
    return speeds


if __name__ == "__main__":
    sys.exit(main())
