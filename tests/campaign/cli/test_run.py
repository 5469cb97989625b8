"""`campaign run` as a process of its own, by the machine's clock, against rehearsal networks."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from campaign.cli.place import Place
from rehearsal.server import Call, Fault, Rehearsal
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

    def plan(self, *due: datetime, late: str = "30m") -> None:
        """Schedule a post for each of these instants and apply it."""
        today = self.hour.now().date()
        for number, _ in enumerate(due):
            file = self.folder / "posts" / f"post-{number}" / "post.md"
            file.parent.mkdir(parents=True)
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
        with (self.folder / "log.txt").open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **self.environment}, stderr=log, text=True
            )
        self.wait_for("running; publishing and collecting for real-time")

    def stop(self) -> int:
        """Tell the process to stop, and return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)

    def log(self) -> str:
        """Return what the process has said so far."""
        return (self.folder / "log.txt").read_text(encoding="utf-8")

    def wait_for(self, words: str) -> None:
        """Wait until the log holds these words."""
        deadline = time.monotonic() + PATIENCE_S
        while words not in self.log():
            assert self.process is not None
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)

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


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    hour = Hour()
    with Rehearsal(now=hour.now) as rehearsal:
        secrets = rehearsal.add_account("mastodon", HANDLE)
        environment = {f"CAMPAIGN__ICO_MASTODON__{name}": one for name, one in secrets.items()}
        environment["CAMPAIGN_CALL_TIMEOUT"] = "5"
        made = Scene(tmp_path, rehearsal, hour, environment)
        yield made
        if made.process is not None and made.process.poll() is None:
            made.process.kill()
            made.process.wait()


def test_what_is_due_goes_out_within_a_second_and_the_log_says_so(scene: Scene) -> None:
    due_at = next_second(5)
    scene.plan(due_at)
    scene.start()
    assert datetime.now(UTC) < due_at, "the machine is too slow for this test"
    scene.wait_for("published: 1")
    (post,) = scene.rehearsal.posts("mastodon")
    assert due_at <= post.created_at < due_at + SECOND
    assert scene.stop() == 0
    assert scene.log().rstrip().endswith("stopped")
    assert "1 planned; nothing is overdue" in scene.log()
    assert set(scene.campaign.states().values()) == {"published"}
    secrets = [one for name, one in scene.environment.items() if name.endswith("TOKEN")]
    assert [one for one in secrets if one in scene.log()] == []


def test_it_reads_the_counts_that_are_due_as_soon_as_it_starts(scene: Scene) -> None:
    scene.hour.by = -timedelta(hours=5)
    scene.plan(next_second(-5 * 3600 + 1), late="1h")
    time.sleep(1.1)
    scene.campaign.fine("publish")
    assert set(scene.campaign.states().values()) == {"published"}
    scene.hour.by = timedelta()
    scene.start()
    scene.wait_for("read 1 posts, 1 accounts")
    assert scene.stop() == 0


def test_told_to_stop_it_lets_the_call_in_flight_end_and_leaves_nothing_sending(
    scene: Scene,
) -> None:
    scene.plan(next_second(2), next_second(2))
    scene.rehearsal.inject("mastodon", Fault.SLOW, on=Call.PUBLISH, seconds=2.0)
    scene.start()
    deadline = time.monotonic() + PATIENCE_S
    while not scene.texts():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert "sending" in scene.campaign.states().values()
    began = time.monotonic()
    assert scene.stop() == 0
    assert time.monotonic() - began < 5 + 2  # the time-out of a call, and a little to end
    assert "waiting for calls in flight" in scene.log()
    assert sorted(scene.campaign.states().values()) == ["planned", "published"]
    assert len(scene.texts()) == 1


def test_after_a_pause_it_sends_what_is_in_time_and_puts_aside_what_is_not(scene: Scene) -> None:
    first, second = next_second(4), next_second(6)
    scene.plan(first, second, late="2s")
    scene.start()
    assert scene.process is not None
    assert datetime.now(UTC) < first, "the machine is too slow for this test"
    scene.process.send_signal(signal.SIGSTOP)
    time.sleep((second - datetime.now(UTC)).total_seconds() + 0.3)
    scene.process.send_signal(signal.SIGCONT)
    scene.wait_for("published: 1")
    scene.wait_for("missed: 1")
    assert scene.stop() == 0
    assert scene.campaign.states() == {
        "post-0/ico-mastodon/1": "missed",
        "post-1/ico-mastodon/1": "published",
    }
    assert scene.texts() == ["Post 1."]


def test_started_late_it_catches_up_within_the_late_limit(scene: Scene) -> None:
    scene.hour.by = -timedelta(minutes=40)
    scene.plan(next_second(-39 * 60), next_second(-60))
    scene.hour.by = timedelta()
    scene.start()
    scene.wait_for("published: 1")
    assert scene.stop() == 0
    assert scene.campaign.states() == {
        "post-0/ico-mastodon/1": "missed",
        "post-1/ico-mastodon/1": "published",
    }


def test_a_stop_thrown_beside_it_keeps_the_next_post_back(scene: Scene) -> None:
    due_at = next_second(5)
    scene.plan(due_at)
    scene.start()
    scene.campaign.fine("stop", "--reason", "mourning")
    assert datetime.now(UTC) < due_at, "the machine is too slow for this test"
    scene.wait_for("held: 1")
    assert scene.stop() == 0
    assert set(scene.campaign.states().values()) == {"held"}
    assert scene.texts() == []
