"""A campaign on PostgreSQL by the machine's clock, and processes on it that can be killed."""

import io
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from campaign.cli.on_plan import apply_plan
from campaign.cli.place import Place
from campaign.clock import SteppedClock
from campaign.schedule.clashes import environment_name
from campaign.store.database import open_store
from campaign.store.deliveries import list_deliveries
from rehearsal.server import Rehearsal

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0

CHANNELS = {
    "a-mastodon": ("mastodon", "@a@social.example"),
    "b-mastodon": ("mastodon", "@b@social.example"),
    "a-bluesky": ("bluesky", "a.example"),
    "b-bluesky": ("bluesky", "b.example"),
    "a-x": ("x", "@a.example"),
}
PROVABLE = tuple(name for name, (network, _) in CHANNELS.items() if network != "x")
"""Where the network can say for certain what is out, so that nobody has to be asked."""

SCHEDULE = """\
campaign: crowd
timezone: Europe/London
runs: {{from: {first}, until: {last}}}
partners:
  ico: {{name: Information Commissioner's Office, owner: true}}
channels:
{channels}
rules: {{approval: none, late_limit: 12h}}
schedule:
{entries}
"""
CHANNEL = '  {name}: {{network: {network}, partner: ico, handle: "{handle}", server: "{server}"}}\n'
ENTRY = '  - {{post: {post}, at: "{at:%Y-%m-%d %H:%M:%S}+00:00", send_to: [{channels}]}}\n'


@dataclass
class Stage:
    """The campaign, the networks it posts to, and every process on it."""

    folder: Path
    rehearsal: Rehearsal
    database_url: str
    environment: dict[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)
    """How long each process's log was when it started."""
    deaths: int = 0

    def __post_init__(self) -> None:
        self.environment |= {
            "CAMPAIGN_DIR": str(self.folder),
            "CAMPAIGN_DATABASE_URL": self.database_url,
            "CAMPAIGN_ENGINE": "procrastinate",
            "CAMPAIGN_CALL_TIMEOUT": "2",
            "CAMPAIGN_LEASE": "5",
            "CAMPAIGN_SETTLING": "6",
        }
        for name, (network, handle) in CHANNELS.items():
            for secret, value in self.rehearsal.add_account(network, handle).items():
                self.environment[f"CAMPAIGN__{environment_name(name)}__{secret}"] = value

    @property
    def place(self) -> Place:
        """Where a person's commands work."""
        return Place(folder=self.folder, environment=self.environment)

    def plan(self, posts: int, span: timedelta) -> None:
        """Schedule so many posts to every channel, evenly over a span from now, and apply it."""
        now = datetime.now(UTC).replace(microsecond=0)
        entries = ""
        for number in range(posts):
            post = self.folder / "posts" / f"post-{number}" / "post.md"
            post.parent.mkdir(parents=True)
            post.write_text(f"---\ntitle: {number}\n---\nPost {number}.\n", encoding="utf-8")
            at = now + span * number / posts
            names = ", ".join(CHANNELS)
            entries += ENTRY.format(post=f"post-{number}", at=at, channels=names)
        self._write(entries, now)
        # Applied as if a while ago, so that nothing is past however slow this machine is.
        before = replace(self.place, clock=SteppedClock(now - timedelta(minutes=1)))
        with redirect_stdout(io.StringIO()):
            apply_plan(before, None, "ama", yes=True)

    def start(self, *command: str, name: str = "") -> subprocess.Popen[bytes]:
        """Start `campaign COMMAND` as a process of its own."""
        path = self.folder / f"{name or command[0]}.log"
        with path.open("ab") as log:
            self.said[name or command[0]] = log.tell()
            process = subprocess.Popen(
                [sys.executable, "-m", "campaign.cli.app", *command],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
            )
        self.processes[name or command[0]] = process
        return process

    def start_all(self, clocks: int, workers: int) -> None:
        """Start so many clocks and workers."""
        for number in range(clocks):
            self.start("run", name=f"run-{number}")
        for number in range(workers):
            self.start("worker", name=f"worker-{number}")

    def kill_one(self, chance: random.Random) -> None:
        """Kill one process that is at work as a power cut does, and start it again."""
        self.start_again()
        ready = [name for name in sorted(self.processes) if self.is_ready(name)]
        if not ready:
            return
        name = chance.choice(ready)
        process = self.processes[name]
        process.kill()
        assert process.wait(PATIENCE_S) == -signal.SIGKILL
        self.deaths += 1
        self.start(name.partition("-")[0], name=name)

    def start_again(self) -> None:
        """Start again, as a service manager does, what found no database when it started."""
        for name, process in list(self.processes.items()):
            if process.poll() is not None:
                last = self.log(name).splitlines()[-1]
                away = "cannot be used" in last or "could not be used" in last
                fine = away and not self.is_ready(name)
                assert fine, f"{name} ended by itself: {self.log(name)}"
                self.start(name.partition("-")[0], name=name)

    def is_ready(self, name: str) -> bool:
        """Whether a process has said since its start that it is at work."""
        new = self.log(name)[self.said[name] :]
        return "running; publishing" in new or "working for" in new

    def wait_until_ready(self) -> None:
        """Wait until every process is at work."""
        deadline = time.monotonic() + PATIENCE_S
        while not all(self.is_ready(name) for name in self.processes):
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def stop_all(self) -> dict[str, int]:
        """Tell every process to stop and return the exit codes."""
        for process in self.processes.values():
            process.terminate()
        codes = {name: one.wait(PATIENCE_S) for name, one in self.processes.items()}
        self.processes.clear()
        return codes

    def kill_all(self) -> None:
        """End whatever a failed test has left."""
        for process in self.processes.values():
            process.kill()
            process.wait(PATIENCE_S)

    def log(self, name: str) -> str:
        """Return what a process has said."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8")

    def states(self) -> Counter[tuple[str, str]]:
        """Count deliveries by channel and state."""
        store = open_store(self.database_url)
        with store.read() as connection:
            found = Counter((one.channel, str(one.state)) for one in list_deliveries(connection))
        store.close()
        return found

    def wait_until_settled(self, seconds: float) -> None:
        """Wait until nothing is left to do on the channels that can prove what is out."""
        deadline = time.monotonic() + seconds
        while True:
            states = self.states()
            channels = {channel for channel, state in states if state != "published"}
            unfinished = {state for _, state in states} & {"planned", "sending"}
            if not channels & set(PROVABLE) and not unfinished:
                return
            assert time.monotonic() < deadline, states
            self.start_again()
            time.sleep(0.5)

    def texts(self, channel: str) -> Counter[str]:
        """Count what the network holds of a channel, by text."""
        network, handle = CHANNELS[channel]
        return Counter(one.text for one in self.rehearsal.posts(network, handle))

    def _write(self, entries: str, now: datetime) -> None:
        channels = "".join(
            CHANNEL.format(
                name=name, network=network, handle=handle, server=self.rehearsal.server_of(network)
            )
            for name, (network, handle) in CHANNELS.items()
        )
        text = SCHEDULE.format(
            first=(now - timedelta(days=1)).date(),
            last=(now + timedelta(days=1)).date(),
            channels=channels,
            entries=entries,
        )
        (self.folder / "schedule.yaml").write_text(text, encoding="utf-8")
