"""Counts by the real public index: other people like, pass on, quote and answer a published post.

The program publishes, collects and reports as its commands do, on a clock that is moved from one
reading to the next; what the others do is done with plain calls.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from campaign.cli.place import Place
from campaign.clock import SteppedClock
from campaign.store.database import open_store
from campaign.store.tables import ACCOUNT_SNAPSHOT, SNAPSHOT
from tests.campaign.cli.shell import Shell
from tests.campaign.folders import write_post
from tests.networks.index import Index, indexing
from tests.networks.node import Node
from tests.networks.xrpc import Account, make_account

pytestmark = pytest.mark.networks

NAMES = ("mary-reads", "nick-reads")
DELIVERY = "law-helps/ico-bluesky/1"
TEXT = "The law helps you share information to protect a child."
SCHEDULE = """\
campaign: counted
timezone: {zone}
runs: {{from: {first}, until: {last}}}
partners:
  ico: {{name: Information Commissioner's Office, owner: true}}
people:
  ama: {{name: Ama, roles: [author]}}
  ben: {{name: Ben, roles: [approver]}}
channels:
  ico-bluesky: {{network: bluesky, partner: ico, handle: {handle}, server: "{server}"}}
schedule:
  - {{post: law-helps, at: "{at}", send_to: [ico-bluesky]}}
"""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A campaign whose one post is out, and the network that counts it."""

    index: Index
    owner: Account
    shell: Shell
    clock: SteppedClock
    zone: ZoneInfo

    @property
    def subject(self) -> dict[str, str]:
        """The post, as others refer to it."""
        (post,) = self.owner.posts()
        return {"uri": post["uri"], "cid": post["cid"]}

    def read_in(self, wait: timedelta) -> dict[str, int | None]:
        """Collect when the index is up to date; return the newest snapshot of every metric."""
        self.index.settle()
        self.clock.advance(wait)
        self.shell.fine("collect")
        store = open_store(f"sqlite:///{self.shell.folder}/campaign.db")
        with store.read() as connection:
            rows = connection.execute(
                select(SNAPSHOT.c.metric, SNAPSHOT.c.value)
                .where(SNAPSHOT.c.delivery_id == DELIVERY)
                .order_by(SNAPSHOT.c.observed_at)
            ).all()
        store.close()
        return {one.metric: one.value for one in rows}

    def week_ends_in(self) -> timedelta:
        """Return how long this week still lasts where the campaign is."""
        local = self.clock.now().astimezone(self.zone)
        monday = local.date() + timedelta(days=7 - local.weekday())
        return datetime(monday.year, monday.month, monday.day, tzinfo=self.zone) - local


@dataclass(frozen=True)
class Reader:
    """Somebody who reads the post, and acts by plain calls."""

    account: Account

    def act(self, collection: str, **record: Any) -> str:
        """Write a record; return its name."""
        made_at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        fields = {"$type": collection, "createdAt": made_at, **record}
        body = {"repo": self.account.did, "collection": collection, "record": fields}
        made = self.account.post("com.atproto.repo.createRecord", body)
        assert made.status == 200, made
        return str(made.json["uri"]).rpartition("/")[2]

    def undo(self, collection: str, name: str) -> None:
        """Take a record back."""
        body = {"repo": self.account.did, "collection": collection, "rkey": name}
        assert self.account.post("com.atproto.repo.deleteRecord", body).status == 200


@pytest.fixture(scope="module")
def index(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with indexing(node, tmp_path_factory.mktemp("index")) as running:
        yield running


@pytest.fixture
def counted(index: Index, tmp_path: Path) -> Counted:
    owner = make_account(index.origin, "ico")
    now = datetime.now(UTC)
    # On a Sunday the campaign is where that has only begun, so that the week has room for it all.
    zone = ZoneInfo("Etc/GMT+12" if now.weekday() == 6 else "UTC")
    clock = SteppedClock(now)
    due_at = (now + timedelta(seconds=2)).replace(microsecond=0)
    local = due_at.astimezone(zone)
    text = SCHEDULE.format(
        zone=zone.key,
        first=local.date() - timedelta(days=1),
        last=local.date() + timedelta(days=14),
        handle=owner.handle,
        server=index.origin,
        at=f"{local:%Y-%m-%d %H:%M:%S}",
    )
    (tmp_path / "schedule.yaml").write_text(text, encoding="utf-8")
    write_post(tmp_path, "law-helps", TEXT, front="title: The law helps")
    secrets = {"IDENTIFIER": owner.handle, "APP_PASSWORD": owner.app_password}
    environment = {f"CAMPAIGN__ICO_BLUESKY__{name}": value for name, value in secrets.items()}
    shell = Shell(Place(folder=tmp_path, clock=clock, environment=environment))
    shell.fine("apply", "--as", "ama", "--yes")
    shell.fine("approve", "--all", "--as", "ben", "--yes")
    clock.move_to(due_at)
    shell.fine("publish")
    assert shell.state(DELIVERY) == "published"
    return Counted(index=index, owner=owner, shell=shell, clock=clock, zone=zone)


def test_what_others_do_arrives_as_snapshots_and_in_the_report(counted: Counted) -> None:
    subject = counted.subject
    mary, nick = (Reader(make_account(counted.index.origin, name)) for name in NAMES)
    marys_like = mary.act("app.bsky.feed.like", subject=subject)
    nick.act("app.bsky.feed.like", subject=subject)
    mary.act("app.bsky.feed.repost", subject=subject)
    quote = {"$type": "app.bsky.embed.record", "record": subject}
    mary.act("app.bsky.feed.post", text="Worth reading.", embed=quote)
    mary.act("app.bsky.feed.post", text="Thank you.", reply={"root": subject, "parent": subject})
    mary.act("app.bsky.graph.follow", subject=counted.owner.did)

    counts = {"reactions": 2, "replies": 1, "reshares": 1, "quotes": 1, "saves": 0}
    assert counted.read_in(timedelta(hours=1)) == counts
    assert account_numbers(counted) == {"followers": 1}

    mary.undo("app.bsky.feed.like", marys_like)
    fewer = {**counts, "reactions": 1}
    assert counted.read_in(timedelta(hours=2)) == fewer

    week = str(counted.clock.now().astimezone(counted.zone).date())
    assert counted.read_in(counted.week_ends_in() - timedelta(hours=1)) == fewer
    assert counted.read_in(timedelta(hours=3)) == fewer
    report = counted.shell.fine("report", "--week", week, "--format", "json").json()
    gains = [one for one in report["gains"] if one["delivery"] == DELIVERY]
    assert {one["metric"]: (one["net"], one["gross"], one["correction"]) for one in gains} == {
        "reactions": (1, 2, -1),
        "replies": (1, 1, 0),
        "reshares": (1, 1, 0),
        "quotes": (1, 1, 0),
        "saves": (0, 0, 0),
        "impressions": (None, None, None),
        "reach": (None, None, None),
    }


def account_numbers(counted: Counted) -> dict[str, int | None]:
    """Return the newest snapshot of the account's own numbers."""
    store = open_store(f"sqlite:///{counted.shell.folder}/campaign.db")
    with store.read() as connection:
        rows = connection.execute(
            select(ACCOUNT_SNAPSHOT.c.metric, ACCOUNT_SNAPSHOT.c.value).order_by(
                ACCOUNT_SNAPSHOT.c.observed_at
            )
        ).all()
    store.close()
    return {one.metric: one.value for one in rows}
