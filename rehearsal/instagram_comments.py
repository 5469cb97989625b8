"""Comments at the stand-in for Instagram (`/{media}/comments`, Graph API v26.0).

A comment is visible at once. That the same words are refused a second time is not documented, so
they are taken; nor is how long one may be, so it may be as long as a caption.
"""

from typing import Any

from rehearsal import facebook_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import Answer, RefusedError, Visit, as_json
from rehearsal.instagram_rules import check_caption
from rehearsal.records import StoredPost
from rehearsal.store import Ids
from rehearsal.world import World

MOST_LISTED = 50


class InstagramComments:
    """Takes and lists comments, for whoever the stand-in has let in."""

    def __init__(self, world: World, ids: Ids) -> None:
        self._world = world
        self._store = world.stores["instagram"]
        self._ids = ids

    def comment(self, visit: Visit, account: Account) -> Answer:
        """Put a comment under a post of the account's own."""
        post = self._post(account, visit.arguments["id"])
        text = visit.form.get("message", "")
        if not text.strip():
            raise RefusedError(shapes.invalid("Empty comment"))
        check_caption(text)
        now = self._world.now()
        number = self._ids.give(account, now)
        self._store.keep(
            StoredPost(
                handle=account.handle,
                remote_id=number,
                text=text,
                language=None,
                created_at=now,
                media=(),
                raw=visit.form.to_dict(),
                url=f"{post.url}c/{number}/",
                answers=post.remote_id,
            )
        )
        return as_json(200, {"id": number})

    def listed(self, visit: Visit, account: Account) -> Answer:
        """List the comments on a post, the newest first."""
        post = self._post(account, visit.arguments["id"])
        found = [one for one in self._store.of(account) if one.answers == post.remote_id]
        limit = min(int(visit.query.get("limit") or MOST_LISTED), MOST_LISTED)
        fields = visit.query.get("fields", "id,text,timestamp")
        page = [shapes.only(_shown(one, account), fields) for one in found[:limit]]
        return as_json(200, {"data": page})

    def _post(self, account: Account, remote_id: str) -> StoredPost:
        post = self._store.get(remote_id)
        if post is None or post.handle != account.handle or post.answers is not None:
            raise RefusedError(shapes.gone(remote_id))
        return post


def _shown(comment: StoredPost, account: Account) -> dict[str, Any]:
    return {
        "id": comment.remote_id,
        "text": comment.text,
        "timestamp": f"{comment.created_at:%Y-%m-%dT%H:%M:%S+0000}",
        "from": {"id": account.remote_id, "username": account.name},
    }
