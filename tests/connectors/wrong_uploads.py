"""Ways of uploading to YouTube that are wrong on purpose, each in one way."""

from dataclasses import replace
from typing import Any, ClassVar

from connectors.contract import (
    Access,
    NetworkName,
    OutgoingPost,
    Prepared,
)
from connectors.youtube import YouTubeConnector
from connectors.youtube_facts import NAME as YOUTUBE


class WrongYouTube(YouTubeConnector):
    """Marks the network a wrong connector is tried on."""

    network: ClassVar[NetworkName] = YOUTUBE


class UploadsInPublic(WrongYouTube):
    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        opened = self._wire.open_session

        def shown(resource: dict[str, Any], **more: Any) -> Any:
            return opened({**resource, "status": {"privacyStatus": "public"}}, **more)

        self._wire.open_session = shown  # type: ignore[method-assign, assignment]  # wrong on purpose
        return super().prepare(post, resume)


class UploadsAgainEachTime(WrongYouTube):
    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        text = post.text if resume is None else f"{post.text} (once more)"
        return super().prepare(replace(post, text=text), None)


class ReadsStrangersToo(WrongYouTube):
    def __init__(self, access: Access) -> None:
        super().__init__(access)
        self._reading.is_own = lambda _video: True  # type: ignore[method-assign, assignment]  # wrong on purpose
