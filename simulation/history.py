"""What a simulation leaves behind: what people did, what the networks stored, what we say of it.

All three are written down apart from each other, in one order, so that the checker can hold them
against each other without trusting any of the code that was simulated.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Applied:
    """A plan that was applied names this content and, where it still could move, this time."""

    order: int
    delivery: str
    content: str
    due_at: datetime | None
    """None where only the content could still change."""
    late_limit: timedelta
    day: str
    """The local day it is due on."""
    follows: str | None = None
    """The part before it in its thread, or the post that it passes on."""
    theme: str = ""
    """What its post is about, which never changes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Approved:
    """Somebody said yes to this content on this local day."""

    order: int
    delivery: str
    content: str
    day: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawn:
    """Somebody took every yes back."""

    order: int
    delivery: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulled:
    """Somebody said that it shall not stand, be it out or not."""

    order: int
    delivery: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropped:
    """It was taken out, by the plan or by a person."""

    order: int
    delivery: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """A person gave it another time."""

    order: int
    delivery: str
    due_at: datetime
    day: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Stopped:
    """A stop was thrown or lifted."""

    order: int
    scope: str
    target: str
    on: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Quiet:
    """One hold window of the applied rules."""

    from_at: datetime
    until_at: datetime
    partner: str | None
    """None for everybody."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Windows:
    """The hold windows that hold from now on."""

    order: int
    windows: tuple[Quiet, ...]


Act = Applied | Approved | Withdrawn | Pulled | Dropped | Moved | Stopped | Windows


Fate = Literal["answered", "unclear", "died"]
"""What became of a call: its sender got an answer, got none, or died before it wrote it down."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """A post that a network keeps."""

    order: int
    """When whoever sent it last asked the database, in the order of everything: for a stop."""
    checked: int
    """When it had asked before that, in the same order: for everything that could forbid the post.
    What people do between the two is done at the moment of the call."""
    asked_at: datetime
    """The instant of that by the machine's clock; the call may have left later."""
    called_at: datetime
    """The instant at which the call left, by the same clock."""
    clock_off: timedelta
    """How far that clock was off when its process began to work."""
    fate: Fate
    channel: str
    remote_id: str
    url: str
    text: str
    media: tuple[str, ...]
    """The pictures' SHA-256."""
    under: str | None = None
    """The network's id of the post that it answers, or passes on."""
    passed_on: str | None = None
    """Of a repost, the address of what it passes on; text and pictures are those of that."""
    deleted: bool = False
    """Whether it stands no longer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Called:
    """A call that was to make a post visible."""

    order: int
    """When its sender had last written to the database: each attempt writes before it calls."""
    channel: str
    clear: bool
    """Whether an answer came that says what happened."""
    late: bool
    """Whether it left so long after the last check that others may have taken over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a content hash stands for."""

    text: str
    media: tuple[str, ...]
    is_repost: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Logged:
    """One line of a delivery's log."""

    before: str | None
    after: str
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """One attempt as the database has it."""

    content: str
    key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What our database says of one delivery when everything has come to rest."""

    delivery: str
    channel: str
    state: str
    note: str
    remote_id: str | None
    url: str | None
    by_person: bool
    """Whether a person said so, who knows the address but not the network's own id."""
    due_at: datetime
    late_limit: timedelta
    log: tuple[Logged, ...]
    """Its whys and the note are what people are told."""
    attempts: tuple[Tried, ...]
    out_at: datetime | None = None
    """When it went out, as far as is known: by a person's word it is when that was said."""

    @property
    def told(self) -> str:
        """Everything that people are told of it."""
        return "\n".join([self.note, *(one.why for one in self.log)])


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A channel, and what a stop or a window may name it by."""

    network: str
    partner: str


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """One campaign from its first plan until nothing changes any more."""

    ended_at: datetime
    channels: dict[str, Account]
    contents: dict[str, Content]
    acts: tuple[Act, ...]
    stored: tuple[Stored, ...]
    called: tuple[Called, ...]
    """In the order they were made."""
    said: tuple[Said, ...]


LATE = timedelta(seconds=60)
"""A claim may be a minute old at the last check, and is given up two minutes after it was made."""


def is_late(asked_at: datetime, called_at: datetime) -> bool:
    """Whether others may have taken over between the last check and the call.

    A clock may be set meanwhile, and then nobody can tell how long it was.
    """
    return abs(called_at - asked_at) > LATE


Kind = Literal[
    "doubled",
    "repeated",
    "untrue",
    "untold",
    "stranger",
    "stopped",
    "unapproved",
    "untimely",
    "clock",
    "held",
    "dropped",
    "lost",
    "log",
    "key",
    "astray",
    "deleted",
    "standing",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Violation:
    """A promise that a history breaks."""

    kind: Kind
    delivery: str
    why: str
