"""Campaign Desk as people use it: files, `apply`, `approve`, then `campaign run` by itself."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.loopback import ROOT, BenchmarkError
from benchmarks.work import Campaign, channels, token_of, write_campaign
from campaign.schedule.clashes import environment_name
from campaign.store.database import open_store
from campaign.store.tables import ATTEMPT, DELIVERY

PATIENCE_S = 60.0


def environment(folder: Path, threads: int, **more: str) -> dict[str, str]:
    """Return the settings of the campaign in a folder, secrets of the channels included."""
    secrets = {
        f"CAMPAIGN__{environment_name(one)}__ACCESS_TOKEN": token_of(one) for one in channels()
    }
    settings = {"CAMPAIGN_DIR": str(folder), "CAMPAIGN_HANDS": str(threads)}
    return {**os.environ, **secrets, **settings, **more}


def command(settings: Mapping[str, str], *words: str) -> str:
    """Run one command to its end and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "campaign.cli.app", *words],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        message = f"campaign {' '.join(words)} left with {done.returncode}: {done.stderr[-2000:]}"
        raise BenchmarkError(message)
    return done.stdout


def prepare(settings: Mapping[str, str], campaign: Campaign, posts: int) -> None:
    """Write the campaign, apply it and have it approved by somebody else."""
    write_campaign(campaign, posts)
    command(settings, "apply", "--yes", "--as", "ama")
    if campaign.approval == "required":
        command(settings, "approve", "--all", "--yes", "--as", "ben")


@contextmanager
def running(settings: Mapping[str, str], name: str = "run") -> Iterator[subprocess.Popen[bytes]]:
    """Run `campaign run`, or for `worker-1` and so on a worker, from the moment it is at work."""
    path = Path(settings["CAMPAIGN_DIR"]) / f"{name}-{time.monotonic_ns()}.log"
    word = name.partition("-")[0]
    with path.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "campaign.cli.app", word],
            cwd=ROOT,
            env=settings,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_until_at_work(process, path)
        yield process
    finally:
        process.terminate()
        code = process.wait(PATIENCE_S)
    if code:
        message = f"campaign {word} left with {code}: {path.read_text('utf-8')[-2000:]}"
        raise BenchmarkError(message)


def last_written_at(database_url: str, posts: int) -> float:
    """Return when the last outcome was written; insist that every delivery is published."""
    store = open_store(database_url)
    with store.read() as connection:
        query = select(DELIVERY.c.state, func.count().label("number")).group_by(DELIVERY.c.state)
        states = {row.state: row.number for row in connection.execute(query)}
        last: datetime = connection.execute(select(func.max(ATTEMPT.c.ended_at))).scalar_one()
    store.close()
    if states != {"published": posts}:
        message = f"the deliveries stand at {states}"
        raise BenchmarkError(message)
    return last.timestamp()


def _wait_until_at_work(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        said = log.read_text("utf-8")
        if "running; publishing" in said or "working for" in said:
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise BenchmarkError(said[-2000:])
        time.sleep(0.05)
