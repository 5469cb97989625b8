"""The videos of the stand-in for YouTube: private ones beside those that somebody can see.

A video is worked on for a while; what cannot be made anything of is `failed`, and the same bytes
under the same title on one channel are `rejected` as a duplicate. How alike two videos have to be
is not documented.
"""

import base64
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from rehearsal import youtube_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import RefusedError
from rehearsal.records import StoredPost
from rehearsal.store import Ids
from rehearsal.world import World

ID_LOW_BITS = 22


class YouTubeVideos:
    """All videos of all channels."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._store = world.stores["youtube"]
        self._ids = Ids(epoch_ms=0, low_bits=ID_LOW_BITS)
        self._private: dict[str, StoredPost] = {}
        self._ready_at: dict[str, datetime] = {}
        self._trouble: dict[str, tuple[str, str]] = {}

    def next_id(self, account: Account) -> str:
        """Return eleven letters that name one video and no other."""
        number = int(self._ids.give(account, self._world.now()))
        return base64.urlsafe_b64encode(number.to_bytes(8)).decode().rstrip("=")

    def take_in(self, video: StoredPost, *, ready_at: datetime, trouble: str) -> None:
        """Keep a video that has just arrived whole."""
        self._ready_at[video.remote_id] = ready_at
        if trouble:
            self._trouble[video.remote_id] = ("failed", trouble)
        elif any(_are_alike(one, video) for one in self._of(video.handle)):
            self._trouble[video.remote_id] = ("rejected", "duplicate")
        self.keep(video)

    def keep(self, video: StoredPost) -> None:
        """Put a video where its privacy says; it goes out when it is seen for the first time."""
        if video.raw["status"].get("privacyStatus", "public") == "private":
            self._private[video.remote_id] = video
            return
        if self._private.pop(video.remote_id, None) is not None:
            video = replace(video, created_at=self._world.now())
        self._store.keep(video)

    def get(self, video_id: str) -> StoredPost | None:
        """Return a video that stands."""
        return self._private.get(video_id) or self._store.get(video_id)

    def own(self, account: Account, video_id: str) -> StoredPost:
        """Return a video of the channel's own; refuse what is gone, or another's."""
        video = self.get(video_id)
        if video is None:
            raise RefusedError(shapes.gone())
        if video.handle != account.handle:
            raise RefusedError(shapes.forbidden())
        return video

    def delete(self, video: StoredPost) -> None:
        """Forget a video."""
        if self._private.pop(video.remote_id, None) is None:
            self._store.delete(video.remote_id)

    def shown(self, video_id: str, viewer: Account, parts: Iterable[str]) -> dict[str, Any]:
        """Return the parts of a video; empty where the viewer cannot see it."""
        video = self.get(video_id)
        owner = self._world.accounts.get("youtube", video.handle) if video else None
        if video is None or owner is None:
            return {}
        if video_id in self._private and owner.handle != viewer.handle:
            return {}
        counts = {} if video_id in self._private else self._world.counts(owner, video)
        shown = shapes.as_video(video, owner, parts, counts)
        if "status" in shown:
            shown["status"] = {**shown["status"], **self._state(video_id)}
        return shown

    def _state(self, video_id: str) -> dict[str, str]:
        if self._world.now() < self._ready_at[video_id]:
            return {"uploadStatus": "uploaded"}
        state, reason = self._trouble.get(video_id, ("processed", ""))
        named = {"failed": "failureReason", "rejected": "rejectionReason"}.get(state)
        return {"uploadStatus": state, **({named: reason} if named else {})}

    def _of(self, handle: str) -> list[StoredPost]:
        public = [one for one in self._store.every() if one.deleted_at is None]
        return [one for one in (*self._private.values(), *public) if one.handle == handle]


def _are_alike(one: StoredPost, other: StoredPost) -> bool:
    titles = {video.raw["snippet"]["title"] for video in (one, other)}
    return len(titles) == 1 and one.media[0].content == other.media[0].content
