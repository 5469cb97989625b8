"""A campaign with one approved delivery with a picture, due now, on one kind of network."""

import io
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

from campaign.cli.on_approval import approve
from campaign.cli.on_plan import apply_plan
from campaign.cli.on_settling import settle
from campaign.cli.place import Place
from campaign.clock import SteppedClock
from campaign.models import Delivery
from campaign.publishing.due import due_ids, next_instant
from campaign.schedule.clashes import environment_name
from campaign.store.database import open_store
from campaign.store.deliveries import list_deliveries
from campaign.wiring import NETWORKS
from connectors.contract import Network, NetworkName
from rehearsal.records import StoredPost
from rehearsal.server import Rehearsal
from tests.faults.cells import Cell, Kind, Page, Point
from tests.faults.gate import Gate
from tests.faults.lives import ALL_NETWORKS, Wanted
from tests.faults.small_server import SmallServer

DUE = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
TEXT = "Data protection law helps you share information to protect a child."
DELIVERY = "law-helps/ico/1"
DATABASE = "CAMPAIGN_DATABASE_URL"


@dataclass(frozen=True)
class Account:
    """How a kind of network is reached."""

    network: str
    handle: str
    publishes_at: str
    """The end of the address that makes a post visible."""
    picture: bool
    small: bool = False
    """Whether one of the two networks of `small_server` stands in this one's place."""

    @property
    def networks(self) -> Mapping[NetworkName, Network]:
        """Return the networks among which this one is found."""
        return ALL_NETWORKS if self.small else NETWORKS


ACCOUNTS = {
    Kind.KEY: Account("mastodon", "@ico@social.example", "/api/v1/statuses", picture=True),
    Kind.RECORD: Account("bluesky", "ico.example", "/com.atproto.repo.putRecord", picture=True),
    Kind.LOOK_UP: Account("x", "@ico.example", "/2/tweets", picture=True),
    Kind.CONTAINER: Account("linkedin", "ico.example", "/publish", picture=False, small=True),
    Kind.NOTHING: Account("facebook", "ico.example", "/posts", picture=False, small=True),
    Page.LINKEDIN: Account("linkedin", "ico-example", "/rest/posts", picture=True),
    Page.FACEBOOK: Account("facebook", "ico.example", "", picture=True),
    Page.INSTAGRAM: Account("instagram", "ico.example", "/media_publish", picture=True),
    Page.THREADS: Account("threads", "@ico.example", "/threads_publish", picture=True),
}

SCHEDULE = """\
campaign: faults
timezone: Europe/London
runs: {{from: 2027-01-11, until: 2027-01-17}}
partners:
  ico: {{name: Information Commissioner's Office, owner: true}}
people:
  ama: {{name: Ama, roles: [author]}}
  ben: {{name: Ben, roles: [approver]}}
channels:
  ico: {{network: {network}, partner: ico, handle: "{handle}", server: "{server}"}}
rules: {{late_limit: 6h}}
schedule:
  - post: law-helps
    at: 2027-01-12 08:30
    send_to: [ico]
"""
POST = "---\ntitle: The law helps\ntheme: myth\n{media}---\n{text}\n"
MEDIA = "media:\n  - file: sign.jpg\n    alt: A green sign.\n"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a cell needs to start lives and to see what came of them."""

    folder: Path
    account: Account
    clock: SteppedClock
    gate: Gate
    environment: dict[str, str]
    log: Path
    """What the lives said; beside the folder, so that a full disk keeps nobody quiet."""
    stored: Callable[[], list[tuple[str, str]]]
    """Text and address of every post on the network."""
    posts: Callable[[], list[StoredPost]]
    """The same with all that a rehearsal network keeps; none on the small ones."""

    @property
    def database(self) -> str:
        """Return the database's address."""
        return self.environment.get(DATABASE, f"sqlite:///{self.folder}/campaign.db")

    def wanted(
        self,
        point: Point = Point.NONE,
        *,
        part: int | None = None,
        user: int | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> Wanted:
        """Describe a life that begins now."""
        return Wanted(
            folder=str(self.folder),
            at=self.clock.now().isoformat(),
            environment={**self.environment, **(settings or {})},
            log=str(self.log),
            point=point,
            part=part,
            user=user,
            small=self.account.small,
        )

    def said(self) -> str:
        """Return everything that the lives have said."""
        return self.log.read_text(encoding="utf-8")

    def delivery(self) -> Delivery:
        """Read the one delivery, or the first part of the thread."""
        return self.deliveries()[0]

    def deliveries(self) -> list[Delivery]:
        """Read every part of the thread, in order."""
        store = open_store(self.database)
        with store.read() as connection:
            found = list_deliveries(connection)
        store.close()
        return found

    def next_life_at(self) -> datetime:
        """Return when a timer would ring again; a program that names no instant forgot its post."""
        now = self.clock.now()
        store = open_store(self.database)
        with store.read() as connection:
            ready = due_ids(connection, now, at_most=1)
            named = next_instant(connection, now)
        store.close()
        if ready:
            return now + timedelta(seconds=1)
        assert named is not None, "it waits for nothing and nobody: lost in silence"
        return max(named, now)

    def a_person_looks(self) -> None:
        """Settle the delivery by what stands on the network."""
        seen = [url for _text, url in self.stored()]
        url = seen[0] if seen else None
        settle(self.place(), DELIVERY, url, "ben", not_published=url is None)

    def place(self) -> Place:
        """Return the place for a person's command."""
        return Place(
            folder=self.folder,
            environment=self.environment,
            clock=self.clock,
            networks=self.account.networks,
        )


@contextmanager
def scene_of(
    cell: Cell,
    folder: Path,
    *,
    database: str = "",
    text: str = TEXT,
    troubled: Callable[[str, str], bool] | None = None,
    until: datetime = DUE,
) -> Iterator[Scene]:
    """Write the campaign of a cell, apply it as Ama, approve it as Ben, and go to its hour.

    Its database is a file in the folder, unless another one is named. The trouble meets the first
    request that publishes, unless `troubled` picks another one by its method and path.
    """
    clock = SteppedClock(DUE - timedelta(hours=1))
    account = ACCOUNTS[cell.kind]
    with Rehearsal(now=clock.now) as rehearsal, SmallServer(clock.now) as small:
        server, secrets, stored = _account(account, rehearsal, small)
        with Gate(
            server,
            troubled or _publishes(account),
            cell.trouble,
            hold=cell.point is Point.UNDER_WAY,
        ) as gate:
            _write(folder, account, gate.origin, text)
            prefix = f"CAMPAIGN__{environment_name('ico')}__"
            environment = {prefix + name: value for name, value in secrets.items()}
            environment |= _public_address()
            if database:
                environment[DATABASE] = database
            scene = Scene(
                folder=folder,
                account=account,
                clock=clock,
                gate=gate,
                environment=environment,
                log=folder.parent / f"{folder.name}.log",
                stored=stored,
                posts=lambda: [] if account.small else rehearsal.posts(account.network),
            )
            apply_plan(scene.place(), None, "ama", yes=True)
            approve(scene.place(), [], "ben", everything=True, yes=True)
            clock.move_to(until)
            yield scene


def _account(
    account: Account, rehearsal: Rehearsal, small: SmallServer
) -> tuple[str, dict[str, str], Callable[[], list[tuple[str, str]]]]:
    name = account.network
    if account.small:
        return small.origin, {}, lambda: [(one.text, one.url) for one in small.posts]
    secrets = rehearsal.add_account(name, account.handle)
    return (
        rehearsal.server_of(name),
        secrets,
        lambda: [(one.text, one.url) for one in rehearsal.posts(name)],
    )


def _public_address() -> dict[str, str]:
    """Let each life show its pictures at an address of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
    return {"CAMPAIGN_PUBLIC_URL": f"http://{place}", "CAMPAIGN_LISTEN": place}


def _publishes(account: Account) -> Callable[[str, str], bool]:
    def is_publish(method: str, path: str) -> bool:
        return method == "POST" and urlsplit(path).path.endswith(account.publishes_at)

    return is_publish


def _write(folder: Path, account: Account, server: str, text: str) -> None:
    post = folder / "posts" / "law-helps"
    post.mkdir(parents=True)
    media = MEDIA if account.picture else ""
    (post / "post.md").write_text(POST.format(media=media, text=text), encoding="utf-8")
    if account.picture:
        picture = io.BytesIO()
        Image.new("RGB", (320, 320), "green").save(picture, "JPEG")
        (post / "sign.jpg").write_bytes(picture.getvalue())
    schedule = SCHEDULE.format(network=account.network, handle=account.handle, server=server)
    (folder / "schedule.yaml").write_text(schedule, encoding="utf-8")
