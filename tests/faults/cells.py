"""The three lists whose product is the fault matrix, and what each cell is expected to end as.

The literals stand in `expected.toml`. They follow these rules, by which they were reviewed:

- A kind that can settle by itself (`key`, `record`, `container`) never asks a person.
- `look-up` (X) finds what is there, so it asks only where an open request was stored nowhere.
- `nothing` asks for every request whose outcome is open, and for every crash after the claim.
- An attempt more is made for each request that was not stored, and for each attempt that a crash
  ended before its request, once that is proved or a person has said so. A crash before the claim
  leaves no attempt.
- Whatever happens, one post stands on the network in the end, and the delivery is published.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from pathlib import Path


class Kind(StrEnum):
    """What a network gives us against doubling."""

    KEY = "key"
    """Mastodon: honours a key."""
    RECORD = "record"
    """Bluesky: the record's own name is ours to choose."""
    CONTAINER = "container"
    """Publishes an unpublished container once."""
    LOOK_UP = "look-up"
    """X: the account's posts can be looked at, and prove no absence."""
    NOTHING = "nothing"
    """Takes posts and tells nothing."""


class Page(StrEnum):
    """A network that is played at the crash points only: the whole matrix has its kind."""

    LINKEDIN = "linkedin"
    """Its posts can be listed, which proves no absence: as `look-up`."""
    FACEBOOK = "facebook"
    """Made unseen, then published by its id: as `container`."""
    INSTAGRAM = "instagram"
    """As `container`."""
    THREADS = "threads"
    """As `container`."""
    YOUTUBE = "youtube"
    """Uploaded unseen, then shown by its id: as `container`."""
    WEBHOOK = "webhook"
    """Takes posts and tells nothing: as `nothing`."""
    FEED = "feed"
    """A file in a folder, which names what it holds: as `record`."""
    EMAIL = "email"
    """A letter: as `nothing`."""


class Point(StrEnum):
    """Where the first process is killed."""

    NONE = "none"
    BEFORE_CLAIM = "before-claim"
    AFTER_CLAIM = "after-claim"
    """The attempt is committed, the network has heard nothing."""
    AFTER_PREPARE = "after-prepare"
    """The upload's token is committed, the publish request has not left."""
    UNDER_WAY = "under-way"
    """The network has the request, its answer is held back."""
    AFTER_ANSWER = "after-answer"
    BEFORE_OUTCOME = "before-outcome"
    """The outcome stands in a transaction that is not committed."""
    AFTER_OUTCOME = "after-outcome"


class Trouble(StrEnum):
    """What happens to the first publish request."""

    NONE = "none"
    DROP_BEFORE = "drop-before"
    """The connection ends, nothing is stored."""
    DROP_AFTER = "drop-after"
    """It is stored, then the connection ends."""
    FAIL_BEFORE = "fail-before"
    """500, nothing is stored."""
    FAIL_AFTER = "fail-after"
    """It is stored, the answer is 500."""
    RATE_LIMIT = "rate-limit"
    """429, nothing is stored."""
    LATE = "late"
    """It is stored when the caller has given up, before anybody looks for it."""


UNSTORED = frozenset({Trouble.DROP_BEFORE, Trouble.FAIL_BEFORE, Trouble.RATE_LIMIT})


@dataclass(frozen=True)
class Cell:
    """One combination of the three."""

    kind: Kind | Page
    point: Point
    trouble: Trouble

    def __str__(self) -> str:
        return f"{self.kind}/{self.point}/{self.trouble}"


@dataclass(frozen=True)
class End:
    """How a cell ends."""

    posts: int
    """On the network."""
    state: str
    attempts: int
    asked: int
    """How often a person had to say what they saw on the network."""


CELLS = [Cell(*names) for names in product(Kind, Point, Trouble)]


def read_expected() -> dict[Cell, End]:
    """Return the committed literals."""
    text = (Path(__file__).parent / "expected.toml").read_text(encoding="utf-8")
    return {
        Cell(Kind(kind), Point(point), Trouble(trouble)): End(*end)
        for kind, points in tomllib.loads(text).items()
        for point, troubles in points.items()
        for trouble, end in troubles.items()
    }
