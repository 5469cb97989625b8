"""A post on its way, as part of `connectors.contract`: what is sent, prepared and confirmed."""

from dataclasses import dataclass
from datetime import datetime

from connectors.media import Media, VideoSettings
from connectors.names import DeliveryKey, RemoteId


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """The post's link. Networks that build no card themselves are given title and description."""

    url: str
    title: str = ""
    description: str = ""
    thumbnail: Media | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """The posts of the same account that an answer belongs under."""

    parent: RemoteId
    """What it answers: the part before, or the post that it is the first comment on."""
    root: RemoteId
    """The first part of the thread; the same as `parent` for its second one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Original:
    """Another account's post, to be passed on as it is."""

    remote_id: RemoteId
    """As that account's own server names it."""
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OutgoingPost:
    """One post as one account will send it; the same bytes at every attempt."""

    delivery_key: DeliveryKey
    """Chosen by `Network.choose_key` before the first attempt and then kept."""
    text: str
    """Final: the link stands in it as `Network.show_link` shows it."""
    language: str
    """ISO 639-1."""
    link: Link | None = None
    media: tuple[Media, ...] = ()
    answers: Answered | None = None
    """None for a post that stands by itself; only where `Capabilities` has threads or comments."""
    video: VideoSettings | None = None
    """What is declared of a video; None where nobody has declared anything."""
    reposts: Original | None = None
    """What a native repost passes on; its text is the original's and is not sent again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """What `prepare` left at the network: upload ids and the like, safe to store as JSON.

    Nothing in it shows anything to anybody. Given back as `resume`, uploads are not repeated.
    """

    tokens: tuple[str, ...] = ()
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedPost:
    """What the network confirmed."""

    remote_id: RemoteId
    url: str
    published_at: datetime
    warnings: tuple[str, ...] = ()
    """Where what came back differs from what was asked, for example a dropped picture."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicPost:
    """A post as everybody can see it, without signing in."""

    remote_id: RemoteId
    """As `Network.read_permalink` gives it for `url`."""
    url: str
    text: str
    """As shown; a link in it may be shortened."""
    links: tuple[str, ...]
    """The whole addresses that the text or the card leads to."""
    published_at: datetime
