"""`campaign plan` and `campaign apply` of schedules that are larger and larger."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.engines import desk
from benchmarks.loopback import ROOT, BenchmarkError, loopback_server
from benchmarks.tables import Section, Spread, progress, table
from benchmarks.work import CHANNELS, Campaign, write_campaign

SIZES = (10_000, 30_000, 100_000)
SPAN = timedelta(days=140)
ASKED_S = 60
COMMANDS = (("plan",), ("apply", "--yes", "--as", "ama"), ("status",))


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What one command took."""

    command: str
    deliveries: int
    seconds: float
    peak_mb: float


def measure(rounds: int) -> Section:
    """Plan, apply and list every size in turn, each from an empty database."""
    costs = [
        progress(cost) for _ in range(rounds) for posts in SIZES for cost in _plan_and_apply(posts)
    ]
    both = {posts: _both(costs, posts) for posts in SIZES}
    rows = [_row(posts, costs, both) for posts in SIZES]
    head = ["deliveries", "plan s", "apply s", "both s", f"of {ASKED_S} s", "s per delivery"]
    return Section(
        name="plan",
        title=f"plan and apply, {CHANNELS} channels",
        text=table([*head, "status s", "peak MB"], rows),
        figures=[asdict(cost) for cost in costs],
    )


def _row(posts: int, costs: list[Cost], both: Mapping[int, Spread]) -> list[str]:
    each = both[posts].median / posts
    least = both[SIZES[0]].median / SIZES[0]
    own = [cost for cost in costs if cost.deliveries == posts]
    seconds = [
        Spread.of([cost.seconds for cost in own if cost.command == command]).text(1)
        for command, *_ in COMMANDS
    ]
    return [
        f"{posts:,}",
        *seconds[:2],
        both[posts].text(1),
        f"{both[posts].median / ASKED_S:.0%}",
        f"{each / least:.2f} times the smallest",
        seconds[2],
        f"{max(cost.peak_mb for cost in own):,.0f}",
    ]


def _both(costs: list[Cost], posts: int) -> Spread:
    own = [cost for cost in costs if cost.deliveries == posts]
    plans = [cost.seconds for cost in own if cost.command == "plan"]
    applies = [cost.seconds for cost in own if cost.command == "apply"]
    return Spread.of([one + other for one, other in zip(plans, applies, strict=True)])


def _plan_and_apply(posts: int) -> list[Cost]:
    with loopback_server() as server, tempfile.TemporaryDirectory(prefix="plan-") as name:
        folder = Path(name)
        settings = desk.environment(folder, 8, CAMPAIGN_DATABASE_URL=f"sqlite:///{folder}/c.db")
        first = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=1)
        every = timedelta(minutes=SPAN // timedelta(minutes=1) // (posts // CHANNELS))
        campaign = Campaign(folder=folder, server=server.url, first=first, every=every)
        write_campaign(campaign, posts)
        return [_cost(settings, folder, words, posts) for words in COMMANDS]


def _cost(settings: Mapping[str, str], folder: Path, words: tuple[str, ...], posts: int) -> Cost:
    begun = time.monotonic()
    with (folder / "said.txt").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "campaign.cli.app", *words],
            cwd=ROOT,
            env=settings,
            stdout=said,
            stderr=said,
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise BenchmarkError((folder / "said.txt").read_text("utf-8")[-2000:])
    seconds = time.monotonic() - begun
    return Cost(command=words[0], deliveries=posts, seconds=seconds, peak_mb=usage.ru_maxrss / 1024)
