"""Writes the history down while it happens, in one order for people and networks."""

from dataclasses import dataclass, field
from datetime import datetime

from simulation.history import Act, Called


@dataclass
class Journal:
    """The acts and posts of one simulation, as those outside the program saw them."""

    order: int = 0
    acts: list[Act] = field(default_factory=list)
    called: list[Called] = field(default_factory=list)
    asked: dict[tuple[str, str], tuple[int, datetime]] = field(default_factory=dict)
    """By network and post: when whoever sent it had last asked the database."""

    def tick(self) -> int:
        """Return the next place in the order of everything."""
        self.order += 1
        return self.order
