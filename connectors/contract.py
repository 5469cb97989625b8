"""What a network must be able to do for us, and the words it answers in.

A `Network` is what is known before any account is used: how text is counted, which limits are
documented, which credentials an account needs. `Network.connect` turns it into a `Connector`,
one signed-in account on one server. Nothing here knows of campaigns, tables or other networks.
The errors a connector raises stand in `connectors.failures`, what is counted in
`connectors.metrics`, what is sent in `connectors.posts`, what may be sent in `connectors.limits`,
the answers to a change in `connectors.changing`; all are had from here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from connectors.changing import Correction as Correction
from connectors.changing import Edited as Edited
from connectors.changing import Gone as Gone
from connectors.changing import Removal as Removal
from connectors.changing import Stands as Stands
from connectors.failures import AccessRefused as AccessRefused
from connectors.failures import ConnectorError as ConnectorError
from connectors.failures import NotSent as NotSent
from connectors.failures import OutcomeUnknown as OutcomeUnknown
from connectors.failures import PostRefused as PostRefused
from connectors.failures import Refused as Refused
from connectors.grants import App, AppPassword, Asked, Brought, Consent, Grant, Right
from connectors.handing import Postbox as Postbox
from connectors.handing import ShownFolder as ShownFolder
from connectors.limits import Limits as Limits
from connectors.limits import TextLimit as TextLimit
from connectors.media import Captions as Captions
from connectors.media import Media as Media
from connectors.media import VideoLimits as VideoLimits
from connectors.media import VideoSettings as VideoSettings
from connectors.metrics import PAID_METRICS as PAID_METRICS
from connectors.metrics import PAID_OF as PAID_OF
from connectors.metrics import AccountReading as AccountReading
from connectors.metrics import Cadence as Cadence
from connectors.metrics import Definition as Definition
from connectors.metrics import Metric as Metric
from connectors.metrics import MetricReading as MetricReading
from connectors.metrics import Missing as Missing
from connectors.metrics import Paid as Paid
from connectors.names import DeliveryKey as DeliveryKey
from connectors.names import NetworkName as NetworkName
from connectors.names import RemoteId as RemoteId
from connectors.picture_shapes import PictureShape as PictureShape
from connectors.posts import Answered as Answered
from connectors.posts import Link as Link
from connectors.posts import Original as Original
from connectors.posts import OutgoingPost as OutgoingPost
from connectors.posts import Prepared as Prepared
from connectors.posts import PublicPost as PublicPost
from connectors.posts import PublishedPost as PublishedPost
from connectors.quota import Quota
from connectors.sessions import NO_SHELF as NO_SHELF
from connectors.sessions import Shelf as Shelf


@dataclass(frozen=True, kw_only=True, slots=True)
class Sought:
    """A post whose outcome is not known, and where to look for it."""

    post: OutgoingPost
    since: datetime
    """Start of the first attempt whose outcome is open."""
    taken: frozenset[RemoteId] = frozenset()
    """Posts of this account that are known to be other deliveries."""
    prepared: Prepared | None = None
    """What `prepare` left for the open attempt, by which `find` may tell what became of it."""
    key_at: Callable[[datetime], DeliveryKey] | None = None
    """Given where attempts may have been made that nobody has noted, as after a restore: the key
    of one that began at an instant. What stands under the key or the token that is known proves
    that the post is out; that nothing does proves nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """It went out."""

    post: PublishedPost


@dataclass(frozen=True, kw_only=True, slots=True)
class Absent:
    """Proof that it did not go out; never used for mere failure to see it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CannotSay:
    """The network gives no proof either way."""

    why: str
    unseen: bool = False
    """Whether everything since then was looked through, and nothing of it is like the post: no
    proof where a post may still appear late, but worth knowing once it is late enough."""


Finding = Found | Absent | CannotSay


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Who we are signed in as."""

    remote_id: RemoteId
    handle: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A fault in a post that an editor can mend."""

    field: str
    """`text`, `media`, `alt_text`, `video` or `link`."""
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Capabilities:
    """What a network can do; what it cannot is said here, no method is optional."""

    metrics: tuple[Definition, ...]
    """Per post, one for each metric that is offered."""
    account_metrics: tuple[Definition, ...]
    cadence: Cadence
    key_life: timedelta | None
    """How long the same `delivery_key` gives the same post: None never, `timedelta.max` always."""
    proves_absence: bool
    """Whether `find` can answer `Absent`."""
    settling: timedelta
    """How long to wait before `find`: longer than the network's slowest late commit."""
    read_batch: int
    """Most ids in one `read_metrics` request."""
    refuses_repeats: bool
    """Whether an account may not say the same text twice."""
    one_text_per_app: bool
    """Whether one app may not say the same text on two accounts."""
    wants_declarations: bool = False
    """Whether a post needs `VideoSettings`."""
    fetches_media: bool = False
    """Whether `prepare` hands over addresses of media, which the network then fetches itself."""
    threads: bool = False
    """Whether an account can answer its own post, and that answer, and so on."""
    comments: bool = False
    """Whether an account can put the first comment under its own post."""
    reposts: bool = False
    """Whether an account can pass on another one's post as it is."""
    quotas: tuple[Quota, ...] = ()
    """What may be published in a time; all of them hold at once."""
    deletes: bool = False
    """Whether `withdraw` can take a post down; where not, a person has to."""
    edits: bool = False
    """Whether `correct` can give a post that is out other words."""
    sometimes: tuple[Definition, ...] = ()
    """Per post, of some posts only: what was paid for, and what stands in for a metric that the
    network does not tell of that post. `MetricReading` says when."""
    sells_showings: bool = True
    """Whether anybody can pay for a post to be shown there."""
    finds: bool = True
    """Whether a look can see a post; where not, `find` never answers `Found` or `Absent`."""
    finds_unnoted: bool = False
    """Whether a look sees a post of which no key and no token is known (`Sought.key_at`)."""
    names_account: bool = True
    """Whether anybody can be asked whose credentials these are; where not, `whoami` gives back
    what we were told ourselves, and asks nobody."""
    doubles: bool = False
    """Whether the same request twice is there twice, so that only never repeating it keeps it
    single."""
    picture_shapes: tuple[PictureShape, ...] = ()
    """In which shapes a picture looks well there, for those who post by hand."""

    @property
    def counts(self) -> bool:
        """Whether anything is counted there of a post or an account, so that anybody need ask."""
        return bool(self.metrics or self.account_metrics)


@dataclass(frozen=True, kw_only=True, slots=True)
class CredentialField:
    """One secret an account needs, named as in `CAMPAIGN__<CHANNEL>__<FIELD>`."""

    name: str
    words: str
    life: timedelta | None = None
    """How long it works; `timedelta.max` until it is revoked, None where nobody says."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """How to reach one account."""

    handle: str
    server: str | None
    """Replaces every host of the network; None for the network's own."""
    api_version: str = ""
    """Which version of the network's API to speak; empty for the one that is known to work."""
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout: timedelta = timedelta(seconds=30)
    """For connecting and for reading, each."""
    now: Callable[[], datetime] = field(repr=False)
    """The campaign's clock, aware UTC: stamps readings, never decides."""
    saw_date: Callable[[datetime], None] = field(repr=False, default=lambda _date: None)
    """Told the network's own time (HTTP `Date`) with every answer that carries one."""
    saw_allowance: Callable[[int, datetime], None] = field(repr=False, default=lambda *_: None)
    """Told what is left of the account's quota, and until when, where a create's answer says so."""
    forbidden: Callable[[], str | None] = field(repr=False, default=lambda: None)
    """Asked before every single call: why none may leave (a stop), or None."""
    keep: Callable[[Prepared], None] = field(repr=False, default=lambda _prepared: None)
    """Told by `prepare` what stands at the network so far, where an upload is too long to begin
    anew: an attempt that is cut off is resumed from there."""
    shelf: Shelf = field(repr=False, default=NO_SHELF)
    """Where a session is kept for the account's other connectors, in whatever process."""
    transport: Any = field(repr=False, default=None)
    """The `requests` adapter that carries every call, shared with other accounts and closed by
    whoever gives it; None for one of the account's own."""
    postbox: Postbox | None = field(repr=False, default=None)
    """Where e-mail is handed over; None where the installation has no mail server."""
    open_folder: Callable[[str], ShownFolder] | None = field(repr=False, default=None)
    """Opens the folder of that name, in which files are shown to everybody; None where there are
    none."""


class Connector(Protocol):
    """One signed-in account. No method sleeps, retries a create, or logs a body."""

    @property
    def capabilities(self) -> Capabilities:
        """What this network can do."""

    def limits(self) -> Limits:
        """Return the limits the server announces, else the documented ones, marked as such."""

    def check(self, post: OutgoingPost, limits: Limits) -> list[Problem]:
        """List what the network would refuse; pure, by the network's own counting."""

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        """Do what shows nothing: uploads and alt text. May be repeated."""

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Make the one call that makes the post visible; raise a `ConnectorError` otherwise."""

    def find(self, sought: Sought) -> Finding:
        """Say whether a post went out; raise `NotSent` when the look-up itself failed."""

    def withdraw(self, remote_id: RemoteId) -> Removal:
        """Take a post of the account's own down; it may be asked again without harm.

        Raises `NotSent` where nothing was asked for, `OutcomeUnknown` where no clear answer came,
        and `Refused` where the network said no, or tells that the post is another account's.
        """

    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        """Give a post of the account's own the words of `post`; all else of it stays as it is.

        It may be asked again without harm, and raises as `withdraw` does. A post that is gone is
        refused, never made anew.
        """

    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        """Read counts, one reading for every id asked, in the network's largest batches."""

    def read_account(self) -> AccountReading:
        """Read the account's own numbers."""

    def whoami(self) -> Account:
        """Ask the network, each time, who the credentials belong to: `saw_date` hears of it."""

    def close(self) -> None:
        """Give the connections back."""


class SignIn(Protocol):
    """How an account's owner lets us in, at the network's own page. Raises `ConnectorError`s."""

    @property
    def rights(self) -> tuple[Right, ...]:
        """What we ask for, and no more."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Which of `CLIENT_ID` and `CLIENT_SECRET` the installation has to have."""

    @property
    def owner_page(self) -> str:
        """Where the owner can end it at the network, in words."""

    def begin(self, access: Access, app: App, asked: Asked) -> Consent:
        """Return where the owner has to go."""

    def finish(self, access: Access, app: App, brought: Brought) -> tuple[Grant, ...]:
        """Turn the code into a grant; several where the owner looks after several pages."""

    def renew(self, access: Access, app: App, grant: Grant) -> Grant:
        """Return a grant that lasts longer. What the old one held may be void from now on."""

    def revoke(self, access: Access, app: App, grant: Grant) -> bool:
        """Have the network forget it; False where it offers no way but its owner's page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Network:
    """A network as the rest of the program knows it; one per module, listed in the registry."""

    name: NetworkName
    title: str
    """As people write it, for example `Bluesky`."""
    credentials: tuple[CredentialField, ...]
    capabilities: Capabilities
    documented: Limits
    check: Callable[[OutgoingPost, Limits], list[Problem]]
    show_link: Callable[[str], str]
    """How a link stands in the text."""
    choose_key: Callable[[str, str, datetime], DeliveryKey]
    """From delivery id, content hash and the instant of the first attempt; pure."""
    read_permalink: Callable[[str, str, str | None], RemoteId | None]
    """From a post's address, the account's handle and server: the id that `read_metrics` takes, or
    None for no post of that account. It is the address itself where that holds no id.
    """
    public_posts: Callable[[Access, datetime], list[PublicPost]] | None = None
    """Lists what an account has shown to everybody since an instant, the newest first, without
    answers and reposts, and without signing in; None where only its owner may ask."""
    needs_server: bool = False
    """Whether a channel has to name its `server`, since the network has no address of its own."""
    wrong_handle: Callable[[str], str | None] | None = None
    """Says, in a sentence, why a handle is none on this network; None where any text may be one."""
    has_mentions: bool = True
    """Whether a handle in a text is understood as the account; else partners are named in words."""
    announced_limits: Callable[[Access], Limits] | None
    """Asks the server, without credentials; None where the network announces none."""
    sign_in: SignIn | AppPassword | None = None
    """How `campaign connect` gets in; None where secrets come from the environment only."""
    api_ends_on: date | None = None
    """Last day on which the API version we speak is promised; None where it has no versions."""
    version_ends_on: Callable[[str], date] | None = None
    """The same for another version, where one may be set; raises `ValueError` for what is none."""
    connect: Callable[[Access], Connector] | None
    """None where posts can only be handed over as a pack for now."""
