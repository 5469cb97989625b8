"""How fast the switch is: `campaign stop` as a process of its own, eight busy hands, slow networks.

By a clock that runs. Every call is held for two seconds, and each post has four pictures to
upload: without a look at the switch before every single call, uploads would go on for long.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from campaign.cli.place import Place
from campaign.publishing.hands import Hands
from campaign.settings import read_settings
from campaign.wiring import Desk, open_desk
from rehearsal.server import Call, Fault, Rehearsal
from tests.campaign.cli.shell import Shell

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60.0
CHANNELS = range(8)
DUE = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
SCHEDULE = """\
campaign: switch
timezone: Europe/London
runs: {{from: 2027-01-11, until: 2027-01-17}}
partners:
  ico: {{name: Information Commissioner's Office, owner: true}}
people:
  ben: {{name: Ben, roles: [approver]}}
channels:
{channels}
rules:
  approval: none
schedule:
  - {{post: four, at: 2027-01-12 08:30, send_to: [all]}}
"""
POST = """\
---
title: Four pictures
theme: Myth
media:
{media}
---
Data protection law helps you share information to protect a child.
"""


class RunningClock:
    """Stands at the campaign's hour and runs as time does."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self._began = time.monotonic()

    def now(self) -> datetime:
        return self.start + timedelta(seconds=time.monotonic() - self._began)


@pytest.fixture
def clock() -> RunningClock:
    return RunningClock(DUE - timedelta(hours=1))


@pytest.fixture
def rehearsal(clock: RunningClock) -> Iterator[Rehearsal]:
    with Rehearsal(now=clock.now) as networks:
        yield networks


def made(folder: Path, rehearsal: Rehearsal, clock: RunningClock) -> dict[str, str]:
    """Write and apply the campaign; return the environment with its credentials."""
    environment = {"CAMPAIGN_CALL_TIMEOUT": "5"}
    lines = ""
    for number in CHANNELS:
        handle = f"@desk{number}@social.example"
        for name, secret in rehearsal.add_account("mastodon", handle).items():
            environment[f"CAMPAIGN__M{number}__{name}"] = secret
        server = rehearsal.server_of("mastodon")
        lines += f'  m{number}: {{network: mastodon, partner: ico, handle: "{handle}", '
        lines += f'server: "{server}"}}\n'
    post = folder / "posts" / "four"
    post.mkdir(parents=True)
    for shade in range(4):
        Image.new("RGB", (64, 48), (20 * shade, 67, 109)).save(post / f"{shade}.png")
    media = "\n".join(f"  - {{file: {shade}.png, alt: A card}}" for shade in range(4))
    (post / "post.md").write_text(POST.format(media=media), encoding="utf-8")
    (folder / "schedule.yaml").write_text(SCHEDULE.format(channels=lines), encoding="utf-8")
    Shell(Place(folder=folder, clock=clock, environment=environment)).fine("apply", "--yes")
    return environment


def keep_ringing(desk: Desk, until: threading.Event) -> None:
    hands = Hands(desk.rig("worker"), 8)
    while not until.is_set():
        hands.ring()
        time.sleep(0.1)
    hands.close()


@pytest.mark.parametrize("scope", [[], ["--theme", "myth"]])
def test_five_seconds_after_stop_no_call_leaves_though_eight_hands_are_busy(
    tmp_path: Path, rehearsal: Rehearsal, clock: RunningClock, scope: list[str]
) -> None:
    environment = made(tmp_path, rehearsal, clock)
    for call in (Call.MEDIA, Call.PUBLISH):
        rehearsal.inject("mastodon", Fault.SLOW, on=call, times=1000, seconds=2.0)
    clock.start += timedelta(hours=1)
    desk = open_desk(read_settings(tmp_path, environment), clock=clock)
    over = threading.Event()
    worker = threading.Thread(target=keep_ringing, args=(desk, over))
    worker.start()
    try:
        deadline = time.monotonic() + PATIENCE_S
        while len(uploads(rehearsal)) < 8:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        stopped_at = clock.now()
        stop_in_another_process(tmp_path, environment, scope)
        time.sleep(max(0.0, 8 - (clock.now() - stopped_at).total_seconds()))
    finally:
        over.set()
        worker.join()
        desk.close()

    requests = rehearsal.requests("mastodon")
    assert [one.path for one in requests if one.at > stopped_at + timedelta(seconds=5)] == []
    assert 8 <= len(uploads(rehearsal)) < 32, "the uploads in progress were not broken off"
    assert rehearsal.posts("mastodon") == []
    shell = Shell(Place(folder=tmp_path, clock=clock, environment=environment))
    assert set(shell.states().values()) == {"held"}


def uploads(rehearsal: Rehearsal) -> list[str]:
    paths = [one.path for one in rehearsal.requests("mastodon")]
    return [path for path in paths if path == "/api/v2/media"]


def stop_in_another_process(folder: Path, environment: dict[str, str], scope: list[str]) -> None:
    command = [sys.executable, "-m", "campaign.cli.app", "--dir", str(folder), "stop"]
    subprocess.run(
        [*command, *scope, "--reason", "mourning", "--as", "ben"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        check=True,
    )
