"""A campaign with one delivery on a rehearsal network, applied and approved, an hour before it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from campaign.cli.on_approval import approve
from campaign.cli.on_plan import apply_plan
from campaign.cli.place import Place
from campaign.clock import SteppedClock
from campaign.models import Delivery
from campaign.schedule.clashes import environment_name
from campaign.store.database import open_store
from campaign.store.deliveries import get_delivery
from rehearsal.server import Rehearsal

ROOT = Path(__file__).parents[2]
DUE = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
HANDLES = {
    "x": "@ico.example",
    "mastodon": "@ico@social.example",
    "bluesky": "ico.example",
    "linkedin": "ico-example",
    "facebook": "ico.example",
    "threads": "@ico.example",
}
TEXT = "Data protection law helps you share information to protect a child."

SCHEDULE = """\
campaign: crash
timezone: Europe/London
runs: {{from: 2027-01-11, until: 2027-01-17}}
partners:
  ico: {{name: Information Commissioner's Office, owner: true}}
people:
  ama: {{name: Ama, roles: [author]}}
  ben: {{name: Ben, roles: [approver]}}
channels:
  {channel}: {{network: {network}, partner: ico, handle: "{handle}", server: "{server}"}}
schedule:
  - post: law-helps
    at: 2027-01-12 08:30
    send_to: [{channel}]
"""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a test needs to start and to watch the program."""

    folder: Path
    delivery_id: str
    environment: dict[str, str]
    clock: SteppedClock
    """The networks' clock; each process is given one that stands where this one does."""

    def start(self, point: str) -> subprocess.Popen[bytes]:
        """Start `campaign publish` as a process of its own."""
        instant = self.clock.now().isoformat()
        return subprocess.Popen(
            [sys.executable, "-m", "tests.crash.driver", point, str(self.folder), instant],
            env={**os.environ, **self.environment},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def delivery(self) -> Delivery:
        """Read the one delivery as a crash left it."""
        store = open_store(
            self.environment.get("CAMPAIGN_DATABASE_URL", f"sqlite:///{self.folder}/campaign.db")
        )
        with store.read() as connection:
            found = get_delivery(connection, self.delivery_id)
        store.close()
        assert found is not None
        return found

    def place(self) -> Place:
        """Return the place for a person's command."""
        return Place(folder=self.folder, environment=self.environment, clock=self.clock)


def make_scene(
    rehearsal: Rehearsal, folder: Path, network: str, clock: SteppedClock, *, database: str = ""
) -> Scene:
    """Write the campaign, apply it as Ama, approve it as Ben, and go to the hour it is due."""
    channel = f"ico-{network}"
    secrets = rehearsal.add_account(network, HANDLES[network])
    prefix = f"CAMPAIGN__{environment_name(channel)}__"
    environment = {prefix + name: value for name, value in secrets.items()}
    if database:
        environment["CAMPAIGN_DATABASE_URL"] = database
    post = folder / "posts" / "law-helps" / "post.md"
    post.parent.mkdir(parents=True)
    post.write_text(f"---\ntitle: The law helps\ntheme: myth\n---\n{TEXT}\n", encoding="utf-8")
    schedule = SCHEDULE.format(
        channel=channel,
        network=network,
        handle=HANDLES[network],
        server=rehearsal.server_of(network),
    )
    (folder / "schedule.yaml").write_text(schedule, encoding="utf-8")
    scene = Scene(
        folder=folder,
        delivery_id=f"law-helps/{channel}/1",
        environment=environment,
        clock=clock,
    )
    apply_plan(scene.place(), None, "ama", yes=True)
    approve(scene.place(), [], "ben", everything=True, yes=True)
    clock.advance(timedelta(hours=1))
    return scene
