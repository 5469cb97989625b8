"""Containers, as the stand-ins for Instagram and Threads keep them: seen by nobody, published once.

A container lasts for a day. A picture is fetched when its container is made.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rehearsal import facebook_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import RefusedError, Visit
from rehearsal.fetching import MOST_BYTES, NotFetchedError, picture_in
from rehearsal.records import StoredMedia
from rehearsal.store import Ids
from rehearsal.world import World

LASTS_FOR = timedelta(hours=24)
MAX_ALT_TEXT = 1000
FETCH_FAILED, FETCH_FAILED_MORE = 9004, 2207052


@dataclass(kw_only=True, slots=True)
class Container:
    """What may be published, once."""

    handle: str
    form: dict[str, str]
    made_at: datetime
    ready_at: datetime
    media: tuple[StoredMedia, ...] = ()
    failure: str = ""
    """Why nothing became of its video, once it was looked at."""
    published: bool = False

    @property
    def is_part(self) -> bool:
        """Whether it is one picture of several."""
        return self.form.get("is_carousel_item") == "true"


class ContainerBook:
    """The containers of one network."""

    def __init__(self, world: World, ids: Ids) -> None:
        self._world = world
        self._ids = ids
        self._containers: dict[str, Container] = {}

    def make(
        self,
        account: Account,
        visit: Visit,
        media: tuple[StoredMedia, ...],
        *,
        failure: str = "",
    ) -> str:
        """Keep what was asked for; return its id."""
        now = self._world.now()
        container_id = self._ids.give(account, now)
        self._containers[container_id] = Container(
            handle=account.handle,
            form=visit.form.to_dict(),
            made_at=now,
            ready_at=now + timedelta(seconds=visit.wait_seconds),
            media=media,
            failure=failure,
        )
        return container_id

    def find(self, account: Account, container_id: str) -> Container | None:
        """Return a container of the account's own."""
        container = self._containers.get(container_id)
        return container if container and container.handle == account.handle else None

    def status(self, container: Container) -> str:
        """Say how a container stands."""
        now = self._world.now()
        if container.published:
            return "PUBLISHED"
        if now >= container.made_at + LASTS_FOR:
            return "EXPIRED"
        if now < container.ready_at:
            return "IN_PROGRESS"
        return "ERROR" if container.failure else "FINISHED"

    def fetch(self, account: Account, visit: Visit, types: frozenset[str]) -> StoredMedia:
        """Fetch the picture that a form names, and keep the words that come with it."""
        alt_text = visit.form.get("alt_text", "")
        if len(alt_text) > MAX_ALT_TEXT:
            raise RefusedError(shapes.invalid(f"alt_text is longer than {MAX_ALT_TEXT}"))
        if not visit.form.get("image_url"):
            raise RefusedError(shapes.invalid("Param image_url is required"))
        try:
            fetched = self._world.fetch(visit.form["image_url"])
            picture = picture_in(fetched)
        except NotFetchedError as error:
            answer = shapes.error(FETCH_FAILED, str(error), subcode=FETCH_FAILED_MORE)
            raise RefusedError(answer) from error
        if picture.media_type not in types:
            words = "The image format is not supported"
            raise RefusedError(shapes.error(36001, words, subcode=2207005))
        if len(fetched.content) > MOST_BYTES:
            words = "The image size is too large."
            raise RefusedError(shapes.error(36000, words, subcode=2207004))
        return StoredMedia(
            content=fetched.content,
            media_type=picture.media_type,
            alt_text=alt_text,
            remote_id=self._ids.give(account, self._world.now()),
            width=picture.width,
            height=picture.height,
        )

    def fetch_film(self, account: Account, visit: Visit) -> StoredMedia | None:
        """Fetch the video that a form names; None where nothing can be had there."""
        address = visit.form.get("video_url")
        if not address:
            raise RefusedError(shapes.invalid("Param video_url is required"))
        try:
            fetched = self._world.fetch(address)
        except NotFetchedError:
            return None
        return StoredMedia(
            content=fetched.content,
            media_type=fetched.media_type,
            alt_text=visit.form.get("alt_text", ""),
            remote_id=self._ids.give(account, self._world.now()),
        )

    def children(self, account: Account, visit: Visit, at_most: int) -> tuple[StoredMedia, ...]:
        """Return the pictures of the containers that a form holds together."""
        ids = [one for one in visit.form.get("children", "").split(",") if one]
        if not 2 <= len(ids) <= at_most:
            raise RefusedError(shapes.invalid(f"children takes 2 to {at_most} containers"))
        found = [self.find(account, one) for one in ids]
        for container_id, one in zip(ids, found, strict=True):
            if one is None or not one.is_part:
                raise RefusedError(shapes.gone(container_id))
            if self.status(one) != "FINISHED":
                words = "The media is not ready for publishing, please wait for a moment"
                raise RefusedError(shapes.error(9007, words, subcode=2207027))
        return tuple(media for one in found if one for media in one.media)
