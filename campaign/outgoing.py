"""Turns a frozen payload into what a connector takes: the only bridge between the two."""

from campaign.payload import Payload, PayloadMedia
from connectors.contract import Captions, DeliveryKey, Link, Media, OutgoingPost


def outgoing(payload: Payload, key: DeliveryKey) -> OutgoingPost:
    """Return the post as the connector will send it; text and media go through untouched."""
    return OutgoingPost(
        delivery_key=key,
        text=payload.text,
        language=payload.language,
        link=_link(payload),
        media=tuple(_media(one) for one in payload.media),
    )


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


def _captions(captions: PayloadMedia) -> Captions:
    return Captions(content=captions.content, media_type=captions.media_type)
