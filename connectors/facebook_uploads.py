"""What stands at Facebook before a post is published: pictures, an unpublished post, a video.

All of it is seen by nobody. A post is known by its id, PAGE_POST; a video by its own id and the
upload session that ends in its publication.
"""

import json
from dataclasses import dataclass

from connectors.content import Span
from connectors.contract import ConnectorError, Media, OutgoingPost, PostRefused
from connectors.facebook_errors import graph_error, is_duplicate
from connectors.facebook_facts import NAME
from connectors.facebook_wire import FacebookWire, Files
from connectors.http import Answer, Purpose
from connectors.video import MP4

REPEATED = "Facebook takes no text twice in a row on one page: change the wording."

_VIDEO = "video"


@dataclass(frozen=True, kw_only=True, slots=True)
class VideoUpload:
    """A video that waits for the end of its upload session, which publishes it."""

    video_id: str
    session_id: str

    @property
    def token(self) -> str:
        """Return what `prepare` keeps."""
        return f"{_VIDEO} {self.video_id} {self.session_id}"


def upload_of(token: str) -> VideoUpload | None:
    """Return the video of a token, None where it names a post."""
    kind, _, rest = token.partition(" ")
    video_id, _, session_id = rest.partition(" ")
    return VideoUpload(video_id=video_id, session_id=session_id) if kind == _VIDEO else None


def set_up(wire: FacebookWire, post: OutgoingPost) -> str:
    """Upload the media, make the post unpublished, and return the token of it."""
    if [one.media_type for one in post.media] == [MP4]:
        return _upload_video(wire, post.media[0]).token
    fields = {"message": post.text} if post.text else {}
    photos = [_id_in(wire, wire.upload_photo(media)) for media in post.media]
    fields |= {
        f"attached_media[{number}]": json.dumps({"media_fbid": photo})
        for number, photo in enumerate(photos)
    }
    if post.link is not None and not photos:
        fields["link"] = post.link.url
    return _id_in(wire, wire.draft(fields))


def _upload_video(wire: FacebookWire, media: Media) -> VideoUpload:
    size = len(media.content)
    begun = _step(wire, {"upload_phase": "start", "file_size": str(size)})
    session, video = _text(wire, begun, "upload_session_id"), _text(wire, begun, "video_id")
    place = begun
    while (span := _span(wire, place))[0] < size:
        start, end = span
        form = {
            "upload_phase": "transfer",
            "upload_session_id": session,
            "start_offset": str(start),
        }
        part = ("part.mp4", Span(media.content, start, end), "application/octet-stream")
        place = _step(wire, form, {"video_file_chunk": part})
        if _span(wire, place)[0] <= start:
            raise _odd(wire)
    return VideoUpload(video_id=video, session_id=session)


def _span(wire: FacebookWire, place: Answer) -> tuple[int, int]:
    """Return which bytes Facebook wants next; it writes numbers as text."""
    said = place.mapping()
    try:
        start, end = int(said["start_offset"]), int(said["end_offset"])
    except (KeyError, TypeError, ValueError):
        raise _odd(wire) from None
    if not 0 <= start <= end:
        raise _odd(wire)
    return start, end


def _step(
    wire: FacebookWire,
    form: dict[str, str],
    files: Files | None = None,
) -> Answer:
    answer = wire.video(Purpose.PREPARE, form, files)
    if not answer.ok:
        raise graph_error(wire.http, answer, Purpose.PREPARE)
    return answer


def _id_in(wire: FacebookWire, answer: Answer) -> str:
    if is_duplicate(answer):
        raise PostRefused(REPEATED, network=NAME, code="duplicate")
    if not answer.ok:
        raise graph_error(wire.http, answer, Purpose.PREPARE)
    return _text(wire, answer, "id")


def _text(wire: FacebookWire, answer: Answer, name: str) -> str:
    value = answer.mapping().get(name)
    if not isinstance(value, str) or not value.replace("_", "").isalnum():
        raise _odd(wire)
    return value


def _odd(wire: FacebookWire) -> ConnectorError:
    return wire.http.unclear("Facebook's answer to an upload cannot be read.", Purpose.PREPARE)
