"""A post's files as somebody edits them: every text as it is typed, nothing worked out yet.

What a post means is read elsewhere (`campaign.content`); a manuscript may be wrong in every way
and still be kept, shown and mended.
"""

from dataclasses import dataclass

MASTER = ""
"""The heading of the wording at the top, which has none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Artwork:
    """A partner's own version of a picture."""

    partner: str
    file: str
    alt: str = ""
    """Empty where it is the picture's own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture, video or document as the front matter names it."""

    file: str
    """Its name in the post's folder."""
    alt: str = ""
    captions: str = ""
    """Of a video: the name of their file, or `burnt-in`."""
    logo: str = ""
    """The corner for a partner's logo, or `none`; empty for where the schedule says."""
    artwork: tuple[Artwork, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Video:
    """What a network of videos wants declared."""

    made_for_children: str = ""
    """`true`, `false`, or nothing as long as nobody has said."""
    privacy: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A wording: for whom it is, what it says, and what follows it."""

    heading: str = MASTER
    """As after `## ` in the file: `x`, `x / ndna`, `bluesky / cy`, `x #2`."""
    text: str = ""
    parts: tuple[str, ...] = ()
    """The later parts of a thread."""
    comment: str = ""
    """The first comment; a wording has either that or later parts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """When and where a post goes out: its own entry of the schedule."""

    at: str = ""
    """`2027-01-12 08:30`, by the clocks of the campaign's zone; empty for not at all yet."""
    send_to: tuple[str, ...] = ()
    stagger: str = ""
    every: str = ""
    until: str = ""
    owner: str = ""
    """Who looks after it, by the name in the schedule."""
    replies: str = ""
    """Who answers what people write under it."""
    id: str = ""
    """The entry's own name; empty where the post's is its name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manuscript:
    """What the form of a post holds; the files hold more, which stays as it is."""

    title: str = ""
    theme: str = ""
    sectors: tuple[str, ...] = ()
    language: str = ""
    link: str = ""
    """Where it leads, without UTM values."""
    link_title: str = ""
    link_description: str = ""
    link_image: str = ""
    """The file of the picture on the card."""
    approvals: tuple[str, ...] = ()
    embargo_until: str = ""
    note: str = ""
    draft: bool = True
    media: tuple[Picture, ...] = ()
    video: Video = Video()
    texts: tuple[Text, ...] = (Text(),)
    """The master wording first."""
    when: When | None = When()
    """None where its time is not the post's own: in a queue, or in several entries."""
