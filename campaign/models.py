"""The tables. Written and read with Core statements; times are aware UTC everywhere."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from campaign.instants import Instant


class CampaignRow(SQLModel, table=True):
    """The one campaign this database belongs to, and the rules publishing must know."""

    __tablename__ = "campaign"
    id: str = Field(primary_key=True)
    title: str
    timezone: str
    schedule_json: str
    """The applied schedule; nothing reads the file between two applies."""
    applied_at: datetime
    applied_by: str


class ChannelRow(SQLModel, table=True):
    """One account on one network that a delivery may go to."""

    __tablename__ = "channel"
    __table_args__ = (Index("channel_account", "handle", "network"),)
    id: str = Field(primary_key=True)
    network: str
    partner: str
    mode: str
    handle: str
    server: str | None = None
    active: bool = True
    """False once the schedule no longer lists it."""
    refused_access: str | None = None
    """Why the network refused the account; publishing waits until it signs in again."""
    not_before: datetime | None = None
    """Rate limit: the network asked us to wait until then, or its quota is used up until then."""
    allowance: int | None = None
    """What the network said is left of the account's quota, less what was claimed since."""
    allowance_until: datetime | None = None
    """When the network begins to count anew."""
    followers_due_at: datetime | None = None


class PayloadRow(SQLModel, table=True):
    """What was or will be sent, by content hash; never changed, never deleted."""

    __tablename__ = "payload"
    content_hash: str = Field(primary_key=True)
    body: str
    created_at: datetime


class Delivery(SQLModel, table=True):
    """One post for one channel at one time: the row that decides."""

    __tablename__ = "delivery"
    __table_args__ = (
        # The last three, so that looking for what is due reads the index alone.
        Index("delivery_due", "state", "due_at", "channel", "late_limit_s", "follows"),
        Index(
            "delivery_follows",
            "follows",
            sqlite_where=text("follows IS NOT NULL"),
            postgresql_where=text("follows IS NOT NULL"),
        ),
        Index(
            "delivery_again",
            "state",
            "not_before",
            sqlite_where=text("not_before IS NOT NULL"),
            postgresql_where=text("not_before IS NOT NULL"),
        ),
        Index("delivery_read", "read_due_at"),
        Index("delivery_channel", "channel", "published_at"),
        Index("delivery_published", "published_at"),
    )
    id: str = Field(primary_key=True)
    """entry/channel/run, and behind it /2, /3 or /comment for what follows in the thread."""
    entry: str
    post: str
    channel: str = Field(foreign_key="channel.id")
    partner: str
    network: str
    run: str
    state: str
    """One of `campaign.states.State`."""
    due_at: datetime
    wall_time: str
    """The local time as planned, for people; `due_at` is what counts."""
    late_limit_s: int
    content_hash: str = Field(foreign_key="payload.content_hash")
    follows: str | None = None
    """The delivery that has to be out first: the part before, or the post that it reposts."""
    gates: str = ""
    """The kinds of its gates, comma-separated; the decisions stand in `gate`."""
    applied_by: str
    """Who applied it; with commas, everybody who did since it was last approved."""
    attempt: int = 0
    """The fence: only the holder of the newest attempt may write the outcome."""
    lease_until: datetime | None = None
    not_before: datetime | None = None
    """After `NotSent`, and for the next look at an `unknown`."""
    looks: int = 0
    """How often an `unknown` has been looked up."""
    published_at: datetime | None = None
    remote_id: str | None = None
    url: str | None = None
    evidence: str | None = None
    """`api`, `found`, `person`: how we know that it is out."""
    note: str = ""
    read_due_at: datetime | None = None
    """When its counts are to be read next."""
    deleted_at: datetime | None = None
    """When the network said that the post is gone."""
    unsure_since: datetime | None = None
    """Set by a restore: what became of it since then is not known here. It is looked up before it
    is sent; None once that was done, or a person has said so."""
    corrects: str | None = None
    """The live delivery that this one corrects by a post of its own; the schedule has no such."""


class Attempt(SQLModel, table=True):
    """One try at a delivery, written before the network is called."""

    __tablename__ = "attempt"
    __table_args__ = (Index("attempt_budget", "channel", "ended_at", "outcome", "started_at"),)
    delivery_id: str = Field(primary_key=True, foreign_key="delivery.id")
    number: int = Field(primary_key=True)
    channel: str
    """Whose quota it was counted against."""
    content_hash: str
    """Fingerprint of the payload this attempt was made with."""
    delivery_key: str
    worker: str
    started_at: datetime
    prepared_json: str | None = None
    ended_at: datetime | None = None
    outcome: str | None = None
    """`published`, `not-sent`, `refused`, `unknown`, `given-back`."""
    error: str | None = None


class ShownMedia(SQLModel, table=True):
    """An address under which a network may fetch one picture of a delivery in flight."""

    __tablename__ = "shown_media"
    token_hash: str = Field(primary_key=True)
    """SHA-256 of what stands in the address, so that no copy of the database holds addresses."""
    delivery_id: str | None = Field(default=None, foreign_key="delivery.id")
    """None for a look of our own, which asks only whether this machine is reached."""
    content_hash: str | None = None
    """What the delivery carried; with another content the address leads nowhere."""
    sha256: str | None = Field(default=None, foreign_key="media.sha256")
    expires_at: datetime = Field(index=True)


class Gate(SQLModel, table=True):
    """One thing that has to be said before a delivery may go out."""

    __tablename__ = "gate"
    delivery_id: str = Field(primary_key=True, foreign_key="delivery.id")
    kind: str = Field(primary_key=True)
    """`approval`, `partner`, or what the post asks for, such as `legal`."""
    decision: str | None = None
    """`yes`, `no`, or None while nobody has said."""
    person: str | None = None
    stood_in_for: str | None = None
    """The absent person in whose right it was decided; None where it was the person's own."""
    decided_at: datetime | None = None
    content_hash: str | None = None
    """What was decided upon; another content closes the gate again."""
    day: str | None = None
    """The local day it was decided for; a move to another day closes the gate again."""
    reason: str = ""


class Move(SQLModel, table=True):
    """The log: every change of state with who, when and why. Only ever appended to."""

    __tablename__ = "move"
    __table_args__ = (Index("move_delivery", "delivery_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    delivery_id: str
    at: datetime
    who: str
    from_state: str | None
    to_state: str
    why: str


class HoldWindow(SQLModel, table=True):
    """A time in which some channels keep quiet, such as a pre-election period."""

    __tablename__ = "hold_window"
    id: int | None = Field(default=None, primary_key=True)
    from_at: datetime
    until_at: datetime
    """The first instant after the window."""
    scope: str
    """`all` or `partner`, as for a stop."""
    target: str
    reason: str


class Stop(SQLModel, table=True):
    """A stop switch that somebody threw; it holds until `lifted_at`."""

    __tablename__ = "stop"
    id: int | None = Field(default=None, primary_key=True)
    scope: str
    """`all`, `channel`, `partner`, `network` or `theme`."""
    target: str
    """The channel, partner, network or theme; empty for `all`."""
    reason: str
    stopped_by: str
    stopped_at: datetime
    lifted_by: str | None = None
    lifted_at: datetime | None = None


class LetThrough(SQLModel, table=True):
    """An approver's word that one essential delivery passes the stops and windows of that hour.

    It holds for one content and one time: an edit, another decision or a later stop ends it.
    """

    __tablename__ = "let_through"
    id: int | None = Field(default=None, primary_key=True)
    delivery_id: str = Field(foreign_key="delivery.id", index=True)
    content_hash: str
    due_at: datetime
    person: str
    reason: str
    said_at: datetime
    last_stop: int
    """The newest stop that the person knew of; one thrown later holds the delivery again."""


class SeriesKind(SQLModel, table=True):
    """What a series counts and who tells of it: a few dozen rows, since every series has one.

    A report reads the kind of every series it is about, and a number is read several times as
    fast as three texts.
    """

    __tablename__ = "series_kind"
    __table_args__ = (UniqueConstraint("definition", "source"),)
    id: int | None = Field(default=None, primary_key=True)
    metric: str
    definition: str
    """`contract.Definition.id`; another meaning is another series."""
    source: str
    """`api`, or the evidence level of numbers that people bring: `upload`, `stated`."""


class Series(SQLModel, table=True):
    """The counts of one delivery under one definition from one source, told over time."""

    __tablename__ = "series"
    # The constraint's index is also all that a report wants of a series, without its row.
    __table_args__ = (UniqueConstraint("delivery_id", "kind"),)
    id: int | None = Field(default=None, primary_key=True)
    delivery_id: str = Field(foreign_key="delivery.id")
    kind: int = Field(foreign_key="series_kind.id")


class ReadingRow(SQLModel, table=True):
    """A snapshot: what one source said of a series at one instant. Only appended to.

    Kept in the order of series and time, since that is how it is read.
    """

    __tablename__ = "reading"
    __table_args__ = (
        Index(
            "reading_without_value",
            "observed_at",
            sqlite_where=text("value IS NULL"),
            postgresql_where=text("value IS NULL"),
        ),
        {"sqlite_with_rowid": False},
    )
    series_id: int = Field(primary_key=True, foreign_key="series.id")
    observed_at: datetime = Field(primary_key=True, sa_type=Instant)
    recorded_at: datetime = Field(primary_key=True, sa_type=Instant)
    value: int | None = Field(default=None, sa_type=BigInteger)
    """None is missing, never zero; `reason` says why."""
    reason: str | None = None


class WeekBlock(SQLModel, table=True):
    """What the readings of many series within one week come to, kept up to date with every reading.

    It follows from the readings and can be made anew from them at any time. A row holds up to
    `campaign.store.week_blocks.SERIES_IN_BLOCK` series: a report reads hundreds of rows in place
    of many ten thousand.
    """

    __tablename__ = "week_block"
    __table_args__ = (Index("week_block_of", "block"),)
    week: int = Field(primary_key=True, sa_type=Integer)
    """As `campaign.store.week_cut` numbers them."""
    metric: str = Field(primary_key=True)
    """As the series have it, so that the weeks of one metric lie together."""
    block: int = Field(primary_key=True, sa_type=Integer)
    """Which series, as `campaign.store.week_blocks` numbers them."""
    data: bytes = Field(sa_type=LargeBinary)
    """Whole numbers, laid out as `campaign.store.week_blocks` says."""


class AccountSnapshot(SQLModel, table=True):
    """What a network said of an account's own numbers."""

    __tablename__ = "account_snapshot"
    __table_args__ = (UniqueConstraint("channel", "definition", "observed_at"),)
    id: int | None = Field(default=None, primary_key=True)
    channel: str = Field(foreign_key="channel.id")
    metric: str
    definition: str
    observed_at: datetime
    recorded_at: datetime
    value: int | None = Field(default=None, sa_type=BigInteger)
    reason: str | None = None


class Charge(SQLModel, table=True):
    """What one reading cost; a thing is charged once a day, however often it is read."""

    __tablename__ = "charge"
    network: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    """In UTC, as networks bill."""
    kind: str = Field(primary_key=True)
    """`post` or `account`."""
    thing: str = Field(primary_key=True)
    """The delivery or the channel."""
    amount: int = Field(sa_type=BigInteger)
    """Millionths of a US dollar."""


class Relocation(SQLModel, table=True):
    """A move of the campaign to another database, as this one knows it; the one row not copied."""

    __tablename__ = "relocation"
    id: str = Field(primary_key=True)
    """The same in both databases."""
    stage: str
    """One of `campaign.store.whereabouts.Stage`."""
    other: str
    """The other database's address, without secrets."""
    person: str
    at: datetime
