"""Backs up or restores as a process that kills itself at one point; started by the tests.

    python -m tests.keeping.broken_off backup|restore FOLDER URL FILE POINT

Nothing of ours is patched: it dies when a file is opened or renamed, or at a commit.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url

from campaign.cli.on_backup import backup
from campaign.cli.on_restore import Wish, restore_backup
from campaign.cli.place import Place
from campaign.clock import SteppedClock
from tests.keeping.dying import die, die_at

AT = datetime(2027, 1, 12, 8, 35, tzinfo=UTC)

EVENTS = {
    "snapshot-taken": ("sqlite3.connect", ".parts/campaign.db", 1),
    "zipping": ("open", "post.md", 1),
    "named": ("os.rename", ".partial", 1),
    "unpacking": ("open", "schedule.yaml", 1),
    "files-begun": ("os.rename", "files/schedule.yaml", 1),
    "files-half": ("os.rename", "files/posts", 1),
}
"""Which of Python's own audit events it dies at, by the end of a path that it names."""

COMMITS = {"committing": 1, "finishing": 2}
"""Before which commit of a restore, that of its snapshot apart."""


def die_before_commit(count: int, database: str) -> None:
    """Die when the campaign's database is about to commit something for the so-manyeth time."""
    left = count

    def committing(connection: Any) -> None:
        nonlocal left
        options = connection.get_execution_options()
        if options.get("reads_only") or connection.engine.url.database != database:
            return
        left -= 1
        if left == 0:
            die()

    event.listen(Engine, "commit", committing)


def main(what: str, folder: str, url: str, file: str, point: str) -> None:
    """Do it, and die."""
    if point in EVENTS:
        die_at(*EVENTS[point])
    if point in COMMITS:
        die_before_commit(COMMITS[point], str(make_url(url).database))
    place = Place(
        folder=Path(folder), clock=SteppedClock(AT), environment={"CAMPAIGN_DATABASE_URL": url}
    )
    if what == "backup":
        backup(place, Path(file), as_json=True)
    else:
        wish = Wish(file=Path(file), over=True, yes=True, person="ben")
        restore_backup(place, wish, as_json=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
