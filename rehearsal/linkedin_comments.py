"""Comments at the stand-in for LinkedIn (`/rest/socialActions/{urn}/comments`, version 202609).

The same words may be said twice: LinkedIn documents no rule against it.
"""

from typing import Any

from rehearsal import linkedin_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import Answer, Visit, as_json
from rehearsal.linkedin_door import LinkedInDoor, own
from rehearsal.linkedin_request import checked_comment
from rehearsal.records import StoredPost
from rehearsal.store import Ids
from rehearsal.world import World

MAX_PAGE = 100


class LinkedInComments:
    """Takes and lists comments."""

    def __init__(self, world: World, door: LinkedInDoor, ids: Ids) -> None:
        self._world = world
        self._store = world.stores["linkedin"]
        self._door = door
        self._ids = ids

    def comment(self, visit: Visit) -> Answer:
        """Put a comment under a post; the answer is the comment itself."""
        account = self._door.admit(visit, "CREATE")
        body = checked_comment(visit)
        own(account, str(body.get("actor")))
        parent = visit.arguments["urn"]
        if body.get("object") != parent:
            return shapes.invalid("INVALID_VALUE_FOR_FIELD", "object is another than the address's")
        if self._store.get(parent) is None:
            return shapes.not_found(parent)
        self._door.charge_post(account)
        return as_json(201, _shown(self._stored(account, parent, body), account))

    def listed(self, visit: Visit) -> Answer:
        """List the comments on a post, the newest last."""
        account = self._door.admit(visit, "GET_ALL")
        parent = visit.arguments["urn"]
        if self._store.get(parent) is None:
            return shapes.not_found(parent)
        start = int(visit.query.get("start", "0"))
        count = min(int(visit.query.get("count", "10")), MAX_PAGE)
        found = [
            one
            for one in self._store.every()
            if one.answers == parent and one.handle == account.handle and one.deleted_at is None
        ]
        page = [_shown(one, account) for one in found[start : start + count]]
        return as_json(200, {"elements": page, "paging": {"start": start, "count": count}})

    def _stored(self, account: Account, parent: str, body: dict[str, Any]) -> StoredPost:
        now = self._world.now()
        urn = f"urn:li:comment:({parent},{self._ids.give(account, now)})"
        comment = StoredPost(
            handle=account.handle,
            remote_id=urn,
            text=body["message"]["text"],
            language=None,
            created_at=now,
            media=(),
            raw=body,
            url=f"https://www.linkedin.com/feed/update/{parent}/",
            answers=parent,
        )
        self._store.keep(comment)
        return comment


def _shown(comment: StoredPost, account: Account) -> dict[str, Any]:
    at = shapes.milliseconds(comment.created_at)
    owner = shapes.owner_urn(account)
    return {
        "$URN": comment.remote_id,
        "commentUrn": comment.remote_id,
        "id": comment.remote_id.rpartition(",")[2].removesuffix(")"),
        "actor": owner,
        "object": comment.answers,
        "message": {"attributes": [], "text": comment.text},
        "created": {"actor": owner, "time": at},
        "lastModified": {"actor": owner, "time": at},
    }
