"""A campaign with one approved delivery with a picture, due now, on one kind of network."""

import io
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import feedparser
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
from tests.faults.doors import Door, FolderDoor, MailDoor
from tests.faults.gate import Gate
from tests.faults.lives import ALL_NETWORKS, Wanted
from tests.faults.small_server import SmallServer
from tests.films.shelf import film

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
    shows: Literal["a picture", "a film", "nothing"] = "a picture"
    method: str = "POST"
    small: bool = False
    """Whether one of the two networks of `small_server` stands in this one's place."""

    @property
    def networks(self) -> Mapping[NetworkName, Network]:
        """Return the networks among which this one is found."""
        return ALL_NETWORKS if self.small else NETWORKS


ACCOUNTS = {
    Kind.KEY: Account("mastodon", "@ico@social.example", "/api/v1/statuses"),
    Kind.RECORD: Account("bluesky", "ico.example", "/com.atproto.repo.putRecord"),
    Kind.LOOK_UP: Account("x", "@ico.example", "/2/tweets"),
    Kind.CONTAINER: Account("linkedin", "ico.example", "/publish", "nothing", small=True),
    Kind.NOTHING: Account("facebook", "ico.example", "/posts", "nothing", small=True),
    Page.LINKEDIN: Account("linkedin", "ico-example", "/rest/posts"),
    Page.FACEBOOK: Account("facebook", "ico.example", ""),
    Page.INSTAGRAM: Account("instagram", "ico.example", "/media_publish"),
    Page.THREADS: Account("threads", "@ico.example", "/threads_publish"),
    Page.YOUTUBE: Account("youtube", "@ico", "/youtube/v3/videos", "a film", "PUT"),
    Page.WEBHOOK: Account("webhook", "ico.example", ""),
    Page.FEED: Account("feed", "ico.example", ""),
    Page.EMAIL: Account("email", "comms@ico.example", ""),
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
  ico: {{network: {network}, partner: ico, handle: "{handle}"{server}}}
rules: {{late_limit: 6h}}
schedule:
  - post: law-helps
    at: 2027-01-12 08:30
    send_to: [ico]
"""
POST = "---\ntitle: The law helps\ntheme: myth\n{media}---\n{text}\n"
MEDIA = {
    "a picture": "media:\n  - file: sign.jpg\n    alt: A green sign.\n",
    "a film": "media:\n  - file: talk.mp4\n    alt: They talk.\n    captions: burnt-in\n"
    "video: {made_for_children: false}\n",
    "nothing": "",
}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a cell needs to start lives and to see what came of them."""

    folder: Path
    account: Account
    clock: SteppedClock
    gate: Door
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
        seen = [told_at(url) for _text, url in self.stored()]
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


def told_at(url: str) -> str:
    """Return where a person says that it stands: what was handed over, on the partner's site."""
    return url if url.startswith("http") else f"https://partner.example/{url.rpartition(':')[2]}"


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
    with (
        Rehearsal(now=clock.now) as rehearsal,
        SmallServer(clock.now) as small,
        _way(cell, folder, rehearsal, small, troubled or _publishes(account)) as way,
    ):
        _write(folder, account, way.door.origin, text)
        environment = {**way.environment, **_public_address()}
        if database:
            environment[DATABASE] = database
        scene = Scene(
            folder=folder,
            account=account,
            clock=clock,
            gate=way.door,
            environment=environment,
            log=folder.parent / f"{folder.name}.log",
            stored=way.stored,
            posts=lambda: [] if account.small else rehearsal.posts(account.network),
        )
        apply_plan(scene.place(), None, "ama", yes=True)
        approve(scene.place(), [], "ben", everything=True, yes=True)
        clock.move_to(until)
        yield scene


@dataclass(frozen=True)
class _Way:
    """How the network is reached, and what stands on it: text and address of every post."""

    door: Door
    environment: dict[str, str]
    stored: Callable[[], list[tuple[str, str]]]


@contextmanager
def _way(
    cell: Cell,
    folder: Path,
    rehearsal: Rehearsal,
    small: SmallServer,
    is_publish: Callable[[str, str], bool],
) -> Iterator[_Way]:
    account, hold = ACCOUNTS[cell.kind], cell.point is Point.UNDER_WAY
    name = account.network
    if account.small:
        with Gate(small.origin, is_publish, cell.trouble, hold=hold) as gate:
            yield _Way(gate, {}, lambda: [(one.text, one.url) for one in small.posts])
        return
    secrets = _as_settings(rehearsal.add_account(name, account.handle))

    def stored() -> list[tuple[str, str]]:
        return [(one.text, one.url) for one in rehearsal.posts(name)]

    if cell.kind is Page.EMAIL:
        with MailDoor(rehearsal, hold=hold) as mail:
            yield _Way(mail, mail.environment, stored)
    elif cell.kind is Page.FEED:
        with FolderDoor(folder.parent / "shown", hold=hold) as door:
            where = {"FOLDER": str(door.folder), "ADDRESS": door.address}
            yield _Way(door, _as_settings(where), lambda: _entries(door.folder))
    else:
        with Gate(rehearsal.server_of(name), is_publish, cell.trouble, hold=hold) as gate:
            yield _Way(gate, secrets, stored)


def _as_settings(secrets: Mapping[str, str]) -> dict[str, str]:
    return {f"CAMPAIGN__{environment_name('ico')}__{name}": one for name, one in secrets.items()}


def _entries(folder: Path) -> list[tuple[str, str]]:
    """Read the feed as its readers do."""
    shown = folder / "atom.xml"
    entries = feedparser.parse(shown.read_bytes()).entries if shown.exists() else []
    address = f"https://feed.example/{folder.name}/atom.xml"
    return [(one.summary, f"{address}#{one.id.removeprefix('urn:uuid:')}") for one in entries]


def _public_address() -> dict[str, str]:
    """Let each life show its pictures at an address of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
    return {"CAMPAIGN_PUBLIC_URL": f"http://{place}", "CAMPAIGN_LISTEN": place}


def _publishes(account: Account) -> Callable[[str, str], bool]:
    def is_publish(method: str, path: str) -> bool:
        place = urlsplit(path).path
        uploads = place.startswith("/upload/")
        fits = method == account.method and place.endswith(account.publishes_at)
        return fits and not uploads

    return is_publish


def _write(folder: Path, account: Account, server: str, text: str) -> None:
    post = folder / "posts" / "law-helps"
    post.mkdir(parents=True)
    whole = POST.format(media=MEDIA[account.shows], text=text)
    (post / "post.md").write_text(whole, encoding="utf-8")
    if account.shows == "a picture":
        picture = io.BytesIO()
        Image.new("RGB", (320, 320), "green").save(picture, "JPEG")
        (post / "sign.jpg").write_bytes(picture.getvalue())
    if account.shows == "a film":
        (post / "talk.mp4").write_bytes(film("talk"))
    schedule = SCHEDULE.format(
        network=account.network,
        handle=account.handle,
        server=f', server: "{server}"' if server else "",
    )
    (folder / "schedule.yaml").write_text(schedule, encoding="utf-8")
