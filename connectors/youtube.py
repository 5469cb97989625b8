"""Videos on YouTube, through the YouTube Data API v3.

`prepare` uploads the video and its captions; it is private, and has an id that is kept. `publish`
makes it public, or unlisted where that was asked for, by one update by that id, which can be done
twice without doing it twice: no upload is ever repeated once it has an id, and after a lost answer
the id itself tells whether the video is out. The first line of the wording is the title.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors.checking import insist_on_offered
from connectors.contract import (
    Absent,
    Access,
    AccessRefused,
    Account,
    AccountReading,
    CannotSay,
    Capabilities,
    Connector,
    Correction,
    Edited,
    Finding,
    Found,
    Gone,
    Limits,
    MetricReading,
    Network,
    NotSent,
    OutgoingPost,
    PostRefused,
    Prepared,
    Problem,
    PublishedPost,
    RemoteId,
    Removal,
    Sought,
    Stands,
    VideoSettings,
)
from connectors.http import Purpose
from connectors.pack import choose_key
from connectors.youtube_errors import is_gone, youtube_error
from connectors.youtube_facts import (
    CAPABILITIES,
    CREDENTIAL_FIELDS,
    DOCUMENTED,
    NAME,
    address_of,
    check,
    known_id,
    parts_of,
    read_permalink,
)
from connectors.youtube_reading import YouTubeReading
from connectors.youtube_sign_in import YouTubeSignIn
from connectors.youtube_uploads import PRIVATE, YouTubeUploads, status_of, video_in
from connectors.youtube_wire import YouTubeWire

_AGAIN_AFTER = timedelta(minutes=1)
_KEPT = ("title", "description", "categoryId", "tags", "defaultLanguage", "defaultAudioLanguage")
"""What can be changed in a snippet: an update empties what it does not name."""


class YouTubeConnector:
    """One channel."""

    def __init__(self, access: Access) -> None:
        self._now = access.now
        self._wire = YouTubeWire(access)
        self._reading = YouTubeReading(self._wire)
        self._uploads = YouTubeUploads(self._wire, access.keep)

    @property
    def capabilities(self) -> Capabilities:
        """What YouTube can do."""
        return CAPABILITIES

    def limits(self) -> Limits:
        """Return the documented limits; YouTube announces none."""
        return DOCUMENTED

    def check(self, post: OutgoingPost, limits: Limits) -> list[Problem]:
        """List what YouTube would refuse."""
        return check(post, limits)

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        """Upload the video, private, from wherever an earlier attempt came to."""
        insist_on_offered(post, CAPABILITIES, NAME)
        if len(post.media) != 1:
            message = "A post on YouTube is one video: name it under “media:”."
            raise PostRefused(message, network=NAME)
        return self._uploads.complete(post, _declared(post), resume)

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Give the uploaded video the privacy that was asked for."""
        video_id, settings = video_in(prepared), _declared(post)
        if video_id is None:
            message = "The video has to be uploaded before it is published."
            raise NotSent(message, network=NAME)
        self._insist_on_processed(video_id)
        resource = {"id": video_id, "status": status_of(settings, settings.privacy)}
        answer = self._wire.update("status", resource, Purpose.CREATE)
        if is_gone(answer):
            raise _lost()
        if not answer.ok:
            raise youtube_error(self._wire.http, answer, Purpose.CREATE)
        shown = _status(answer.mapping()).get("privacyStatus")
        if shown == PRIVATE:
            message = (
                "YouTube keeps the video private: Google has not audited the app that uploads it "
                "(YouTube API Services, audit)."
            )
            raise AccessRefused(message, network=NAME, code="still-private")
        if shown != settings.privacy:
            raise self._wire.http.unclear("YouTube's answer cannot be read.", Purpose.CREATE)
        return _published(video_id, self._now())

    def find(self, sought: Sought) -> Finding:
        """Ask the uploaded video itself; without an id, nothing was ever published.

        Where others may have been uploaded that nobody noted, this one proves no absence.
        """
        finding = self._find(sought)
        if sought.key_at is not None and isinstance(finding, Absent):
            return CannotSay(why="YouTube tells of a video only whoever noted its id.")
        return finding

    def _find(self, sought: Sought) -> Finding:
        video_id = video_in(sought.prepared)
        if video_id is None:
            return Absent()
        video = self._reading.videos("snippet,status", [video_id]).get(video_id)
        if video is None:
            return CannotSay(why="the video is no longer at YouTube; it may have been out")
        privacy = _status(video).get("privacyStatus")
        if privacy == PRIVATE:
            return Absent()
        if privacy in {"public", "unlisted"}:
            return Found(post=_published(video_id, _instant(video) or self._now()))
        return CannotSay(why="YouTube does not say whether the video is out")

    def withdraw(self, remote_id: RemoteId) -> Removal:
        """Delete the video."""
        video_id = known_id(remote_id)
        if video_id is None:
            return Stands(why="YouTube knows no video by this address: delete it in the Studio.")
        answer = self._wire.delete(video_id)
        if answer.ok:
            return Gone(was_there=True)
        if is_gone(answer):
            return Gone(was_there=False)
        raise youtube_error(self._wire.http, answer, Purpose.CHANGE)

    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        """Give the video another title and description; all else of its page stays."""
        video_id = known_id(remote_id)
        if video_id is None:
            return Stands(why="YouTube knows no video by this address: edit it in the Studio.")
        snippet = self._own_snippet(video_id)
        title, description = parts_of(post.text)
        changed = {name: snippet[name] for name in _KEPT if name in snippet}
        changed |= {"title": title, "description": description}
        resource = {"id": video_id, "snippet": changed}
        answer = self._wire.update("snippet", resource, Purpose.CHANGE)
        if is_gone(answer):
            raise PostRefused("YouTube knows no such video.", network=NAME, code="videoNotFound")
        if not answer.ok:
            raise youtube_error(self._wire.http, answer, Purpose.CHANGE)
        shown = answer.mapping().get("snippet")
        if not isinstance(shown, dict):
            message = "YouTube's answer to the edit cannot be read."
            raise self._wire.http.unclear(message, Purpose.CHANGE)
        same = (shown.get("title"), shown.get("description")) == (title, description)
        warning = "YouTube shows other words than were sent; look at the video."
        return Edited(warnings=() if same else (warning,))

    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        """Read counts, 50 videos a call."""
        return self._reading.posts(remote_ids)

    def read_account(self) -> AccountReading:
        """Read the subscribers."""
        return self._reading.followers()

    def whoami(self) -> Account:
        """Say which channel the token is for; raise `AccessRefused` where it is another one."""
        return self._reading.account()

    def close(self) -> None:
        """Give the connections back."""
        self._wire.http.close()

    def _insist_on_processed(self, video_id: str) -> None:
        """Raise unless YouTube has taken the video in: what it rejects is never made public."""
        part = "status,processingDetails"
        video = self._reading.videos(part, [video_id]).get(video_id)
        status = _status(video) if video is not None else {}
        state = status.get("uploadStatus")
        if video is None or state == "deleted":
            raise _lost()
        if state in {"failed", "rejected"}:
            why = status.get("failureReason") or status.get("rejectionReason") or "no reason given"
            message = f"YouTube could not take the video ({why}); it was not made public."
            raise PostRefused(message, network=NAME, code=str(why))
        if state != "processed":
            message = "YouTube is still working on the video."
            raise NotSent(message, network=NAME, retry_at=self._now() + _AGAIN_AFTER)

    def _own_snippet(self, video_id: str) -> Mapping[str, Any]:
        video = self._reading.videos("snippet", [video_id]).get(video_id)
        if video is None:
            raise PostRefused("YouTube knows no such video.", network=NAME, code="videoNotFound")
        if not self._reading.is_own(video):
            raise PostRefused(f"{video_id} is not a video of this channel.", network=NAME)
        snippet: Mapping[str, Any] = video["snippet"]
        return snippet


def connect(access: Access) -> Connector:
    """Return a connector for one channel; nothing is sent yet."""
    return YouTubeConnector(access)


def _declared(post: OutgoingPost) -> VideoSettings:
    if post.video is None:
        message = "Nobody has declared whether the video is made for children; it was not sent."
        raise PostRefused(message, network=NAME)
    return post.video


def _lost() -> NotSent:
    message = "The private video is no longer at YouTube; it will be uploaded again."
    return NotSent(message, network=NAME, code="videoNotFound", uploads_gone=True)


def _status(video: Mapping[str, Any]) -> Mapping[str, Any]:
    status = video.get("status")
    return status if isinstance(status, dict) else {}


def _instant(video: Mapping[str, Any]) -> datetime | None:
    snippet = video.get("snippet")
    said = snippet.get("publishedAt") if isinstance(snippet, dict) else None
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _published(video_id: str, at: datetime) -> PublishedPost:
    return PublishedPost(remote_id=RemoteId(video_id), url=address_of(video_id), published_at=at)


NETWORK = Network(
    name=NAME,
    title="YouTube",
    credentials=CREDENTIAL_FIELDS,
    capabilities=CAPABILITIES,
    documented=DOCUMENTED,
    check=check,
    show_link=str,
    choose_key=choose_key,
    read_permalink=read_permalink,
    announced_limits=None,
    sign_in=YouTubeSignIn(),
    connect=connect,
)
