"""A connector on the bench: one account on a rehearsal network, driven over real HTTP.

The laws in `contract*.py` are given a `Bench`; so is every deliberately wrong connector of
`test_contract_bites.py`, which is how the laws themselves are tried.
"""

import io
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from campaign.clock import SteppedClock
from campaign.publishing.gallery import Gallery
from campaign.store.media import File
from connectors.contract import (
    Access,
    Answered,
    Capabilities,
    Connector,
    ConnectorError,
    DeliveryKey,
    Media,
    Metric,
    Network,
    Original,
    OutgoingPost,
    Prepared,
    PublishedPost,
    RemoteId,
    Sought,
    VideoSettings,
)
from rehearsal.records import RecordedRequest, StoredPost
from rehearsal.server import Call, Fault, Rehearsal
from tests.connectors.smtp_front import open_front, postbox

START = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
FOLLOWERS = 432_000
COLOURS = ("red", "lime", "blue", "yellow")


def picture(number: int, *, alt_text: str | None = None) -> Media:
    """Draw a small picture that is unlike the others."""
    return drawn(number, (4 + number, 3), "PNG", alt_text=alt_text)


def drawn(number: int, size: tuple[int, int], kind: str, *, alt_text: str | None = None) -> Media:
    """Draw a picture of a size and kind."""
    file = io.BytesIO()
    Image.new("RGB", size, COLOURS[number % len(COLOURS)]).save(file, kind)
    words = alt_text if alt_text is not None else f"Picture {number + 1}: a dog, café, 日本"
    return Media(content=file.getvalue(), media_type=f"image/{kind.lower()}", alt_text=words)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What the laws cannot know of one network."""

    network: Network
    handle: str
    at_limit: tuple[str, ...]
    """Texts that are exactly as long as the network takes."""
    over_limit: tuple[str, ...]
    """The same, one unit longer."""
    unknown_id: Callable[[str, int], str]
    """Makes a well-formed id of no post out of an id of the account's own and a number < 1000."""
    has_language: bool
    foreign_address: str
    """The address of somebody else's post on the same network; empty where an address names no
    account, so that reading has to look whose it is."""
    draw: Callable[..., Media] = picture
    """Draws a picture that the network takes, as `picture` does."""
    sizes: tuple[tuple[int, int], ...] = ((4, 3), (5, 3), (6, 3), (7, 3))
    """Of the first four that are drawn."""
    repost_is_a_post: bool = False
    """Whether a repost is a post of its own, with an address, which can be made twice."""
    comments_repeat: bool = False
    """Whether the same comment can be made twice."""
    comment_id: Callable[[str], str] = str
    """From the id that we keep of a comment to the network's own."""
    comments_are_proved: bool = True
    """Whether a look for a comment proves as much as one for a post."""
    uploads: bool = True
    """Whether `prepare` calls the network where there are pictures."""
    waits: bool = True
    """Whether an answer may be waited for: a folder gives one at once."""
    video: VideoSettings | None = None
    """What is declared of every post, where the network wants that of a video."""
    empty_lacks: tuple[str, ...] = ("text",)
    """What is missing of a post that has nothing."""
    without: str = ""
    """Signs that the network takes in no text: the laws' texts are sent without them."""


@dataclass(kw_only=True)
class Bench:
    """One account, its server and its clock."""

    sample: Sample
    rehearsal: Rehearsal
    clock: SteppedClock
    credentials: Mapping[str, str] = field(repr=False)
    connect: Callable[[Access], Connector]
    timeout: timedelta = timedelta(seconds=5)
    opened: list[Connector] = field(default_factory=list)
    shown: dict[str, File] = field(default_factory=dict)
    """What networks that fetch pictures may fetch, by the token in the address."""
    gallery: Gallery | None = None
    mail_port: int = 0
    """Where letters are handed over."""

    @property
    def name(self) -> str:
        return self.sample.network.name

    @property
    def can(self) -> Capabilities:
        """What the network says that it can do."""
        return self.sample.network.capabilities

    def needs(self, offered: object, what: str) -> None:
        """Leave out a law about what the network does not have."""
        if not offered:
            pytest.skip(f"this network has no {what}")

    def needs_pictures(self) -> None:
        """Leave out a law about pictures where the network takes none."""
        kinds = self.sample.network.documented.media_types
        if not any(one.startswith("image/") for one in kinds):
            pytest.skip("this network takes no pictures")

    def needs_deletion(self) -> None:
        """Leave out a law about taking posts down where the network does not do that for us."""
        if not self.sample.network.capabilities.deletes:
            pytest.skip("this network takes no post down by its API")

    def needs_editing(self) -> None:
        """Leave out a law about editing where the network does not do that for us."""
        if not self.sample.network.capabilities.edits:
            pytest.skip("this network lets no program edit a post")

    def stranger(self) -> Connector:
        """Sign in as another account of the same server."""
        handle = self.sample.handle.replace("ico", "npcc")
        credentials = self.rehearsal.add_account(self.name, handle)
        access = replace(self.access(), handle=handle, credentials=credentials)
        self.opened.append(self.connect(access))
        return self.opened[-1]

    def connector(self, **changes: str) -> Connector:
        """Sign in anew, as a fresh worker does; `changes` replace credentials."""
        connector = self.connect(self.access(**changes))
        self.opened.append(connector)
        return connector

    def access(self, **changes: str) -> Access:
        return Access(
            handle=self.sample.handle,
            server=self.rehearsal.server_of(self.name),
            credentials={**self.credentials, **changes},
            timeout=self.timeout,
            now=self.clock.now,
            open_folder=self.rehearsal.open_folder,
            postbox=postbox(self.mail_port, self.timeout) if self.mail_port else None,
        )

    def inject(
        self, fault: Fault, *, on: Call = Call.PUBLISH, times: int = 1, seconds: float = 0.0
    ) -> None:
        self.rehearsal.inject(self.name, fault, on=on, times=times, seconds=seconds)

    def stored(self) -> list[StoredPost]:
        return self.rehearsal.posts(self.name)

    def calls(self, call: Call, *, method: str | None = None) -> list[RecordedRequest]:
        return [
            one
            for one in self.rehearsal.requests(self.name)
            if one.call is call and method in (None, one.method)
        ]

    def post(
        self, text: str = "Think. Check. Share.", *, pictures: int = 0, language: str = "en"
    ) -> OutgoingPost:
        """Make a post whose key is the network's own choice for this text.

        It has as many pictures as asked for, or as the network takes.
        """
        choose_key = self.sample.network.choose_key
        limits = self.sample.network.documented
        number = max(limits.min_media, min(pictures, limits.max_media))
        return OutgoingPost(
            delivery_key=choose_key(f"entry/channel/{text}", text, self.clock.now()),
            text=self.words(text),
            language=language,
            video=self.sample.video,
            media=tuple(self.picture(one) for one in range(number)),
        )

    def words(self, text: str) -> str:
        """Return a law's text as it can be sent here."""
        return "".join(one for one in text if one not in self.sample.without)

    def picture(self, number: int, *, alt_text: str | None = None) -> Media:
        """Draw a picture, and show it where the network would fetch it."""
        return self.show(self.sample.draw(number, alt_text=alt_text))

    def show(self, media: Media) -> Media:
        """Give a picture an address, where the network wants one."""
        if self.gallery is None:
            return media
        token = secrets.token_urlsafe(32)
        self.shown[token] = File(content=media.content, media_type=media.media_type)
        address = f"http://127.0.0.1:{self.gallery.port}/{token}.bin"
        return replace(media, address=address)

    def key(self, name: str) -> DeliveryKey:
        """Return the key of another delivery."""
        return self.sample.network.choose_key(f"entry/channel/{name}", name, self.clock.now())

    def by_another_account(self) -> PublishedPost:
        """Let another account of the network post something; skip where there is only one."""
        if not isinstance(self.rehearsal, Rehearsal):
            pytest.skip("there is only one account here")
        handle = self.sample.handle.replace("ico", "npcc", 1)
        credentials = self.rehearsal.add_account(self.name, handle)
        connector = self.connect(replace(self.access(), handle=handle, credentials=credentials))
        self.opened.append(connector)
        return send(connector, self.post("What the owner says."))

    def repost_of(self, published: PublishedPost) -> OutgoingPost:
        """Make the repost of a post, which says nothing of its own."""
        original = Original(remote_id=published.remote_id, url=published.url)
        return replace(self.post("What the owner says."), reposts=original)

    def sought(self, post: OutgoingPost, *taken: str, prepared: Prepared | None = None) -> Sought:
        """Name a post to look for; `prepared` is what the open attempt had left, if any."""
        ids = frozenset(map(RemoteId, taken))
        return Sought(post=post, since=START, taken=ids, prepared=prepared)


@contextmanager
def open_bench(
    sample: Sample, *, connect: Callable[[Access], Connector] | None = None
) -> Iterator[Bench]:
    """Start the rehearsal networks and open an account on one of them."""
    connect = connect or sample.network.connect
    assert connect is not None
    clock = SteppedClock(START)
    with Rehearsal(now=clock.now) as rehearsal:
        credentials = rehearsal.add_account(sample.network.name, sample.handle, followers=FOLLOWERS)
        bench = Bench(
            sample=sample,
            rehearsal=rehearsal,
            clock=clock,
            credentials=credentials,
            connect=connect,
        )
        if sample.network.capabilities.fetches_media:
            bench.gallery = Gallery("127.0.0.1", 0, bench.shown.get)
        with open_front(rehearsal) if sample.network.name == "email" else nullcontext(0) as port:
            bench.mail_port = port
            yield bench
        for connector in bench.opened:
            connector.close()
        if bench.gallery is not None:
            bench.gallery.close()


def send(connector: Connector, post: OutgoingPost) -> PublishedPost:
    """Prepare and publish, as one delivery does."""
    return connector.publish(post, connector.prepare(post, None))


def under(
    post: OutgoingPost, parent: PublishedPost, *, root: PublishedPost | None = None
) -> OutgoingPost:
    """Make a post the answer to another one, in the thread that begins with `root`."""
    first = (root or parent).remote_id
    return replace(post, answers=Answered(parent=parent.remote_id, root=first))


def outcome(connector: Connector, post: OutgoingPost) -> PublishedPost | ConnectorError:
    """Prepare, publish and return what came of it; only a `ConnectorError` is caught."""
    try:
        return send(connector, post)
    except ConnectorError as error:
        return error


def again(
    connector: Connector, post: OutgoingPost, prepared: Prepared
) -> PublishedPost | ConnectorError:
    """Send once more what was prepared before, as a second attempt does."""
    try:
        return connector.publish(post, connector.prepare(post, prepared))
    except ConnectorError as error:
        return error


def attempt(connector: Connector, post: OutgoingPost, prepared: Prepared) -> None:
    """Publish, whatever comes of it."""
    with suppress(ConnectorError):
        connector.publish(post, prepared)


def metrics_of(network: Network) -> set[Metric]:
    return {one.metric for one in network.capabilities.metrics}
