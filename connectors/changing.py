"""What came of changing a post that is out, as part of `connectors.contract`.

Asking again is always harmless: a post that is gone stays gone, and one that shows the new words
shows them still. So an unclear answer is followed by the same question, which doubles as the look
how the post stands.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """The post is no longer on the network."""

    was_there: bool
    """False where it was gone before this call, be it by an earlier one whose answer was lost."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Edited:
    """The post has the new words."""

    warnings: tuple[str, ...] = ()
    """What is not exactly as it was asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stands:
    """The network leaves the post as it is: a person has to do it."""

    why: str
    """A sentence for that person."""


Removal = Gone | Stands
Correction = Edited | Stands
