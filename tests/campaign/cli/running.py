"""A campaign with one channel, and `campaign run` as processes by the machine's own clock."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from campaign.cli.place import Place
from rehearsal.server import Rehearsal
from tests.campaign.cli.shell import Shell

ROOT = Path(__file__).parents[3]
PATIENCE_S = 30.0
SECOND = timedelta(seconds=1)
HANDLE = "@ico@social.example"
SCHEDULE = """\
campaign: real-time
timezone: Europe/London
runs: {{from: {first}, until: {last}}}
partners:
  ico: {{name: Information Commissioner's Office, owner: true}}
channels:
  ico-mastodon: {{network: mastodon, partner: ico, handle: "{handle}", server: "{server}"}}
rules:
  approval: none
  late_limit: {late}
schedule:
{entries}
"""
ENTRY = """\
  - post: {post}
    at: "{at}"
    send_to: [ico-mastodon]
"""


@dataclass
class Hour:
    """The machine's clock, set back or forth by as much as a test wants."""

    by: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        """Return the instant."""
        return datetime.now(UTC) + self.by


@dataclass
class Scene:
    """A campaign with one channel, and the process that runs it."""

    folder: Path
    rehearsal: Rehearsal
    hour: Hour
    environment: dict[str, str]
    process: subprocess.Popen[str] | None = None
    name: str = "run"
    """Of the process, where there are several on one campaign."""

    def plan(self, *due: datetime, late: str = "30m") -> None:
        """Schedule a post for each of these instants and apply it."""
        today = self.hour.now().date()
        for number, _ in enumerate(due):
            file = self.folder / "posts" / f"post-{number}" / "post.md"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"---\ntitle: {number}\n---\nPost {number}.\n", encoding="utf-8")
        entries = "".join(
            ENTRY.format(post=f"post-{number}", at=_written(at)) for number, at in enumerate(due)
        )
        text = SCHEDULE.format(
            first=today - timedelta(days=2),
            last=today + timedelta(days=2),
            handle=HANDLE,
            server=self.rehearsal.server_of("mastodon"),
            late=late,
            entries=entries,
        )
        (self.folder / "schedule.yaml").write_text(text, encoding="utf-8")
        self.campaign.fine("apply", "--yes")

    @property
    def campaign(self) -> Shell:
        """`campaign ARGS` beside the running process."""
        return Shell(Place(folder=self.folder, clock=self.hour, environment=self.environment))

    def start(self) -> None:
        """Start `campaign run` and wait until it says that it runs."""
        command = [sys.executable, "-m", "campaign.cli.app", "--dir", str(self.folder), "run"]
        with (self.folder / f"{self.name}.txt").open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **self.environment}, stderr=log, text=True
            )
        self.wait_for("running; publishing and collecting for real-time")

    def stop(self) -> int:
        """Tell the process to stop, and return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)

    def kill(self) -> None:
        """End the process, if it still lives."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def log(self) -> str:
        """Return what the process has said so far."""
        return (self.folder / f"{self.name}.txt").read_text(encoding="utf-8")

    def wait_for(self, words: str) -> None:
        """Wait until the log holds these words."""
        deadline = time.monotonic() + PATIENCE_S
        while words not in self.log():
            assert self.process is not None
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)

    def wait_for_posts(self, number: int) -> None:
        """Wait until the database says of so many that they are out."""
        deadline = time.monotonic() + PATIENCE_S
        while [one["state"] for one in self.rows()].count("published") < number:
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.2)

    def rows(self) -> list[dict[str, Any]]:
        """Return the deliveries as `status --json` has them."""
        rows = self.campaign.fine("status", "--json").json()["deliveries"]
        assert isinstance(rows, list)
        return rows

    def texts(self) -> list[str]:
        """Return what the network holds."""
        return [post.text for post in self.rehearsal.posts("mastodon")]


def _written(at: datetime) -> str:
    local = at.astimezone(ZoneInfo("Europe/London"))
    offset = f"{local:%z}"
    return f"{local:%Y-%m-%d %H:%M:%S}{offset[:3]}:{offset[3:]}"


def next_second(seconds: float) -> datetime:
    """Return a whole second about so far from now."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0)
