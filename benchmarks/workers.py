"""A second worker process on PostgreSQL: what it adds where there are cores for it."""

import os
from dataclasses import asdict

from benchmarks.runs import Burst, Engine, able
from benchmarks.services import POSTGRES, Services
from benchmarks.tables import Section, Spread, progress, table

ENGINES = tuple(
    Engine(
        name=f"workers-{number}",
        title=f"campaign run and {number} campaign worker, PostgreSQL",
        needs=("procrastinate",),
        service=POSTGRES,
        workers=number,
    )
    for number in (1, 2)
)


def measure(posts: int, rounds: int, services: Services) -> Section:
    """Let one worker and two send the posts in turn."""
    chosen = able(ENGINES)
    runs = [progress(run) for run in Burst(posts, services).rounds(chosen, rounds)]
    if not chosen:
        return Section(name="workers", title="workers", text="Not measured.", figures=[])
    rows, alone = [], Spread.of([run.per_s for run in runs if run.engine == "workers-1"])
    for engine in chosen:
        speed = Spread.of([run.per_s for run in runs if run.engine == engine.name])
        rows.append([engine.title, speed.text(), f"{speed.median / alone.median:.2f}"])
    return Section(
        name="workers",
        title=f"{posts:,} posts due in the same second, on {os.cpu_count()} processors",
        text=table(["", "posts/s", "times one worker"], rows),
        figures=[asdict(run) for run in runs],
    )
