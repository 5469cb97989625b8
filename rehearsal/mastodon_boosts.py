"""Boosts at the stand-in for Mastodon (`POST /api/v1/statuses/:id/reblog`).

As Mastodon's ReblogService does, a second boost of one status by one account gives the first one.
"""

from rehearsal import mastodon_shapes as shapes
from rehearsal.exchange import Answer, Visit, as_json
from rehearsal.faults import Call
from rehearsal.mastodon_accounts import as_seen
from rehearsal.mastodon_door import MastodonDoor
from rehearsal.records import StoredPost
from rehearsal.store import Ids
from rehearsal.world import World


class MastodonBoosts:
    """Takes boosts."""

    def __init__(self, world: World, door: MastodonDoor, ids: Ids) -> None:
        self._world = world
        self._store = world.stores["mastodon"]
        self._door = door
        self._ids = ids

    def boost(self, visit: Visit) -> Answer:
        """Boost a status; the answer is the boost, with the status inside."""
        account = self._door.admit(visit, Call.PUBLISH)
        original = self._store.get(visit.arguments["id"])
        if original is None or original.raw.get("visibility") in ("private", "direct"):
            return shapes.error(404, "Record not found")
        there = [one for one in self._store.of(account) if one.reposts == original.remote_id]
        if there:
            return as_json(200, as_seen(self._world, there[0]))
        now = self._world.now()
        remote_id = self._ids.give(account, now)
        boost = StoredPost(
            handle=account.handle,
            remote_id=remote_id,
            text="",
            language=None,
            created_at=now,
            media=(),
            raw={"visibility": "public"},
            url=f"{shapes.SITE}/users/{account.name}/statuses/{remote_id}/activity",
            reposts=original.remote_id,
        )
        self._store.keep(boost)
        return as_json(200, as_seen(self._world, boost))
