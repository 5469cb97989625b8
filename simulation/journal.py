"""Writes the history down while it happens, in one order for people and networks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulation.history import Act, Called, Fate


@dataclass
class Sent:
    """The call that made a post visible."""

    order: int
    """When whoever sent it had last asked the database: whether a stop is on."""
    checked: int
    """When it had asked before that: everything that could forbid the post."""
    asked_at: datetime
    called_at: datetime
    clock_off: timedelta
    """How far the machine's clock was off when the process began to work."""
    fate: Fate
    commits: int = 0
    """What the process has committed since, as far as it matters."""


@dataclass
class Journal:
    """The acts and posts of one simulation, as those outside the program saw them."""

    order: int = 0
    acts: list[Act] = field(default_factory=list)
    called: list[Called] = field(default_factory=list)
    sent: dict[tuple[str, str], Sent] = field(default_factory=dict)
    """By network and post: how it was sent."""

    def stored(self, network: str, posts: Iterable[str], sent: Sent) -> bool:
        """Note how the posts came that are new on a network; say whether there was one."""
        fresh = [one for one in posts if (network, one) not in self.sent]
        self.sent.update({(network, one): sent for one in fresh})
        return bool(fresh)

    def tick(self) -> int:
        """Return the next place in the order of everything."""
        self.order += 1
        return self.order
