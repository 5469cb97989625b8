"""What deliveries cost that are not due for months: memory, idle work, and the time of a ring."""

import os
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.engines import desk
from benchmarks.loopback import loopback_server
from benchmarks.tables import Section, Spread, progress, table
from benchmarks.work import CHANNELS, Campaign
from campaign.publishing.hands import Hands
from campaign.settings import read_settings
from campaign.wiring import open_desk

SIZES = (CHANNELS, 100_000)
"""As good as none, and many."""
WATCHED_S = 15.0
RINGS = 50
EVERY = timedelta(minutes=90)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What `campaign run` takes while nothing is due."""

    deliveries: int
    resident_mb: float
    processor: float
    """The part of one processor that it keeps busy."""
    ring_ms: float
    """Looking for what is due, finding nothing."""


def measure(rounds: int) -> Section:
    """Watch an idle `campaign run` with few and with many deliveries in its future."""
    costs = [progress(_cost(posts)) for _ in range(rounds) for posts in SIZES]
    rows = []
    for posts in SIZES:
        own = [cost for cost in costs if cost.deliveries == posts]
        memory = Spread.of([cost.resident_mb for cost in own])
        few = Spread.of([cost.resident_mb for cost in costs if cost.deliveries == SIZES[0]])
        rows.append(
            [
                f"{posts:,}",
                memory.text(1),
                f"{memory.median / few.median:.2f}",
                Spread.of([100 * cost.processor for cost in own]).text(1),
                Spread.of([cost.ring_ms for cost in own]).text(1),
            ]
        )
    head = ["future deliveries", "resident MB", "times the fewest", "% of a processor", "a ring ms"]
    return Section(
        name="future",
        title="campaign run with nothing due",
        text=table(head, rows),
        figures=[asdict(cost) for cost in costs],
    )


def _cost(posts: int) -> Cost:
    with loopback_server() as server, tempfile.TemporaryDirectory(prefix="future-") as name:
        folder = Path(name)
        database = f"sqlite:///{folder}/campaign.db"
        settings = desk.environment(folder, 8, CAMPAIGN_DATABASE_URL=database)
        first = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=30)
        campaign = Campaign(
            folder=folder, server=server.url, first=first, every=EVERY, approval="none"
        )
        desk.prepare(settings, campaign, posts)
        with desk.running(settings) as process:
            time.sleep(WATCHED_S / 3)
            before = _busy_for(process.pid)
            time.sleep(WATCHED_S)
            processor = (_busy_for(process.pid) - before) / WATCHED_S
            resident = _resident_mb(process.pid)
        ring_ms = _ring_ms(folder, settings)
    return Cost(deliveries=posts, resident_mb=resident, processor=processor, ring_ms=ring_ms)


def _ring_ms(folder: Path, settings: dict[str, str]) -> float:
    opened = open_desk(read_settings(folder, settings))
    hands = Hands(opened.rig("benchmark"), 16)
    hands.ring()
    begun = time.monotonic()
    for _ in range(RINGS):
        hands.ring()
    seconds = time.monotonic() - begun
    hands.close()
    opened.close()
    return 1000 * seconds / RINGS


def _busy_for(pid: int) -> float:
    """Return the processor time of a process, in seconds (proc(5): utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
