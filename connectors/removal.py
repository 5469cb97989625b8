"""What came of asking a network to take a post down, as part of `connectors.contract`.

Asking again is always harmless: a post that is gone stays gone. So an unclear answer is followed by
the same question, which doubles as the look whether the post still stands.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """The post is no longer on the network."""

    was_there: bool
    """False where it was gone before this call, be it by an earlier one whose answer was lost."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stands:
    """The network does not take it down for us: a person has to."""

    why: str
    """A sentence for that person."""


Removal = Gone | Stands
