"""A campaign on PostgreSQL by the machine's clock, and the networks it posts to."""

import io
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from sqlalchemy import func, select

from campaign.cli.on_plan import apply_plan
from campaign.cli.place import Place
from campaign.clock import SteppedClock
from campaign.schedule.clashes import environment_name
from campaign.secret_keys import new_key
from campaign.store.database import Store, open_store
from campaign.store.tables import DELIVERY
from rehearsal.server import Rehearsal
from tests.crowd.crew import Crew

PROVES_NOTHING = "x"
"""This network can say that a post is out and never that it is not: a person may be needed."""

MOST = {"bluesky": 1500, "mastodon": 200, "x": 80}
"""Posts an account, well below what the networks take in the time that a test lasts."""

APPLIED_A_SECOND = 500
"""Deliveries, roughly."""

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
    accounts: Mapping[str, int]
    """How many, by network; each is a channel."""
    environment: dict[str, str] = field(default_factory=dict)
    channels: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Network and handle, by channel."""
    wanted: dict[str, Counter[str]] = field(default_factory=dict)
    """The texts that a channel has to show in the end."""

    def __post_init__(self) -> None:
        self.environment |= {
            "CAMPAIGN_DIR": str(self.folder),
            "CAMPAIGN_DATABASE_URL": self.database_url,
            "CAMPAIGN_ENGINE": "procrastinate",
            "CAMPAIGN_CALL_TIMEOUT": "2",
            "CAMPAIGN_LEASE": "5",
            "CAMPAIGN_SETTLING": "6",
            "CAMPAIGN_SECRET_KEY": new_key(),
        }
        for network, number in self.accounts.items():
            for one in range(number):
                self._open_account(network, f"{network}-{one}")

    @cached_property
    def crew(self) -> Crew:
        """The processes, none of which runs yet."""
        return Crew(self.folder, self.environment)

    @cached_property
    def store(self) -> Store:
        """The campaign's database."""
        return open_store(self.database_url)

    @property
    def place(self) -> Place:
        """Where a person's commands work."""
        return Place(folder=self.folder, environment=self.environment)

    @property
    def provable(self) -> list[str]:
        """The channels whose network can say for certain what is out."""
        return [name for name, (network, _) in self.channels.items() if network != PROVES_NOTHING]

    def use(self, database_url: str) -> None:
        """Go on with another database, by the threads of `campaign run`."""
        self._close_store()
        self.database_url = database_url
        self.environment |= {"CAMPAIGN_DATABASE_URL": database_url, "CAMPAIGN_ENGINE": "threads"}

    def plan(self, posts: int, span: timedelta, *, picture: bytes | None = None) -> None:
        """Schedule posts evenly over a span from now, as many as each network takes; apply it.

        Where there are many the span begins a little later, so that not all of them are overdue
        by the time that they have been applied.
        """
        now = datetime.now(UTC).replace(microsecond=0)
        deliveries = sum(min(posts, MOST[network]) for network, _ in self.channels.values())
        first_at = now + timedelta(seconds=deliveries // APPLIED_A_SECOND)
        entries = ""
        for number in range(posts):
            self._write_post(f"post-{number}", f"Post {number}.", picture)
            taking = [name for name in self.channels if self._takes(name, number, posts)]
            for name in taking:
                self.wanted.setdefault(name, Counter())[f"Post {number}."] += 1
            at = first_at + span * number / posts
            entries += ENTRY.format(post=f"post-{number}", at=at, channels=", ".join(taking))
        self._write(entries, now)
        # Applied as if a while ago, so that nothing is past however slow this machine is.
        before = replace(self.place, clock=SteppedClock(now - timedelta(minutes=1)))
        with redirect_stdout(io.StringIO()):
            apply_plan(before, None, "ama", yes=True)

    def states(self) -> Counter[tuple[str, str]]:
        """Count deliveries by channel and state."""
        query = select(DELIVERY.c.channel, DELIVERY.c.state, func.count())
        with self.store.read() as connection:
            rows = connection.execute(query.group_by(DELIVERY.c.channel, DELIVERY.c.state))
            return Counter({(row[0], row[1]): row[2] for row in rows})

    def wait_until_settled(
        self, seconds: float, meanwhile: Callable[[], object] = lambda: None
    ) -> None:
        """Wait until nothing is left to do but what a person may be asked for."""
        deadline = time.monotonic() + seconds
        while True:
            states = self.states()
            left = {
                (channel, state)
                for channel, state in states
                if state != "published" and (state != "unknown" or channel in self.provable)
            }
            if not left:
                return
            assert time.monotonic() < deadline, states
            meanwhile()
            time.sleep(0.5)

    def texts(self, channel: str) -> Counter[str]:
        """Count what the network holds of a channel, by text."""
        network, handle = self.channels[channel]
        return Counter(one.text for one in self.rehearsal.posts(network, handle))

    def close(self) -> None:
        """End every process and give the connections back."""
        self.crew.kill_all()
        self._close_store()

    def _close_store(self) -> None:
        if "store" in vars(self):  # it is opened when it is first asked for
            self.store.close()
            del self.store

    def _open_account(self, network: str, name: str) -> None:
        handle = f"@{name}@social.example" if network == "mastodon" else f"{name}.example"
        handle = f"@{handle}" if network == "x" else handle
        self.channels[name] = (network, handle)
        for secret, value in self.rehearsal.add_account(network, handle).items():
            self.environment[f"CAMPAIGN__{environment_name(name)}__{secret}"] = value

    def _takes(self, channel: str, number: int, posts: int) -> bool:
        """Whether this post goes to a channel, so that its share is spread over all posts."""
        network = self.channels[channel][0]
        if network == PROVES_NOTHING:  # which forbids the same text on several accounts
            accounts = self.accounts[network]
            if number % accounts != int(channel.rpartition("-")[2]):
                return False
            number, posts = number // accounts, max(posts // accounts, 1)
        most = min(posts, MOST[network])
        return number * most // posts != (number - 1) * most // posts

    def _write_post(self, name: str, text: str, picture: bytes | None) -> None:
        folder = self.folder / "posts" / name
        folder.mkdir(parents=True)
        media = ""
        if picture is not None:
            (folder / "picture.png").write_bytes(picture)
            media = "media:\n  - {file: picture.png, alt: A picture}\n"
        (folder / "post.md").write_text(f"---\ntitle: {name}\n{media}---\n{text}\n", "utf-8")

    def _write(self, entries: str, now: datetime) -> None:
        channels = "".join(
            CHANNEL.format(
                name=name, network=network, handle=handle, server=self.rehearsal.server_of(network)
            )
            for name, (network, handle) in self.channels.items()
        )
        text = SCHEDULE.format(
            first=(now - timedelta(days=1)).date(),
            last=(now + timedelta(days=1)).date(),
            channels=channels,
            entries=entries,
        )
        (self.folder / "schedule.yaml").write_text(text, encoding="utf-8")
