"""A campaign folder with some of the sample's posts, and the program to run on it.

The program is started as people start it, one process a command, with the machine's clock. Only the
waits are shorter than outside.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.networks.xrpc import Account

ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("campaign")
CHANNEL = "ico-bluesky"

WAITS = {"CAMPAIGN_CALL_TIMEOUT": "3", "CAMPAIGN_LEASE": "6", "CAMPAIGN_SETTLING": "10"}
"""Seconds in place of 30, 90 and 120; in the same order, which is what they promise by."""

_LONGEST_COMMAND_S = 60
_LONGEST_SETTLING_S = 60

_SCHEDULE = """\
campaign: think-check-share
title: Think. Check. Share.
timezone: UTC
runs: {{from: {first}, until: {last}}}
partners:
  ico: {{name: Information Commissioner's Office, owner: true, sectors: [all]}}
  ndna: {{name: National Day Nurseries Association, sectors: [education]}}
people:
  ama: {{name: Ama Mensah, roles: [author]}}
  ben: {{name: Ben Archer, roles: [approver, legal]}}
channels:
  {channel}: {{network: bluesky, partner: ico, handle: {handle}, server: "{server}"}}
rules:
  late_limit: 30m
schedule:
{entries}
"""
_ENTRY = "  - {{post: {post}, at: {at}, send_to: [{channel}]}}"


@dataclass(kw_only=True)
class Desk:
    """One campaign that sends posts to one account, all at the same moment."""

    folder: Path
    posts: tuple[str, ...]
    account: Account
    server: str
    """Where the channel's `server:` leads: the server itself or a relay in front of it."""
    due_at: datetime = field(init=False)

    @property
    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if "CAMPAIGN" not in name}
        return {
            **own,
            **WAITS,
            "CAMPAIGN_DIR": str(self.folder),
            "CAMPAIGN__ICO_BLUESKY__IDENTIFIER": self.account.handle,
            "CAMPAIGN__ICO_BLUESKY__APP_PASSWORD": self.account.app_password,
        }

    def write(self, due_at: datetime) -> None:
        """Write the folder: the sample's posts and a schedule for them."""
        self.due_at = due_at.replace(microsecond=0)
        at = self.due_at.strftime("%Y-%m-%d %H:%M:%S")
        text = _SCHEDULE.format(
            first=(self.due_at - timedelta(days=1)).date(),
            last=(self.due_at + timedelta(days=1)).date(),
            channel=CHANNEL,
            handle=self.account.handle,
            server=self.server,
            entries="\n".join(
                _ENTRY.format(post=post, at=at, channel=CHANNEL) for post in self.posts
            ),
        )
        (self.folder / "schedule.yaml").write_text(text, encoding="utf-8")
        for post in self.posts:
            copy = self.folder / "posts" / post
            shutil.copytree(ROOT / "posts" / post, copy, dirs_exist_ok=True)

    def approve(self) -> None:
        """Have one person apply the campaign, another approve it, and wait until it is due.

        What is already due when it is applied is never sent, so a slow machine gets more time.
        """
        self.write(datetime.now(UTC) + timedelta(minutes=5))
        started_at = time.monotonic()
        self.run("check")
        one_command = time.monotonic() - started_at
        self.write(datetime.now(UTC) + timedelta(seconds=3 + 4 * one_command))
        self.run("apply", "--as", "ama", "--yes")
        self.run("approve", "--all", "--as", "ben", "--yes")
        time.sleep(max(0.0, (self.due_at - datetime.now(UTC)).total_seconds()))

    def run(self, *arguments: str) -> Any:
        """Run a command that has to succeed; return its JSON, if it was asked for."""
        done = subprocess.run(
            [PROGRAM, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST_COMMAND_S,
            check=False,
        )
        said = done.stderr.decode()
        assert done.returncode == 0, f"campaign {' '.join(arguments)}: {said}{done.stdout.decode()}"
        return json.loads(done.stdout) if "--json" in arguments else None

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start a command and do not wait for it."""
        return self._start([str(PROGRAM), *arguments])

    def start_dying(self, point: str) -> "subprocess.Popen[bytes]":
        """Start `campaign publish` so that it kills itself at a point; its clock stands at now."""
        driver = [sys.executable, "-m", "tests.faults.driver"]
        return self._start([*driver, point, str(self.folder), datetime.now(UTC).isoformat()])

    def status(self) -> dict[str, dict[str, Any]]:
        """Return how the deliveries stand, as the program says, by post."""
        rows = self.run("status", "--json")["deliveries"]
        return {row["post"]: row for row in rows}

    def states(self) -> list[str]:
        """Return the states alone, in the order of the posts."""
        rows = self.status()
        return [rows[post]["state"] for post in self.posts]

    def publish_until_all_are_out(self) -> dict[str, dict[str, Any]]:
        """Run `campaign publish` again and again, as a timer does; return the statuses."""
        ends_at = time.monotonic() + _LONGEST_SETTLING_S
        while True:
            self.run("publish")
            rows = self.status()
            if all(row["state"] == "published" for row in rows.values()):
                return rows
            assert time.monotonic() < ends_at, [
                (row["state"], row["note"]) for row in rows.values()
            ]
            time.sleep(1)

    def _start(self, command: list[str]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
