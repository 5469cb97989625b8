"""Moves a campaign as a process that kills itself at one point; started by the tests.

    python -m tests.moving.broken_off OLD NEW POINT

Nothing of ours is patched: it dies when so many rows were copied, or just before a commit.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event

from campaign.store.backends import shown_address
from campaign.store.database import Store, open_wherever
from campaign.store.moving import Move, move, size_of

COMMITS = {
    "announced": ("new", 1),
    "copied": ("new", 2),
    "told-the-new-one-only": ("old", 2),
    "told-both": ("new", 3),
}
"""Before which commit of which database it dies."""


def die() -> None:
    """End as a machine does that loses its power."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_before_commit(store: Store, number: int) -> None:
    """Die when a database is about to commit for the so-manyeth time."""
    left = number

    def count(_connection: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            die()

    event.listen(store.engine, "commit", count)


def die_after_rows(number: int) -> Callable[[int], None]:
    """Return what is told of rows, and dies when it has heard of so many."""
    left = number

    def count(rows: int) -> None:
        nonlocal left
        left -= rows
        if left <= 0:
            die()

    return count


def main(old: str, new: str, point: str) -> None:
    """Move, and die."""
    source, target = open_wherever(old), open_wherever(new)
    size = size_of(source)
    rows = {"copying": size // 2, "comparing": size + size // 2}.get(point, 10 * size)
    if point in COMMITS:
        which, number = COMMITS[point]
        die_before_commit({"old": source, "new": target}[which], number)
    order = Move(
        source=source,
        target=target,
        source_address=shown_address(old),
        target_address=shown_address(new),
        person="ben",
        at=datetime.now(UTC),
    )
    move(order, die_after_rows(rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
