"""Turns a frozen payload into what a connector takes: the only bridge between the two."""

from dataclasses import dataclass

from campaign.payload import Form, Payload, PayloadMedia, PayloadVideo
from connectors.content import whole
from connectors.contract import (
    Answered,
    Captions,
    DeliveryKey,
    Link,
    Media,
    Original,
    OutgoingPost,
    RemoteId,
    VideoSettings,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ahead:
    """What is out already, and what a post follows: the post before it and the thread's first."""

    remote_id: str
    url: str
    root_id: str


def outgoing(payload: Payload, key: DeliveryKey, ahead: Ahead | None = None) -> OutgoingPost:
    """Return the post as the connector will send it; text and media go through untouched.

    Raises `LookupError` for a part, a comment or a repost without what it follows: it must never
    go out as a post by itself.
    """
    if payload.form is not Form.POST and ahead is None:
        message = f"a {payload.form} cannot be sent before what it follows is out"
        raise LookupError(message)
    if payload.form is Form.REPOST and ahead is not None:
        return OutgoingPost(
            delivery_key=key,
            text=payload.text,
            language=payload.language,
            reposts=Original(remote_id=RemoteId(ahead.remote_id), url=ahead.url),
        )
    return OutgoingPost(
        delivery_key=key,
        text=payload.text,
        language=payload.language,
        link=_link(payload),
        media=tuple(_media(one) for one in payload.media),
        video=_video(payload.video) if payload.video else None,
        answers=_answered(payload, ahead),
    )


def _answered(payload: Payload, ahead: Ahead | None) -> Answered | None:
    if payload.form is Form.POST or ahead is None:
        return None
    return Answered(parent=RemoteId(ahead.remote_id), root=RemoteId(ahead.root_id))


def _link(payload: Payload) -> Link | None:
    link = payload.link
    if link is None:
        return None
    return Link(
        url=link.url,
        title=link.title,
        description=link.description,
        thumbnail=_media(link.thumbnail) if link.thumbnail else None,
    )


def _media(media: PayloadMedia) -> Media:
    return Media(
        content=media.content,
        media_type=media.media_type,
        alt_text=media.alt_text,
        burnt_in=media.burnt_in,
        captions=_captions(media.captions) if media.captions else None,
    )


def _video(video: PayloadVideo) -> VideoSettings:
    return VideoSettings(
        made_for_children=video.made_for_children, privacy=video.privacy, tags=video.tags
    )


def _captions(captions: PayloadMedia) -> Captions:
    return Captions(content=whole(captions.content), media_type=captions.media_type)
