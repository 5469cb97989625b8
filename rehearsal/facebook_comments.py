"""Comments at the stand-in for Facebook (`/{post}/comments`, Graph API v26.0).

A comment is visible at once; its id is the post's number and one of its own. That the same words
are refused a second time is not documented, so they are taken.
"""

from typing import Any

from rehearsal import facebook_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import Answer, RefusedError, Visit, as_json
from rehearsal.facebook_door import FacebookDoor
from rehearsal.records import StoredPost
from rehearsal.store import Ids
from rehearsal.world import World

MAX_COMMENT = 8_000
"""As widely reported."""
USUAL_PAGE = 25


class FacebookComments:
    """Takes and lists comments."""

    def __init__(self, world: World, door: FacebookDoor, ids: Ids) -> None:
        self._world = world
        self._store = world.stores["facebook"]
        self._door = door
        self._ids = ids

    def comment(self, visit: Visit) -> Answer:
        """Put a comment under a post of the page's own."""
        account = self._door.admit(visit)
        post = self._post(account, visit.arguments["id"])
        text = visit.form.get("message", "")
        if not text.strip():
            raise RefusedError(shapes.invalid("Empty comment"))
        if len(text.encode("utf-16-le")) // 2 > MAX_COMMENT:
            raise RefusedError(shapes.invalid(f"The comment is longer than {MAX_COMMENT}"))
        now = self._world.now()
        number = f"{post.remote_id.rpartition('_')[2]}_{self._ids.give(account, now)}"
        self._store.keep(
            StoredPost(
                handle=account.handle,
                remote_id=number,
                text=text,
                language=None,
                created_at=now,
                media=(),
                raw=visit.form.to_dict(),
                url=f"{post.url}?comment_id={number.rpartition('_')[2]}",
                answers=post.remote_id,
            )
        )
        return as_json(200, {"id": number})

    def listed(self, visit: Visit) -> Answer:
        """List the comments on a post; the newest first where that is asked for."""
        account = self._door.admit(visit)
        post = self._post(account, visit.arguments["id"])
        found = [
            one
            for one in self._store.every()
            if one.answers == post.remote_id and one.deleted_at is None
        ]
        if visit.query.get("order") == "reverse_chronological":
            found.reverse()
        fields = visit.query.get("fields", "id,message,created_time,from")
        limit = int(visit.query.get("limit") or USUAL_PAGE)
        page = [shapes.only(self._shown(one), fields) for one in found[:limit]]
        return as_json(200, {"data": page})

    def _post(self, account: Account, remote_id: str) -> StoredPost:
        post = self._store.get(remote_id)
        if post is None or post.handle != account.handle or post.answers is not None:
            raise RefusedError(shapes.gone(remote_id))
        return post

    def _shown(self, comment: StoredPost) -> dict[str, Any]:
        author = self._world.accounts.get("facebook", comment.handle)
        assert author is not None  # noqa: S101 - accounts are never closed
        return {
            "id": comment.remote_id,
            "message": comment.text,
            "created_time": f"{comment.created_at:%Y-%m-%dT%H:%M:%S+0000}",
            "from": {"id": author.remote_id, "name": author.name},
        }
