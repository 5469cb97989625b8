"""A campaign with one connected channel on every network, and nobody signed in."""

import random
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from campaign.cli.place import Place
from campaign.clock import SteppedClock
from campaign.secret_keys import new_key
from campaign.settings import app_variable, read_settings
from campaign.wiring import Desk, open_desk
from rehearsal.server import Rehearsal
from tests.campaign.cli.shell import Answering, Result, Shell
from tests.campaign.credentials.person import go
from tests.campaign.office import MONDAY

HANDLES = {
    "x": "@ico.example",
    "mastodon": "@ico@social.example",
    "bluesky": "ico.example",
    "linkedin": "ico.example",
    "facebook": "ico.example",
    "instagram": "ico.example",
    "threads": "@ico.example",
    "youtube": "@ico.example",
}
BY_BROWSER = tuple(one for one in HANDLES if one != "bluesky")
HEAD = """\
campaign: signing-in
title: Signing in
timezone: Europe/London
runs: {from: 2027-01-11, until: 2027-04-30}
partners:
  ico: {name: The Office, owner: true, sectors: [all]}
people:
  ama: {name: Ama, roles: [author], email: ama@ico.example}
  ben: {name: Ben, roles: [approver], email: ben@ico.example}
channels:
"""
POST = "---\ntitle: Hello\n---\nThe law helps you share.\n"


@dataclass
class Scene:
    """The folder, the networks, the clock, and the people at a keyboard."""

    folder: Path
    rehearsal: Rehearsal
    clock: SteppedClock
    environment: dict[str, str]
    port: int

    @property
    def place(self) -> Place:
        """Where commands run."""
        return Place(folder=self.folder, clock=self.clock, environment=dict(self.environment))

    @property
    def shell(self) -> Shell:
        """Runs commands."""
        return Shell(self.place)

    def desk(self) -> Desk:
        """Open the campaign as another process would."""
        settings = read_settings(self.folder, self.environment)
        settings = replace(settings, call_timeout=timedelta(seconds=5))
        return open_desk(settings, clock=self.clock)

    def connect(self, network: str, *more: str, typed: Any = None) -> Result:
        """Run `campaign connect` for a network's channel."""
        before, sys.stdin = sys.stdin, typed or Answering("")
        try:
            return self.shell("connect", f"ico-{network}", "--port", str(self.port), *more)
        finally:
            sys.stdin = before

    def write_schedule(self, servers: Mapping[str, str], entries: str = "  []\n") -> None:
        """Write schedule.yaml with these servers and entries."""
        channels = "".join(
            f'  ico-{name}: {{network: {name}, partner: ico, handle: "{HANDLES[name]}", '
            f'server: "{server}"}}\n'
            for name, server in servers.items()
        )
        text = f"{HEAD}{channels}rules: {{approval: none}}\nschedule:\n{entries}"
        (self.folder / "schedule.yaml").write_text(text, encoding="utf-8")

    @property
    def servers(self) -> dict[str, str]:
        """Where each network is served."""
        return {name: self.rehearsal.server_of(name) for name in HANDLES}

    def owner_says(
        self, patched: pytest.MonkeyPatch, network: str, word: str = "allow", who: str = ""
    ) -> list[str]:
        """Let the browser that is opened belong to an owner who says this; return the pages."""
        pages: list[str] = []

        def opened(address: str) -> bool:
            pages.append(go(address, who or HANDLES[network], word).text)
            return True

        patched.setattr("webbrowser.open", opened)
        return pages


def free_port() -> int:
    """Return a port that nobody uses just now, and that no connection is given by the system."""
    for number in random.sample(range(20_000, 32_000), 100):
        with suppress(OSError), socket.create_server(("127.0.0.1", number)):
            return number
    raise AssertionError("no port is free")


@contextmanager
def open_scene(folder: Path, database_url: str = "") -> Iterator[Scene]:
    """Set the scene: applied, with apps known to the networks and a key to seal with."""
    clock, port = SteppedClock(MONDAY), free_port()
    with Rehearsal(now=clock.now) as rehearsal:
        environment = {"CAMPAIGN_SECRET_KEY": new_key(), "CAMPAIGN_DATABASE_URL": database_url}
        for name, handle in HANDLES.items():
            rehearsal.add_account(name, handle)
            if name not in {"bluesky", "mastodon"}:
                app = rehearsal.add_app(name, f"http://127.0.0.1:{port}/callback")
                environment |= {app_variable(name, field): one for field, one in app.items()}
        scene = Scene(folder, rehearsal, clock, environment, port)
        scene.write_schedule(scene.servers)
        place = folder / "posts" / "hello"
        place.mkdir(parents=True)
        (place / "post.md").write_text(POST, encoding="utf-8")
        scene.shell.fine("apply", "--as", "ama", "--yes")
        yield scene
        assert rehearsal.pending_faults() == []
