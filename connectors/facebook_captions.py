"""Puts a caption file to a video that has just been published, and looks whether one stands.

Meta documents the edge for a video that exists and says nothing of one whose upload has not ended,
and here the end of the upload publishes it. So captions follow at once, and whatever becomes of
them, the post is out: each failure is a sentence for a person, never an error. A file takes the
place of the one that the video has in its locale.
"""

from connectors.contract import Captions, ConnectorError, OutgoingPost
from connectors.facebook_errors import graph_error
from connectors.facebook_locales import LOCALES
from connectors.facebook_wire import FacebookWire
from connectors.http import Purpose

_REMEDY = "give the video its captions on the page (Edit video, Captions)"


def send_captions(wire: FacebookWire, post: OutgoingPost, video_id: str) -> tuple[str, ...]:
    """Send the caption file of a video that is out, if it has one; return what went wrong."""
    captions = _captions_of(post)
    if captions is None:
        return ()
    try:
        _send(wire, captions, LOCALES[post.language], video_id)
    except ConnectorError as error:
        return (f"The video is out, its captions may not be: {_REMEDY}. {error}",)
    return ()


def missing_captions(wire: FacebookWire, post: OutgoingPost, video_id: str) -> tuple[str, ...]:
    """Say where a video that is out does not show the captions that were to go with it."""
    if _captions_of(post) is None:
        return ()
    try:
        answer = wire.captions(video_id)
    except ConnectorError:
        stands = None
    else:
        stands = LOCALES[post.language] in _made_by_people(answer.mapping()) if answer.ok else None
    if stands:
        return ()
    said = "Facebook does not show" if stands is False else "Facebook does not say whether it shows"
    return (f"The video is out, and {said} its captions: look, and {_REMEDY}.",)


def _captions_of(post: OutgoingPost) -> Captions | None:
    found = [one.captions for one in post.media if one.captions is not None]
    return found[0] if found and post.language in LOCALES else None


def _send(wire: FacebookWire, captions: Captions, locale: str, video_id: str) -> None:
    answer = wire.add_captions(video_id, captions.content, locale)
    if not answer.ok:
        raise graph_error(wire.http, answer, Purpose.CHANGE)
    if answer.mapping().get("success") is not True:
        message = "Facebook's answer to the captions cannot be read."
        raise wire.http.unclear(message, Purpose.CHANGE)


def _made_by_people(said: dict[str, object]) -> set[str]:
    """Return the locales of the captions that Facebook has not made by machine."""
    listed = said.get("data")
    return {
        str(one.get("locale"))
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, dict) and one.get("is_auto_generated") is not True
    }
