"""A small campaign in a folder of its own, with rehearsal networks and a clock moved by hand.

Everything in it is the real thing but for the networks and the clock: files are read, the plan is
made and applied, posts leave over HTTP.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image

from analytics.collection import CollectionSummary, collect_due
from campaign.apply import apply, difference
from campaign.clock import SteppedClock
from campaign.content.reading import read_posts
from campaign.decisions.approvals import approve_all
from campaign.models import Delivery
from campaign.plan import plan
from campaign.public_settings import Public
from campaign.publishing.hands import Hands
from campaign.publishing.publisher import publish
from campaign.schedule.clashes import environment_name
from campaign.schedule.model import Schedule
from campaign.schedule.reading import read_schedule
from campaign.settings import Settings
from campaign.states import State
from campaign.store.deliveries import Change, get_delivery, list_deliveries
from campaign.wiring import Desk, open_desk
from rehearsal.server import Rehearsal

MONDAY = datetime(2027, 1, 11, 7, 0, tzinfo=UTC)
DUE = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
"""When the one post of the default schedule is due: Tuesday 12 January 2027, 08:30 in London."""

HANDLES = {"x": "@ico.example", "mastodon": "@ico@social.example", "bluesky": "ico.example"}

SCHEDULE = """\
campaign: think-check-share
title: Think. Check. Share.
timezone: Europe/London
runs: {{from: 2027-01-11, until: 2027-04-30}}
partners:
  ico: {{name: Information Commissioner's Office, owner: true, sectors: [all]}}
  npcc: {{name: National Police Chiefs' Council, sectors: [police]}}
audience: {{universe: 500000, source: made up}}
people:
  ama: {{name: Ama, roles: [author]}}
  ben: {{name: Ben, roles: [approver, legal]}}
  cat: {{name: Cat, roles: [approver]}}
channels:
  ico-x: {{network: x, partner: ico, handle: "@ico.example", server: "{x}"}}
  ico-mastodon:
    {{network: mastodon, partner: ico, handle: "@ico@social.example", server: "{mastodon}"}}
  ico-bluesky: {{network: bluesky, partner: ico, handle: ico.example, server: "{bluesky}"}}
  npcc-linkedin: {{network: linkedin, partner: npcc, mode: pack, handle: npcc.example}}
slots:
  morning: {{days: [mon, tue, wed, thu, fri], at: "08:30"}}
rules:
  late_limit: {late}
{rules}
schedule:
{entries}
"""

ENTRY = """\
  - post: law-helps
    at: 2027-01-12 08:30
    send_to: [network:x, network:mastodon, network:bluesky]
"""

POST = """\
---
title: The law helps you share
theme: myth
sectors: [all]
---
Data protection law helps you share information to protect a child.
"""


@dataclass
class Office:
    """The campaign, and everything a person or the clock could do to it."""

    folder: Path
    rehearsal: Rehearsal
    clock: SteppedClock
    lease: timedelta = timedelta(seconds=90)
    call_timeout: timedelta = timedelta(seconds=2)
    environment: dict[str, str] = field(default_factory=dict)
    database_url: str = ""
    """Empty for the SQLite file in the folder."""
    public: Public | None = None
    """Where networks fetch pictures; nowhere, unless a test says so."""

    def __post_init__(self) -> None:
        self.desk: Desk = self.open()
        self.write_post("law-helps", POST)
        self.write_schedule()

    def open(self, transport: Any = None) -> Desk:
        """Open the campaign's database as a new process would, perhaps with wires of its own."""
        for network, handle in HANDLES.items():
            if not any(name.startswith(_prefix(network)) for name in self.environment):
                secrets = self.rehearsal.add_account(network, handle)
                for name, value in secrets.items():
                    self.environment[_prefix(network) + name] = value
        settings = Settings(
            folder=self.folder,
            database_url=self.database_url or f"sqlite:///{self.folder}/campaign.db",
            call_timeout=self.call_timeout,
            lease=self.lease,
            public=self.public,
            environment=self.environment,
        )
        desk = open_desk(settings, clock=self.clock)
        desk.transport = transport
        return desk

    def write_schedule(self, entries: str = ENTRY, rules: str = "", late: str = "30m") -> None:
        """Write schedule.yaml with these entries and rules."""
        servers = {network: self.rehearsal.server_of(network) for network in HANDLES}
        text = SCHEDULE.format(entries=entries, rules=rules, late=late, **servers)
        (self.folder / "schedule.yaml").write_text(text, encoding="utf-8")

    def write_post(
        self,
        name: str,
        text: str,
        pictures: tuple[str, ...] = (),
        *,
        size: tuple[int, int] = (64, 48),
    ) -> None:
        """Write posts/NAME/post.md, with plain pictures beside it."""
        place = self.folder / "posts" / name
        place.mkdir(parents=True, exist_ok=True)
        (place / "post.md").write_text(text, encoding="utf-8")
        for shade, picture in enumerate(pictures):
            Image.new("RGB", size, (20 * shade, 67, 109)).save(place / picture)

    def schedule(self) -> Schedule:
        """Read schedule.yaml."""
        return read_schedule(self.folder / "schedule.yaml")

    def apply(self, person: str = "ama") -> None:
        """Apply the files as they stand."""
        schedule = self.schedule()
        posts = read_posts(self.folder / "posts")
        planned = plan(schedule, posts, self.desk.networks)
        now = self.clock.now()
        with self.desk.store.write() as connection:
            fresh = difference(connection, schedule, planned, now)
            change = Change(who=person, at=now, why="applied")
            apply(connection, schedule, fresh, fresh, change)

    def approve(self, *ids: str, person: str = "ben") -> None:
        """Approve these deliveries, or all that wait."""
        roles = {name: one.roles for name, one in self.schedule().people.items()}
        change = Change(who=person, at=self.clock.now(), why="approved")
        with self.desk.store.write() as connection:
            waiting = [
                one.id
                for one in list_deliveries(connection)
                if one.state == State.AWAITING_APPROVAL
            ]
            approve_all(connection, ids or waiting, change, roles)

    def publish(self) -> Counter[str]:
        """Let a worker do everything that can be done at this instant."""
        hands = Hands(self.desk.rig("worker"), 4)
        try:
            return hands.run_until_idle()
        finally:
            hands.close()

    def publish_one(self, delivery_id: str) -> None:
        """Let a worker make one attempt at one delivery, if it can be made."""
        publish(self.desk.rig("worker"), delivery_id)

    def publish_at(self, instant: datetime) -> Counter[str]:
        """Move the clock and publish."""
        self.clock.move_to(instant)
        return self.publish()

    def collect(self) -> CollectionSummary:
        """Read what is due."""
        desk = self.desk
        return collect_due(
            desk.store,
            clock=self.clock,
            connector_for=desk.connector_for,
            purse=desk.purse,
            uncounted=desk.uncounted,
        )

    def delivery(self, delivery_id: str) -> Delivery:
        """Return one delivery."""
        with self.desk.store.read() as connection:
            found = get_delivery(connection, delivery_id)
        assert found is not None, delivery_id
        return found

    def state(self, delivery_id: str) -> str:
        """Return where one delivery stands."""
        return self.delivery(delivery_id).state

    def states(self) -> dict[str, str]:
        """Return where every delivery stands."""
        with self.desk.store.read() as connection:
            return {one.id: str(one.state) for one in list_deliveries(connection)}

    def texts(self, network: str) -> list[str]:
        """Return what the network holds."""
        return [post.text for post in self.rehearsal.posts(network)]

    def close(self) -> None:
        """Close the database and the connections."""
        self.desk.close()


def _prefix(network: str) -> str:
    return f"CAMPAIGN__{environment_name('ico-' + network)}__"
