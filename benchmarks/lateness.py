"""Lateness: of one post while nothing else is to do, and of a thousand in the same second."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.burst import ENGINES
from benchmarks.engines import desk
from benchmarks.loopback import BenchmarkError, loopback_server
from benchmarks.runs import THREADS, Burst, Run
from benchmarks.services import Services
from benchmarks.tables import Section, Spread, milliseconds, progress, table
from benchmarks.work import CHANNELS, Campaign

SINGLE = 20
"""Posts that fall due one by one."""
APART = timedelta(seconds=3)
LEADS = (timedelta(seconds=20), timedelta(seconds=120))
"""From writing the campaign to the first post; the second where the machine is slow."""
FIRST_MS, MOST_MS = 30, 1500
"""What is asked: an idle program's post, and 99 % of a thousand posts."""


def measure(posts: int, rounds: int, services: Services) -> Section:
    """Let single posts fall due, then so many at once, beside bare requests."""
    idle = progress(_idle(LEADS[0]) or _idle(LEADS[1]))
    if idle is None:
        raise BenchmarkError("the machine was too slow to be ready for the first post")
    chosen = [one for one in ENGINES if one.name in ("bare", "desk")]
    runs = [progress(run) for run in Burst(posts, services).rounds(chosen, rounds)]
    rows = [_row("Campaign Desk idle, one post", idle, FIRST_MS)]
    for engine in chosen:
        own = [run for run in runs if run.engine == engine.name]
        rows += _of_burst(engine.title, own, posts)
    return Section(
        name="lateness",
        title="Lateness: from the second a post is due until its request is at the network",
        text=table(["", "ms", "asked: at most", "of what is asked"], rows),
        figures={"idle": idle, f"at_once_{posts}": [[run.engine, run.most_late] for run in runs]},
    )


def _of_burst(title: str, runs: list[Run], posts: int) -> list[list[str]]:
    most = [run.most_late for run in runs]
    return [
        [f"{title}, first of {posts:,}", milliseconds([one.first_late for one in runs]), "", ""],
        [f"{title}, half of {posts:,}", milliseconds([one.half_late for one in runs]), "", ""],
        _row(f"{title}, 99 % of {posts:,}", most, MOST_MS),
    ]


def _row(title: str, late: list[float], asked: int) -> list[str]:
    return [title, milliseconds(late), f"{asked:,}", f"{Spread.of(late).median * 1000 / asked:.0%}"]


def _idle(lead: timedelta) -> list[float] | None:
    """Return how late each of some posts was that fell due one by one; None if it was not ready."""
    with loopback_server() as server, tempfile.TemporaryDirectory(prefix="idle-") as name:
        folder = Path(name)
        database = f"sqlite:///{folder}/campaign.db"
        settings = desk.environment(folder, THREADS, CAMPAIGN_DATABASE_URL=database)
        first = datetime.now(UTC).replace(microsecond=0) + lead
        campaign = Campaign(
            folder=folder, server=server.url, first=first, every=APART, to="channel-00"
        )
        desk.prepare(settings, campaign, SINGLE * CHANNELS)
        with desk.running(settings) as process:
            if datetime.now(UTC) > first - timedelta(seconds=2):
                return None
            until = (first + SINGLE * APART).timestamp() + 20
            server.wait_for(SINGLE, until=until, alive=lambda: process.poll() is None)
        came = sorted(one.came_at for one in server.arrivals())
    return [at - (first + number * APART).timestamp() for number, at in enumerate(came)]
