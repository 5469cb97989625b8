"""Reposts at the stand-in for X (`POST /2/users/{id}/retweets`, specification 2.167).

An account passes a post on once: asked again, X says yes to what is so already. On a timeline the
repost is a post of its own that refers to the original.
"""

from rehearsal import x_shapes as shapes
from rehearsal.exchange import Answer, RefusedError, Visit, as_json
from rehearsal.records import StoredPost
from rehearsal.store import Ids
from rehearsal.world import World
from rehearsal.x_door import XDoor
from rehearsal.x_request import checked_repost


class XReposts:
    """Takes reposts."""

    def __init__(self, world: World, door: XDoor, ids: Ids) -> None:
        self._world = world
        self._store = world.stores["x"]
        self._door = door
        self._ids = ids

    def take_back(self, visit: Visit) -> Answer:
        """Pass a post on no longer; X says so whether or not it was passed on."""
        account = self._door.admit(visit, "delete")
        if visit.arguments["id"] != account.remote_id:
            raise RefusedError(shapes.not_permitted())
        for one in list(self._store.of(account)):
            if one.reposts == visit.arguments["source"]:
                self._store.delete(one.remote_id)
        return as_json(200, {"data": {"retweeted": False}})

    def repost(self, visit: Visit) -> Answer:
        """Pass a post on, as the account whose id stands in the address."""
        account = self._door.admit(visit, "publish")
        if visit.arguments["id"] != account.remote_id:
            raise RefusedError(shapes.not_permitted())
        original_id = checked_repost(visit)
        original = self._store.get(original_id)
        if original is None or original.reposts is not None:
            raise RefusedError(shapes.not_permitted())
        answer = as_json(200, {"data": {"retweeted": True, "rest_id": original_id}})
        if any(one.reposts == original_id for one in self._store.of(account)):
            return answer
        now = self._world.now()
        remote_id = self._ids.give(account, now)
        self._store.keep(
            StoredPost(
                handle=account.handle,
                remote_id=remote_id,
                text="",
                language=None,
                created_at=now,
                media=(),
                raw={"tweet_id": original_id},
                url=f"https://x.com/{account.name}/status/{remote_id}",
                reposts=original_id,
            )
        )
        return answer
