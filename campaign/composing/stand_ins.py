"""Posts that stand for those that are applied: they take their times and say nothing.

Whoever changes one post has to know when all others go out, and nothing of what they say; their
files are not read for it, so nobody else's edits have a part in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from campaign.content.post import Post, Wording
from campaign.schedule.local_time import WallTime
from campaign.schedule.model import QueueEntry, Schedule
from campaign.schedule.tree import Tree
from campaign.store.embargoes import embargoes
from campaign.store.tables import DELIVERY

_SILENT = (Wording(text=".", line=1),)


@dataclass(frozen=True, kw_only=True, slots=True)
class Others:
    """What the times of the posts that are applied hang on besides the schedule."""

    embargoes: Mapping[str, datetime]
    planned: frozenset[str]
    """The posts that have deliveries. One that has none was a draft, which takes no time."""

    def of(self, schedule: Schedule, but: Post) -> dict[str, Post]:
        """Return what stands for every post of a schedule, but for one that is known itself."""
        names = {
            name
            for one in schedule.schedule
            for name in (one.posts if isinstance(one, QueueEntry) else (one.post,))
        }
        return {name: self._one(name, but.tree) for name in sorted(names) if name != but.id}

    def _one(self, name: str, tree: Tree) -> Post:
        until, embargo = None, self.embargoes.get(name)
        if embargo is not None:
            local = embargo.astimezone(UTC).replace(tzinfo=None)
            until = WallTime(local=local, offset=timedelta(0))
        return Post(
            id=name,
            title=name,
            wordings=_SILENT,
            embargo_until=until,
            draft=name not in self.planned,
            tree=tree,
        )


def read_others(connection: Connection) -> Others:
    """Return what the database knows of all posts that are applied."""
    posts = connection.execute(select(DELIVERY.c.post).distinct()).scalars()
    return Others(embargoes=embargoes(connection), planned=frozenset(posts))
