"""A post as its folder holds it: what it says on which network, its pictures, its link.

Content only. When it goes out is the schedule's business, and what exactly is sent to one
account is decided in `compose`.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from campaign.schedule.branding import Corner
from campaign.schedule.faults import Fault
from campaign.schedule.local_time import WallTime
from campaign.schedule.tree import Location, Tree
from connectors.content import Content, digest

LINK = "{link}"
"""Where in a text the post's link is to stand."""


@dataclass(frozen=True, kw_only=True)
class PostMedia:
    """A picture of the post, or its video or document."""

    file: str
    """Its name in the post's folder."""
    content: Content = field(repr=False)
    media_type: str
    alt: str = ""
    """For those who cannot see it; `check` refuses a post that has none."""
    burnt_in: bool = False
    """Whether the captions of a video are part of its picture."""
    captions: "PostMedia | None" = None
    """The file with the captions of a video."""
    logo_at: Corner | Literal["none"] | None = None
    """Where a partner's logo stands; None for where the schedule says."""
    artwork: tuple[tuple[str, "PostMedia"], ...] = ()
    """By partner: what its channels show in place of this, where they ask for artwork."""

    @cached_property
    def sha256(self) -> str:
        """What its bytes are known by; worked out once, however many accounts send it."""
        return digest(self.content)


@dataclass(frozen=True, kw_only=True, slots=True)
class PostLink:
    """Where the post leads, before UTM values, and what a card says of it."""

    url: str
    title: str = ""
    description: str = ""
    image: PostMedia | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PostVideo:
    """What is declared of the post's video, for networks that want it declared."""

    made_for_children: bool
    privacy: str = "public"
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """A text, and for whom it is meant; the one that says most about its account is used."""

    text: str
    """As it will be sent: NFC, LF, no blank lines before or after."""
    line: int
    """Of the file, where the text starts."""
    network: str | None = None
    """None for the default wording."""
    qualifier: str | None = None
    """A channel, a partner or a language."""
    language: str | None = None
    """Said besides a channel or a partner: `## x / ndna / cy`."""
    run: int | None = None
    heading_line: int = 0
    """Of the file; 0 for the default wording, which has no heading."""
    part: int = 1
    """Which part of a thread it is; a first comment is the second."""
    comment: bool = False
    """Whether it is the first comment on the post."""
    rest: tuple["Wording", ...] = ()
    """What follows the first part, in order; only the first part has any."""

    @property
    def heading(self) -> str:
        """Name the wording as people find it in the file."""
        if self.part > 1:
            piece = "the first comment" if self.comment else f"part {self.part}"
            return f"{piece} of {self._name}"
        return f"part 1 of {self._name}" if self.is_thread else self._name

    @property
    def is_thread(self) -> bool:
        """Whether other parts, and no comment, follow this one."""
        return bool(self.rest) and not self.rest[0].comment

    @property
    def pieces(self) -> tuple["Wording", ...]:
        """The first part and what follows it."""
        return (self, *self.rest)

    @property
    def shows_link(self) -> bool:
        """Whether the post's link goes with this part: where it is named, else with the first."""
        named_later = any(LINK in one.text for one in self.rest)
        return LINK in self.text or (self.part == 1 and not named_later)

    @property
    def _name(self) -> str:
        if self.network is None:
            return "the default wording"
        qualifier = "".join(f" / {one}" for one in (self.qualifier, self.language) if one)
        run = f" #{self.run}" if self.run else ""
        return f"the wording “## {self.network}{qualifier}{run}”"

    @property
    def place(self) -> int:
        """The line that a fault of the whole wording is shown at."""
        return self.heading_line or self.line


@dataclass(frozen=True, kw_only=True)
class Post:
    """One folder of `posts/`, read and ready to be composed for any account."""

    id: str
    title: str
    wordings: tuple[Wording, ...]
    theme: str | None = None
    sectors: tuple[str, ...] = ()
    language: str = "en"
    link: PostLink | None = None
    media: tuple[PostMedia, ...] = ()
    video: PostVideo | None = None
    approvals: tuple[str, ...] = ()
    """What else has to be said yes to, for example `legal`."""
    embargo_until: WallTime | None = None
    draft: bool = False
    note: str = ""
    """For colleagues; never sent."""
    tree: Tree = field(repr=False, compare=False)
    """The front matter's places."""

    @cached_property
    def varies(self) -> bool:
        """Whether some run of a series has a wording of its own."""
        return any(one.run is not None for one in self.wordings)

    @cached_property
    def pieces(self) -> tuple[Wording, ...]:
        """Every text of the post: all parts of all wordings, in the order of the file."""
        return tuple(piece for one in self.wordings for piece in one.pieces)

    def fault(self, location: Location, message: str) -> Fault:
        """Make a fault at a field of the front matter."""
        return self.tree.fault(location, message)

    def fault_at(self, wording: Wording, message: str) -> Fault:
        """Make a fault at the head of a wording."""
        return Fault(self.tree.file, wording.place, 1, message)
