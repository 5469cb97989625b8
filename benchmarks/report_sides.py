"""The two sides of the report's race, each run in a process of its own so that memory is its own.

    python -m benchmarks.report_sides numbers DATABASE_URL
    python -m benchmarks.report_sides duckdb FOLDER

Each prints one line of JSON: seconds, CPU seconds, peak memory, and sums by which the sides are
held against each other.
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from analytics.frames import span_up_to
from analytics.gains import weekly_gains
from analytics.known import read_known, read_live, reported_metrics
from analytics.recount import prove_weeks
from analytics.report import build_report
from analytics.totals import engagement, gains_frame, sum_up
from analytics.trend import WEEKS_SHOWN, trend
from analytics.weekly_reach import weekly_reach
from analytics.weeks import Week
from benchmarks.report_data import LAST_MONDAY, LONDON
from benchmarks.report_query import attribution, attribution_by_week
from campaign.cli.loaded import spare_what_is_loaded
from campaign.instants import to_micros
from campaign.store.database import Store, open_store
from campaign.wiring import NETWORKS
from connectors.contract import Metric

WEEK = Week(monday_on=LAST_MONDAY - timedelta(days=7), zone=LONDON)
AS_OF = datetime(2027, 1, 26, 9, tzinfo=UTC)
UNIVERSE = 30_000_000
BY_NAME = {str(name): network for name, network in NETWORKS.items()}

Sums = dict[str, list[int]]
"""By metric and week: net, gross and correction in thousandths."""


def numbers(store: Store) -> Sums:
    """Work out the report's numbers: two weeks with sums, rate and reach, and the trend."""
    found: Sums = {}
    longer = span_up_to(WEEK, WEEKS_SHOWN, as_of=AS_OF, networks=BY_NAME)
    with store.read() as connection:
        live = read_live(connection, longer, BY_NAME)
        span = span_up_to(WEEK, 2, as_of=AS_OF, networks=BY_NAME)
        known = read_known(connection, span, BY_NAME, live)
        metrics = reported_metrics(known.facts, BY_NAME)
        for place, week in enumerate(span.weeks):
            rows = weekly_gains(known, week, metrics)
            frame = gains_frame(rows)
            for total in sum_up(frame):
                if total.net is not None:
                    sums = (total.net, total.gross or 0, total.correction or 0)
                    found[f"{total.metric} {place}"] = [int(one * 1000) for one in sums]
            engagement(frame)
            weekly_reach(rows, UNIVERSE)
        shown_in = read_known(connection, longer, BY_NAME, live, [Metric.IMPRESSIONS])
        points = trend(shown_in, WEEK)
    shown = [point.total.net for point in points if point.total and point.total.net is not None]
    found["trend"] = [int(sum(shown) * 1000), len(shown)]
    return found


def by_duckdb(folder: str, layout: str) -> Sums:
    """Work out the same gains with DuckDB, and the same sums of them."""
    import duckdb  # noqa: PLC0415 - only this side needs it

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute(f"CREATE VIEW s AS SELECT * FROM read_parquet('{folder}/series.parquet')")
    two = connection.execute(_query(f"{folder}/{layout}.parquet", 2, None)).fetchnumpy()
    twelve = connection.execute(
        "SELECT week, channel, sum(net) AS net, sum(gross), sum(correction), max(method) FROM ("
        + _query(f"{folder}/{layout}.parquet", WEEKS_SHOWN, Metric.IMPRESSIONS)
        + ") GROUP BY ALL"
    ).fetchnumpy()
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    columns = [two[name] for name in ("metric", "week", "net", "gross", "correction")]
    for metric in sorted(set(columns[0]) - {Metric.REACH}):
        for week in (0, 1):
            mine = (columns[0] == metric) & (columns[1] == week)
            sums[f"{metric} {week}"] = [int(column[mine].sum()) for column in columns[2:]]
    return {**sums, "trend": [int(twelve["net"].sum()), len(set(twelve["week"]))]}


def _query(readings: str, weeks: int, metric: str | None) -> str:
    span = span_up_to(WEEK, weeks, as_of=AS_OF, networks=BY_NAME)
    live = " OR ".join(
        f"(network = '{name}' AND out_at >= {to_micros(since)})"
        for name, since in span.alive_from.items()
    )
    oldest = to_micros(min(span.alive_from.values()))
    boundaries = [to_micros(one) for one in span.boundaries]
    fastest = attribution if weeks == 2 else attribution_by_week
    return fastest(readings, live, boundaries, metric=metric, oldest=oldest)


def main(side: str, where: str, *more: str) -> None:
    """Run one side once, after everything is loaded, and say what it took."""
    run = _side(side, where, *more)
    spare_what_is_loaded()  # as `campaign report` does
    began, cpu = time.perf_counter(), time.process_time()
    found = run()
    seconds, used = time.perf_counter() - began, time.process_time() - cpu
    print(json.dumps({"seconds": seconds, "cpu": used, "peak_mb": _peak_mb(), "found": found}))


def _peak_mb() -> float:
    """Return this program's own peak; `getrusage` would count what started it, too."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (peak,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(peak.split()[1]) / 1024


def _side(side: str, where: str, *more: str) -> Callable[[], Any]:
    if side == "duckdb":
        return lambda: by_duckdb(where, *more)
    store = open_store(where)
    with store.read() as connection:
        connection.exec_driver_sql("SELECT 1")
    if side == "numbers":
        return lambda: numbers(store)
    if side == "recount":
        return lambda: _proof(store)
    return lambda: _report(store)


def _proof(store: Store) -> list[int]:
    proof = prove_weeks(store)
    return [proof.weeks, len(proof.wrong)]


def _report(store: Store) -> int:
    with store.read() as connection:
        report = build_report(connection, week=WEEK, as_of=AS_OF, networks=BY_NAME)
    return len(report.gains)


if __name__ == "__main__":
    main(*sys.argv[1:])
